//! What an experiment changes: the values of a sweep, the variants of a comparison.
//!
//! ```text
//! experiment: {sweep, variants} ─read─▶ Plan ─changes─▶ Template::with ─▶ Scenario of a point
//! ```

mod range;

use super::conform;
use super::patch;
use super::problem::{Problem, suggestion};
use super::read::Origin;
use super::tree::{self, Node, Place, Source, Value, abridged};

pub use range::number;

/// A value put somewhere in a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    path: String,
    node: Node,
    /// Where the path is written.
    place: Place,
}

impl Change {
    /// `value`, written as after `--set PATH=`, at `path`.
    pub fn new(path: impl Into<String>, value: &str) -> Self {
        let node = tree::parse(value, Source::Flag(0)).unwrap_or_else(|_| Node::filled(value));
        Self { path: path.into(), node: displaced(node), place: Place::DEFAULT }
    }

    /// The same, with the path written at `place`.
    pub(super) fn placed(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The dotted path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value as it would be written.
    pub fn value(&self) -> String {
        patch::written(&self.node)
    }

    /// `path = value`.
    pub fn described(&self) -> String {
        format!("{} = {}", self.path, abridged(&self.value()))
    }

    /// Puts the value into `tree`.
    pub(super) fn apply(&self, tree: &mut Node) -> Result<(), Box<Problem>> {
        patch::set(tree, &self.path, self.node.clone(), self.place).map_err(|error| {
            // The bytes of the path, where they stand in the text as they are.
            let exact = (self.place.end - self.place.start) as usize == self.path.len();
            let part = if exact {
                let start = self.place.start;
                Place {
                    start: start + error.range.start as u32,
                    end: start + error.range.end as u32,
                    ..self.place
                }
            } else {
                self.place
            };
            Box::new(Problem::new(&self.path, part, error.message).maybe_hint(error.hint))
        })
    }

    /// What is wrong with it if it changes how runs are made and judged, not what a run is.
    fn of_no_run(&self) -> Option<Problem> {
        if self.path != "experiment" && !self.path.starts_with("experiment.") {
            return None;
        }
        let message = format!("no run differs in `{}`: it says how runs are made and judged", self.path);
        let problem = Problem::new(&self.path, self.place, message);
        Some(problem.hint("what a run differs in is under `account`, `functions`, `traffic` and the like"))
    }

    /// Whether `place` lies in what this wrote, or in its path.
    fn holds(&self, place: Place) -> bool {
        let in_path = self.place.source != Source::Default && self.place.contains(place);
        in_path || self.node.place.contains(place)
    }
}

/// A value of the program's own stands nowhere.
fn displaced(mut node: Node) -> Node {
    node.place = Place::DEFAULT;
    match &mut node.value {
        Value::Null => {}
        Value::Scalar(scalar) => scalar.offset = None,
        Value::List(items) => {
            for item in items {
                *item = displaced(item.clone());
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                entry.key_place = Place::DEFAULT;
                entry.node = displaced(entry.node.clone());
            }
        }
    }
    node
}

/// A field of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The dotted path.
    pub path: String,
    /// Its values, in the order in which they are written; at least one.
    pub values: Vec<Change>,
}

/// What `compare` compares.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// What it changes, in order.
    pub changes: Vec<Change>,
}

/// What an experiment changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Fields of the sweep, in the order in which they are written.
    pub axes: Vec<Axis>,
    /// Variants in the order in which they are written.
    pub variants: Vec<Variant>,
    /// Which of [`Self::variants`] the others are compared with.
    pub baseline: usize,
}

/// The tree without what a plan is made of: what a point of an experiment is.
pub(super) fn without_plan(tree: &Node) -> Node {
    let mut plain = tree.clone();
    let settings = plain
        .entries_mut()
        .and_then(|entries| entries.iter_mut().find(|entry| entry.key == "experiment"))
        .and_then(|entry| entry.node.entries_mut());
    if let Some(settings) = settings {
        settings.retain(|entry| !["sweep", "variants", "baseline", "metrics"].contains(&entry.key.as_str()));
    }
    plain
}

/// The plan of `tree`, and what is wrong with it. What it changes is tried only on a scenario that is `sound` without it.
pub(super) fn read(tree: &Node, origin: &Origin<'_>, sound: bool) -> (Plan, Vec<Problem>) {
    let mut reader =
        Reader { plain: without_plan(tree), origin, sound, plan: Plan::default(), problems: Vec::new() };
    if let Some(experiment) = tree.find("experiment") {
        reader.sweep(experiment);
        reader.variants(experiment);
    }
    (reader.plan, reader.problems)
}

