//! Scenarios: reading YAML, finding every problem at once, and the typed result.
//!
//! ```text
//! text ─tree─▶ nodes with positions ─patch─▶ with --set ─conform─▶ shape ─fill─▶ with defaults ─read─▶ Scenario
//! ```

mod call;
mod conform;
mod expand;
pub mod experiment;
mod experiment_flag;
mod fill;
pub mod language;
pub mod metric;
pub mod model;
mod other_names;
mod patch;
pub mod plan;
pub mod problem;
mod read;
mod render;
mod schema;
mod template;
mod tree;

use std::path::Path;

pub use experiment_flag::ExperimentFlag;
pub use model::Scenario;
pub use problem::{Problem, Problems};
pub use schema::schema;
pub use template::Template;

use tree::{Node, Place, Source, SyntaxError, Value};

/// What the command line changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `PATH=VALUE`, in order.
    pub set: Vec<String>,
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--platform`.
    pub platform: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// Flags about `experiment:`, in order.
    pub experiment: Vec<ExperimentFlag>,
}

/// Reads a scenario.
///
/// `file_name` is shown in messages; `folder` is where relative paths of traces begin.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub fn read(text: &str, file_name: &str, folder: &Path, overrides: &Overrides) -> Result<Scenario, Problems> {
    let prepared = Prepared::new(text, file_name, overrides)?;
    let origin = read::Origin { text, file_name, folder };
    let scenario = read_tree(&prepared.tree, &origin);
    let mut problems = scenario.as_ref().err().cloned().unwrap_or_default();
    // Problems of the experiment itself do not keep others of it from being told.
    let sound = problems.iter().all(|problem| problem.path.starts_with("experiment"));
    problems.extend(plan::read(&prepared.tree, &origin, sound).1);
    match scenario {
        Ok(scenario) if problems.is_empty() => Ok(scenario),
        _ => Err(Problems::new(problems, file_name, text, &prepared.flags)),
    }
}

/// The scenario of a tree that has its `--set` applied but not its defaults, apart from what its experiment changes.
fn read_tree(tree: &Node, origin: &read::Origin<'_>) -> Result<Scenario, Vec<Problem>> {
    if let Some(problem) = conform::of_another_language(tree) {
        return Err(vec![problem]);
    }
    let mut problems = conform::problems(tree);
    let (scenario, found) = read::scenario(tree, origin);
    problems.extend(found);
    scenario.filter(|_| problems.is_empty()).ok_or(problems)
}

/// The resolved scenario as YAML: every value, with its origin as a comment behind it. It is a scenario that means the same.
///
/// # Errors
/// As [`read()`].
pub fn expand(text: &str, file_name: &str, folder: &Path, overrides: &Overrides) -> Result<String, Problems> {
    let scenario = read(text, file_name, folder, overrides)?;
    let prepared = Prepared::new(text, file_name, overrides)?;
    let origins = expand::Origins {
        file_name,
        text,
        flags: &prepared.flags,
        platform: scenario.platform.name,
        defaults: prepared.tree.find("defaults").map(|node| node.place),
    };
    Ok(expand::write(&read::completed(&prepared.tree), &scenario, &origins))
}

/// The text of a scenario file, which must be UTF-8 and not too large.
///
/// # Errors
/// When it is neither.
pub fn text_of<'b>(bytes: &'b [u8], file_name: &str) -> Result<&'b str, Problems> {
    let problem = match std::str::from_utf8(bytes) {
        Ok(text) if text.len() <= tree::MAX_FILE_BYTES => {
            return Ok(text.strip_prefix('\u{feff}').unwrap_or(text));
        }
        Ok(text) => syntax_problem(tree::parse(text, Source::File).err()),
        Err(error) => Problem::of_the_file(not_utf8(bytes, error.valid_up_to())),
    };
    Err(Problems::new(vec![problem], file_name, "", &[]))
}

/// Why `bytes`, of which so many are UTF-8, are no text that can be read.
fn not_utf8(bytes: &[u8], valid: usize) -> String {
    if bytes.contains(&0) {
        return "this is a binary file, not YAML text".to_owned();
    }
    let before = String::from_utf8_lossy(&bytes[..valid]);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(
        "the text is not UTF-8: line {line}, column {column} is 0x{:02x}; save the file as UTF-8",
        bytes[valid]
    )
}

/// The tree with the command line's changes in it.
struct Prepared {
    tree: Node,
    /// The flags that changed it, as they would be typed.
    flags: Vec<String>,
}

impl Prepared {
    fn new(text: &str, file_name: &str, overrides: &Overrides) -> Result<Self, Problems> {
        let tree = tree::parse(text, Source::File)
            .map_err(|error| Problems::new(vec![syntax_problem(Some(error))], file_name, text, &[]))?;
        let mut prepared = Self { tree, flags: Vec::new() };
        let mut problems = Vec::new();
        if matches!(prepared.tree.value, Value::Map(_)) {
            for assignment in &overrides.set {
                problems.extend(prepared.assign("--set ", assignment).err().map(|problem| *problem));
            }
            let own = [
                ("seed", overrides.seed.map(|seed| seed.to_string())),
                ("platform", overrides.platform.clone()),
                ("region", overrides.region.clone()),
            ];
            for (key, value) in own {
                problems.extend(
                    value.and_then(|value| prepared.replace(key, value).err()).map(|problem| *problem),
                );
            }
            problems.extend(prepared.add_experiment(&overrides.experiment));
        }
        if problems.is_empty() {
            Ok(prepared)
        } else {
            Err(Problems::new(problems, file_name, text, &prepared.flags))
        }
    }

    /// `--set PATH=VALUE`, or another flag that assigns.
    fn assign(&mut self, flag: &str, assignment: &str) -> Result<(), Box<Problem>> {
        let source = Source::Flag(self.flags.len() as u32);
        self.flags.push(format!("{flag}{assignment}"));
        let base = flag.len() as u32;
        let whole = Place { source, start: base, end: base + assignment.len() as u32 };
        let Some((path, value)) = assignment.split_once('=') else {
            let problem = Problem::new("", whole, format!("`{}` needs PATH=VALUE", flag.trim()));
            return Err(Box::new(problem.hint(format!("e.g. {flag}functions.api.memory=1024MB"))));
        };
        let value_base = base + path.len() as u32 + 1;
        let mut node = tree::parse(value, source).map_err(|error| {
            let place = error.place.map_or(whole, |place| shifted(place, value_base));
            Box::new(Problem::new(path, place, error.message).maybe_hint(error.hint))
        })?;
        shift(&mut node, value_base);
        let written = Place { end: base + path.len() as u32, ..whole };
        patch::set(&mut self.tree, path.trim(), node, written).map_err(|error| {
            let place =
                Place { source, start: base + error.range.start as u32, end: base + error.range.end as u32 };
            Box::new(Problem::new(path, place, error.message).maybe_hint(error.hint))
        })
    }

    /// `--seed 7` and its like: a plain value at the top.
    fn replace(&mut self, key: &str, value: String) -> Result<(), Box<Problem>> {
        let source = Source::Flag(self.flags.len() as u32);
        let start = key.len() as u32 + 3;
        let place = Place { source, start, end: start + value.len() as u32 };
        self.flags.push(format!("--{key} {value}"));
        let node = Node { value: Value::Scalar(tree::Scalar { text: value, offset: Some(0) }), place };
        patch::set(&mut self.tree, key, node, place)
            .map_err(|error| Box::new(Problem::new(key, place, error.message)))
    }
}

fn syntax_problem(error: Option<SyntaxError>) -> Problem {
    let Some(error) = error else { return Problem::of_the_file("this is not a scenario") };
    Problem::new("", error.place.unwrap_or(Place::DEFAULT), error.message).maybe_hint(error.hint)
}

fn shifted(place: Place, by: u32) -> Place {
    Place { start: place.start + by, end: place.end + by, ..place }
}

fn shift(node: &mut Node, by: u32) {
    node.place = shifted(node.place, by);
    match &mut node.value {
        Value::Null | Value::Scalar(_) => {}
        Value::List(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Map(entries) => {
            for entry in entries {
                entry.key_place = shifted(entry.key_place, by);
                shift(&mut entry.node, by);
            }
        }
    }
}
