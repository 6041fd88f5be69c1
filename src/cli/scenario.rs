//! Reading the scenario that the command line names: the one place that calls the language.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::flags::Flags;
use super::status::Failure;
use coldstart::scenario::{self as language, ExperimentFlag, Overrides, Problems, Scenario, Template};

/// Which scenario.
#[derive(Args, Clone, Debug)]
pub(super) struct Source {
    /// The scenario, a YAML file (- is standard input)
    #[arg(value_name = "SCENARIO.yaml")]
    pub(super) path: PathBuf,
}

/// More bytes than any scenario may have: enough for the language to see that it is too large.
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

    /// The file, cut off where the language has long refused it.
    fn bytes(&self) -> Result<Vec<u8>, Failure> {
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
        Ok(bytes)
    }
}

/// Reads and checks a scenario; all its problems are in the failure.
pub(super) fn read(source: &Source, flags: &Flags) -> Result<Scenario, Failure> {
    read_with(source, flags, Vec::new())
}

/// The same, with flags about `experiment:`.
pub(super) fn read_with(
    source: &Source,
    flags: &Flags,
    experiment: Vec<ExperimentFlag>,
) -> Result<Scenario, Failure> {
    let bytes = source.bytes()?;
    let shown = source.shown();
    language::text_of(&bytes, &shown)
        .and_then(|text| {
            let overrides = Overrides { experiment, ..overrides(flags) };
            language::read(text, &shown, source.folder(), &overrides)
        })
        .map_err(|problems| failure(&problems, flags))
}

/// A scenario that is read again with other values, and what its experiment changes.
pub(super) fn read_template(
    source: &Source,
    flags: &Flags,
    experiment: Vec<ExperimentFlag>,
) -> Result<Template, Failure> {
    ScenarioText::new(source)?.template(flags, experiment)
}

/// The text of a scenario, of which several templates can be made; standard input is read only once.
pub(super) struct ScenarioText<'s> {
    source: &'s Source,
    bytes: Vec<u8>,
}

impl<'s> ScenarioText<'s> {
    pub(super) fn new(source: &'s Source) -> Result<Self, Failure> {
        Ok(Self { source, bytes: source.bytes()? })
    }

    pub(super) fn template(
        &self,
        flags: &Flags,
        experiment: Vec<ExperimentFlag>,
    ) -> Result<Template, Failure> {
        let shown = self.source.shown();
        language::text_of(&self.bytes, &shown)
            .and_then(|text| {
                let overrides = Overrides { experiment, ..overrides(flags) };
                Template::read(text, &shown, self.source.folder(), &overrides)
            })
            .map_err(|problems| failure(&problems, flags))
    }
}

/// The scenario with the origin of every value.
pub(super) fn expand(source: &Source, flags: &Flags) -> Result<String, Failure> {
    let bytes = source.bytes()?;
    let shown = source.shown();
    language::text_of(&bytes, &shown)
        .and_then(|text| language::expand(text, &shown, source.folder(), &overrides(flags)))
        .map_err(|problems| failure(&problems, flags))
}

/// The JSON Schema of the language.
pub(super) fn schema() -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(&language::schema());
    text.map(|text| text + "\n").map_err(|error| Failure::internal(error.to_string()))
}

fn overrides(flags: &Flags) -> Overrides {
    Overrides {
        set: flags.set.clone(),
        seed: flags.seed,
        platform: flags.platform.clone(),
        region: flags.region.clone(),
        ..Overrides::default()
    }
}

/// All problems of a scenario as a reason to stop.
pub(super) fn failure(problems: &Problems, flags: &Flags) -> Failure {
    Failure::usage(problems.render(super::terminal::colour_on_stderr(flags.no_color)))
}
