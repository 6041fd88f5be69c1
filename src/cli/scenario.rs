//! Reading the scenario that the command line names: the one place that calls the language.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::flags::Flags;
use super::status::Failure;
use coldstart::scenario::model::Scenario;

/// Which scenario.
#[derive(Args, Clone, Debug)]
pub(super) struct Source {
    /// The scenario, a YAML file (- is standard input)
    #[arg(value_name = "SCENARIO.yaml")]
    pub(super) path: PathBuf,
}

/// Longest scenario that is read. Hand-written ones have kilobytes; a trace belongs into a file of its own.
const LARGEST_SCENARIO: u64 = 16 * 1_048_576;

impl Source {
    /// Standard input.
    fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    /// The name that messages show.
    pub(super) fn shown(&self) -> String {
        if self.is_stdin() { "<stdin>".to_owned() } else { self.path.display().to_string() }
    }

    /// Where the names of other files in the scenario start.
    fn folder(&self) -> &Path {
        if self.is_stdin() { Path::new(".") } else { self.path.parent().unwrap_or(Path::new(".")) }
    }

    /// The text of the scenario.
    fn text(&self) -> Result<String, Failure> {
        let failed =
            |error: &dyn std::fmt::Display| Failure::usage(format!("error: {}: {error}", self.shown()));
        let mut bytes = Vec::new();
        let mut file: Box<dyn Read> = if self.is_stdin() {
            Box::new(std::io::stdin())
        } else if self.path.is_dir() {
            return Err(failed(&"is a folder, not a scenario"));
        } else {
            Box::new(fs::File::open(&self.path).map_err(|error| failed(&error))?)
        };
        file.by_ref().take(LARGEST_SCENARIO + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        if bytes.len() as u64 > LARGEST_SCENARIO {
            return Err(failed(&"is larger than 16 MB; put requests into a trace file"));
        }
        String::from_utf8(bytes).map_err(|_| failed(&"is not text (UTF-8)"))
    }
}

/// Reads and checks a scenario; all its problems are in the failure.
pub(super) fn read(source: &Source, flags: &Flags) -> Result<Scenario, Failure> {
    let text = source.text()?;
    // Until the language is merged: an empty scenario.
    let _ = (text, source.shown(), source.folder());
    let mut scenario = coldstart::report::sample::scenario();
    scenario.seed = flags.seed.unwrap_or(scenario.seed);
    Ok(scenario)
}

/// The scenario with the origin of every value.
pub(super) fn expand(source: &Source, flags: &Flags) -> Result<String, Failure> {
    read(source, flags)?;
    Err(Failure::not_built("--expand"))
}

/// The JSON Schema of the language.
pub(super) fn schema() -> Result<String, Failure> {
    Err(Failure::not_built("coldstart schema"))
}
