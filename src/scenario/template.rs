//! A scenario that is read again and again with other values.

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::model::{Arrivals, Handler, Scenario};
use super::plan::{self, Change, Plan};
use super::problem::{Problem, Problems};
use super::tree::{Node, Place, Source, Value};
use super::{Overrides, Prepared, patch, read, read_tree};

/// A scenario file with the changes of the command line, and what its experiment changes.
pub struct Template {
    text: String,
    file_name: String,
    folder: PathBuf,
    flags: Vec<String>,
    /// Without the plan.
    tree: Node,
    scenario: Scenario,
    plan: Plan,
}

impl Template {
    /// Reads and checks the scenario and its plan.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn read(text: &str, file_name: &str, folder: &Path, overrides: &Overrides) -> Result<Self, Problems> {
        let scenario = super::read(text, file_name, folder, overrides)?;
        let Prepared { tree, flags } = Prepared::new(text, file_name, overrides)?;
        let (plan, problems) = plan::read(&tree, &read::Origin { text, file_name, folder }, true);
        if !problems.is_empty() {
            return Err(Problems::new(problems, file_name, text, &flags));
        }
        Ok(Self {
            text: text.to_owned(),
            file_name: file_name.to_owned(),
            folder: folder.to_owned(),
            flags,
            tree: plan::without_plan(&tree),
            scenario,
            plan,
        })
    }

    /// The scenario without changes.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The replications that the scenario or a flag asks for, or `otherwise` where none does.
    pub fn replications(&self, otherwise: u32) -> u32 {
        let asked = self.tree.find("experiment").and_then(|experiment| experiment.find("replications"));
        asked.filter(|node| !node.is_null()).and(self.scenario.experiment.replications).unwrap_or(otherwise)
    }

    /// What its experiment changes.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The scenario after `changes`.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn with(&self, changes: &[Change]) -> Result<Scenario, Problems> {
        let origin = self.origin();
        plan::changed(&self.tree, changes)
            .and_then(|tree| read_tree(&tree, &origin))
            .map_err(|problems| self.refused(problems, changes))
    }

    /// `value` at the path that was typed behind the verb `verb` ([`super::ExperimentFlag::Subject`]).
    pub fn at_subject(&self, verb: &str, path: &str, value: &str) -> Change {
        let typed = format!("{verb} {path}");
        let flag = self.flags.iter().position(|flag| *flag == typed);
        let place = flag.map_or(Place::DEFAULT, |flag| Place {
            source: Source::Flag(flag as u32),
            start: (typed.len() - path.len()) as u32,
            end: typed.len() as u32,
        });
        Change::new(path, value).placed(place)
    }

    /// What is wrong with any of many sets of changes, at once.
    ///
    /// # Errors
    /// All problems; the first few sets of values that only fail together are named.
    pub fn check(&self, all: impl Iterator<Item = Vec<Change>>) -> Result<(), Problems> {
        const ENOUGH: usize = 20;
        let origin = self.origin();
        let mut found: Vec<Problem> = Vec::new();
        for changes in all {
            for problem in plan::problems(&self.tree, &changes, &origin) {
                let problem = together(problem, &changes);
                if !found.iter().any(|known| known.message == problem.message && known.place == problem.place)
                {
                    found.push(problem);
                }
            }
            if found.len() >= ENOUGH {
                break;
            }
        }
        if found.is_empty() { Ok(()) } else { Err(self.refused(found, &[])) }
    }

    /// A problem of the command line as those of the scenario are shown.
    fn refused(&self, problems: Vec<Problem>, changes: &[Change]) -> Problems {
        let problems = problems.into_iter().map(|problem| plan::located(problem, changes)).collect();
        Problems::new(problems, &self.file_name, &self.text, &self.flags)
    }

    fn origin(&self) -> read::Origin<'_> {
        read::Origin { text: &self.text, file_name: &self.file_name, folder: &self.folder }
    }

    /// A hash of all that decides the results of a point: the scenario after the flags, the version, and what it reads from
    /// files. Names of folders are not in it, so that parts of a sweep can be made on different machines.
    ///
    /// # Errors
    /// When a trace can no longer be read.
    pub fn identity(&self) -> std::io::Result<String> {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(patch::written(&self.tree));
        for function in &self.scenario.functions {
            // Distributions may come from files.
            hash.update(format!("{function:?}"));
        }
        hash.update(format!("{:?}", self.scenario.clients));
        for traffic in &self.scenario.traffic {
            match &traffic.arrivals {
                Arrivals::Trace(trace) => hash_file(&mut hash, &trace.path)?,
                others => hash.update(format!("{others:?}")),
            }
            hash.update(format!("{:?}", traffic.overrides));
        }
        if let Some(prices) = &self.scenario.pricing.own_prices {
            hash_file(&mut hash, prices)?;
        }
        Ok(read::hexadecimal(&hash.finalize()))
    }

    /// Remarks on changing what is at `paths`: memory that is swept over a duration that does not follow it (S22).
    pub fn remarks<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<String> {
        let mut remarks = Vec::new();
        for path in paths {
            let name = path.strip_prefix("functions.").and_then(|rest| rest.strip_suffix(".memory"));
            let concerned = |function: &&super::model::Function| match name {
                Some(name) => function.name == name,
                None => path == "defaults.memory",
            };
            for function in self.scenario.functions.iter().filter(concerned) {
                if self.has_fixed_duration(&function.name) {
                    remarks.push(format!(
                        "{}: `duration` does not change with memory, so more memory only costs more (S22). Describe the \
                         work instead, as `work: {{cpu: …, io: …}}`, or measured sizes, as `duration: {{128MB: 2s, 1GB: 300ms}}`.",
                        function.name
                    ));
                }
            }
        }
        remarks.sort();
        remarks.dedup();
        remarks
    }

    /// The memory sizes at which the duration of a function was measured, where it is given for some.
    pub fn measured_sizes(&self, function: &str) -> Option<Vec<String>> {
        let duration = self.duration_of(function)?;
        let sizes: Vec<String> = duration.entries().iter().map(|entry| entry.key.clone()).collect();
        (!sizes.is_empty()).then_some(sizes)
    }

    /// What stands at `duration` of a function.
    fn duration_of(&self, function: &str) -> Option<&Node> {
        let own = self.tree.find("functions").and_then(|functions| functions.find(function));
        own.and_then(|block| block.find("duration"))
            .or_else(|| self.tree.find("defaults").and_then(|block| block.find("duration")))
    }

    /// Whether the handler of a function takes as long with any memory.
    pub fn has_fixed_duration(&self, function: &str) -> bool {
        let per_memory = self.duration_of(function).is_some_and(|node| matches!(node.value, Value::Map(_)));
        let found = self.scenario.functions.iter().find(|one| one.name == function);
        !per_memory && found.is_some_and(|function| matches!(function.handler, Handler::Duration(_)))
    }
}

/// A problem that only comes of several values names them all.
fn together(problem: Problem, changes: &[Change]) -> Problem {
    if problem.hints.iter().any(|hint| hint.starts_with("with ")) {
        return problem;
    }
    let all: Vec<String> = changes.iter().map(Change::described).collect();
    problem.hint(format!("with {}", all.join(", ")))
}

fn hash_file(hash: &mut Sha256, path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => hash.update(&buffer[..read]),
        }
    }
}
