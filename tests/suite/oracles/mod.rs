//! The simulator against closed forms: every row of `tests/data/oracles.json` that is due, run from YAML.
//!
//! Tolerances are those of the rows, with the number of requests that was really used: four standard errors, unless
//! a row says otherwise. They are computed beside each comparison.

mod aliases;
mod asynchronous;
mod bill;
mod concurrency;
mod coverage;
mod cpu;
mod durations;
mod keep_alive;
mod loss;
mod pool;
mod provisioned;
mod queues;
mod scaling;
mod stairs;
mod streams;

use serde_json::Value;

/// A row of `oracles.json`.
pub struct Oracle {
    id: String,
    row: Value,
}

fn rows() -> Vec<Value> {
    serde_json::from_str(include_str!("../../data/oracles.json")).expect("the oracles are JSON")
}

/// The row with this id.
pub fn oracle(id: &str) -> Oracle {
    let row = rows().into_iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no oracle {id}"));
    Oracle { id: id.to_owned(), row }
}

impl Oracle {
    pub fn input(&self, name: &str) -> f64 {
        self.number("inputs", name)
    }

    pub fn expected(&self, name: &str) -> f64 {
        self.number("expected", name)
    }

    pub fn value(&self, name: &str) -> &Value {
        &self.row["expected"][name]
    }

    /// Names and numbers of what is expected.
    pub fn numbers(&self) -> Vec<(String, f64)> {
        let expected = self.row["expected"].as_object().expect("what is expected has names");
        expected.iter().filter_map(|(name, value)| Some((name.clone(), value.as_f64()?))).collect()
    }

    /// Lists by number, as of the stairs of a pool.
    pub fn row_of_lists(&self) -> Vec<(u64, Vec<u64>)> {
        let expected = self.row["expected"].as_object().expect("what is expected has names");
        let list = |value: &Value| -> Vec<u64> {
            value.as_array().expect("a list").iter().filter_map(Value::as_u64).collect()
        };
        expected.iter().map(|(start, levels)| (start.parse().expect("a number"), list(levels))).collect()
    }

    fn number(&self, part: &str, name: &str) -> f64 {
        self.row[part][name].as_f64().unwrap_or_else(|| panic!("{} has no {part} {name}", self.id))
    }

    /// `sigma = sqrt(2.5 p(1-p)/n)`: the 2.5, by which requests that depend on each other widen the binomial error.
    pub fn variance_inflation(&self) -> f64 {
        let text = self.row["tolerance"].as_str().expect("a tolerance is text");
        let number = text.split("sqrt(").nth(1).and_then(|rest| rest.split(' ').next());
        number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{}: {text}", self.id))
    }

    /// Fails unless `found` is within `tolerance` of what is expected under `name`.
    pub fn agrees(&self, name: &str, found: f64, tolerance: f64) {
        agree(&format!("{} {name}", self.id), found, self.expected(name), tolerance);
    }
}

/// Fails unless `found` is within `tolerance` of `expected`.
pub fn agree(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected} ± {tolerance}");
}

/// Four standard errors of a share `p` among `n` independent tries.
pub fn four_sigma(p: f64, n: f64) -> f64 {
    4.0 * (p * (1.0 - p) / n).sqrt()
}
