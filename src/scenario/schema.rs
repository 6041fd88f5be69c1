//! The language as a JSON Schema (draft 2020-12), for completion and checks in editors.

use serde_json::{Map, Value, json};

use super::language::{Fallback, Key, Shape, TOP};

/// The schema of a scenario file. Keys that are not built are left out, so that an editor marks them.
pub fn schema() -> Value {
    let mut schema = block(TOP);
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".to_owned(), "coldstart scenario".into());
    let functions = block(super::language::FUNCTION);
    schema.insert("$defs".to_owned(), json!({ "function": functions }));
    Value::Object(schema)
}

fn block(keys: &'static [Key]) -> Map<String, Value> {
    let built = || keys.iter().filter(|key| key.is_built());
    let properties: Map<String, Value> = built().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> =
        built().filter(|key| matches!(key.fallback, Fallback::Required)).map(|key| key.name).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("additionalProperties".to_owned(), false.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

fn property(key: &'static Key) -> Value {
    let mut schema = of_shape(&key.shape);
    let default = match key.fallback {
        Fallback::Text(text) => Some(text),
        Fallback::Platform(_, prose) | Fallback::Derived(_, prose) | Fallback::Nothing(prose) => {
            Some(prose).filter(|prose| !prose.is_empty())
        }
        Fallback::Required | Fallback::Inside => None,
    };
    let description =
        default.map_or_else(|| key.doc.to_owned(), |default| format!("{} Default: {default}.", key.doc));
    schema.insert("description".to_owned(), description.into());
    Value::Object(schema)
}

/// Every place may also hold nothing, which is the same as leaving the key out.
fn of_shape(shape: &'static Shape) -> Map<String, Value> {
    let value = match shape {
        Shape::Text => json!({"type": ["string", "number", "boolean"]}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Choice(words) => json!({"enum": words}),
        Shape::Count(least, most) if *most == u64::MAX => json!({"type": "integer", "minimum": least}),
        Shape::Count(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Shape::Duration => pattern(DURATION, &["30s", "250ms", "15m"]),
        Shape::Distribution => {
            pattern(&format!("({DURATION})|({DISTRIBUTION})"), &["120ms", "lognormal(p50=90ms, p99=600ms)"])
        }
        Shape::Memory => pattern(MEMORY, &["512MB", "10GB"]),
        Shape::MemoryDistribution => {
            pattern(&format!("({MEMORY})|({DISTRIBUTION})"), &["180MB", "normal(mean=180MB, sd=10MB)"])
        }
        Shape::Size => pattern(r"^[0-9]+(\.[0-9]+)? *(B|KB|MB|GB)$", &["6KB", "5MB"]),
        Shape::Rate => pattern(r"^[0-9]+(\.[0-9]+)? */(s|min|h|d)$", &["100/s", "6000/min"]),
        Shape::Share => json!({"anyOf": [
            {"type": "number", "minimum": 0, "maximum": 1},
            {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? *%$", "examples": ["0.5%"]},
        ]}),
        Shape::Timestamp => pattern(
            r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})$",
            &["2026-11-23T00:00:00Z"],
        ),
        Shape::Call(text, example) => pattern(text, &[example]),
        Shape::Either(shapes) => json!({"anyOf": shapes.iter().map(of_shape).collect::<Vec<_>>()}),
        Shape::Block(keys) if std::ptr::eq(*keys, super::language::FUNCTION) => {
            json!({"$ref": "#/$defs/function"})
        }
        Shape::FunctionKeys => json!({"$ref": "#/$defs/function"}),
        Shape::Block(keys) => Value::Object(block(keys)),
        Shape::Named(inner) => json!({"type": "object", "additionalProperties": of_shape(inner)}),
        Shape::PerMemory => json!({
            "type": "object", "minProperties": 1, "additionalProperties": false,
            "patternProperties": {MEMORY: pattern(DURATION, &["2s"])},
        }),
        Shape::Assignments => json!({
            "type": "object",
            "propertyNames": {"pattern": r"^(account|functions)\."},
        }),
        Shape::Paths(_) => json!({"type": "object"}),
        Shape::List(inner) => json!({"type": "array", "items": of_shape(inner)}),
    };
    match value {
        Value::Object(map) => map,
        other => Map::from_iter([("const".to_owned(), other)]),
    }
}

const DURATION: &str = r"^[0-9]+(\.[0-9]+)? *(ns|us|ms|s|m|h|d)$";
const MEMORY: &str = r"^[0-9]+(\.[0-9]+)? *(MB|GB)$";
const DISTRIBUTION: &str = r"^(uniform|exp|normal|lognormal|gamma|weibull|pareto|empirical|mix)\(.+\)$";

fn pattern(pattern: &str, examples: &[&str]) -> Value {
    json!({"type": "string", "pattern": pattern, "examples": examples})
}