struct Reader<'r> {
    plain: Node,
    origin: &'r Origin<'r>,
    sound: bool,
    plan: Plan,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn sweep(&mut self, experiment: &Node) {
        for entry in experiment.find("sweep").map(Node::entries).unwrap_or_default() {
            let path = conform::joined("experiment.sweep", &entry.key);
            let change = |node: Node| Change { path: entry.key.clone(), node, place: entry.key_place };
            let values: Vec<Change> = match values(&entry.node, &path) {
                Ok(nodes) => nodes.into_iter().map(change).collect(),
                Err(problem) => {
                    // The path may be wrong as well.
                    let probe = change(Node { value: Value::Null, place: entry.node.place });
                    let wrong_path = probe.apply(&mut self.plain.clone()).err();
                    self.problems.extend(wrong_path.map(|problem| *problem));
                    self.problems.push(*problem);
                    continue;
                }
            };
            for value in &values {
                self.check(std::slice::from_ref(value));
            }
            self.plan.axes.push(Axis { path: entry.key.clone(), values });
        }
    }

    fn variants(&mut self, experiment: &Node) {
        let Some(variants) = experiment.find("variants") else {
            if let Some(baseline) = experiment.find("baseline").filter(|node| !node.is_null()) {
                let message = "there are no variants of which one could be the baseline";
                self.problems.push(Problem::new("experiment.baseline", baseline.place, message));
            }
            return;
        };
        for entry in variants.entries() {
            let changes: Vec<Change> = entry
                .node
                .entries()
                .iter()
                .map(|one| Change { path: one.key.clone(), node: one.node.clone(), place: one.key_place })
                .collect();
            self.check(&changes);
            self.plan.variants.push(Variant { name: entry.key.clone(), changes });
        }
        let Some(baseline) = experiment.find("baseline").filter(|node| !node.is_null()) else { return };
        let name = baseline.text().unwrap_or_default();
        let found = self.plan.variants.iter().position(|variant| variant.name == name);
        self.plan.baseline = found.unwrap_or(0);
        if found.is_none() {
            let names: Vec<&str> = self.plan.variants.iter().map(|variant| variant.name.as_str()).collect();
            let message = format!("there is no variant {}", baseline.described());
            let problem = Problem::new("experiment.baseline", baseline.place, message);
            self.problems.push(problem.hint(suggestion(name, names.iter().copied())));
        }
    }

    fn check(&mut self, changes: &[Change]) {
        let mut found: Vec<Problem> = changes.iter().filter_map(Change::of_no_run).collect();
        if self.sound && found.is_empty() {
            found = problems(&self.plain, changes, self.origin);
        }
        for problem in found {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }
}

/// The values that a list or a range stands for.
fn values(node: &Node, path: &str) -> Result<Vec<Node>, Box<Problem>> {
    const ACCEPTED: &str = "a list such as [512MB, 1GB], or a range such as 512MB..2048MB step 256MB";
    let values = match &node.value {
        Value::List(items) => {
            let nested: Result<Vec<Vec<Node>>, _> =
                items
                    .iter()
                    .map(|item| {
                        if item.text().is_some() {
                            written_values(item, path)
                        } else {
                            Ok(vec![item.clone()])
                        }
                    })
                    .collect();
            nested?.concat()
        }
        Value::Scalar(_) => written_values(node, path)?,
        Value::Null | Value::Map(_) => {
            let message = format!("a sweep needs values; found {}", node.described());
            return Err(Box::new(Problem::new(path, node.place, message).hint(ACCEPTED)));
        }
    };
    let mut seen: Vec<String> = Vec::new();
    for value in &values {
        let text = patch::written(value);
        if seen.contains(&text) {
            let message = format!("`{}` stands here twice", abridged(&text));
            return Err(Box::new(Problem::new(path, value.place, message)));
        }
        seen.push(text);
    }
    if values.is_empty() {
        return Err(Box::new(Problem::new(path, node.place, "a sweep needs values").hint(ACCEPTED)));
    }
    Ok(values)
}

/// Values of a scalar: several where it holds commas or a range.
fn written_values(node: &Node, path: &str) -> Result<Vec<Node>, Box<Problem>> {
    let Some(text) = node.text() else { return Ok(vec![node.clone()]) };
    let values = range::values(text).map_err(|error| {
        let place = node.part(error.range.start, error.range.end);
        Box::new(Problem::new(path, place, error.message).maybe_hint(error.hint))
    })?;
    let value = |(text, bytes): (String, std::ops::Range<usize>)| {
        let place = node.part(bytes.start, bytes.end);
        // Only a value that is written as it is has columns of its own.
        let offset = (text.len() == bytes.len()).then_some(0);
        Node { value: Value::Scalar(tree::Scalar { text, offset }), place }
    };
    Ok(values.into_iter().map(value).collect())
}

/// What is wrong with `plain` after `changes`; `plain` itself is sound.
pub(super) fn problems(plain: &Node, changes: &[Change], origin: &Origin<'_>) -> Vec<Problem> {
    match changed(plain, changes) {
        Err(problems) => problems,
        Ok(tree) => {
            let found = super::read_tree(&tree, origin).err().unwrap_or_default();
            // What is wrong with the experiment itself has been said.
            let caused = found.into_iter().filter(|problem| !problem.path.starts_with("experiment"));
            caused.map(|problem| located(problem, changes)).collect()
        }
    }
}

/// `plain` after `changes`.
pub(super) fn changed(plain: &Node, changes: &[Change]) -> Result<Node, Vec<Problem>> {
    let mut tree = plain.clone();
    let wrong: Vec<Problem> =
        changes.iter().filter_map(|change| change.apply(&mut tree).err().map(|problem| *problem)).collect();
    if wrong.is_empty() { Ok(tree) } else { Err(wrong) }
}

/// A problem that a change causes elsewhere is shown at the change.
pub(super) fn located(problem: Problem, changes: &[Change]) -> Problem {
    let inside = |place: Place| changes.iter().any(|change| change.holds(place));
    let Some(first) = changes.first().filter(|_| !problem.place.is_some_and(inside)) else { return problem };
    let with: Vec<String> = changes.iter().map(Change::described).collect();
    let at = problem.path.clone();
    let place = (first.place.source != Source::Default).then_some(first.place);
    Problem { path: first.path.clone(), place, label: String::new(), other: None, ..problem }
        .hint(format!("with {}, at `{at}`", with.join(", ")))
}
