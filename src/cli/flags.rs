//! Flags that every verb knows.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::status::Failure;
use super::terminal;
use coldstart::report::text::{Detail, TextOptions};

/// Section of the help.
pub(super) const OUTPUT: &str = "Output";

/// How much the summary says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Summary {
    /// Nothing
    None,
    /// Thresholds, a line per function, the ledger
    Compact,
    /// Everything
    Full,
}

#[derive(Args, Clone, Debug)]
pub(super) struct Flags {
    /// Seed of all random draws, instead of the scenario's
    #[arg(long, global = true, value_name = "NUMBER", help_heading = "Scenario")]
    pub(super) seed: Option<u64>,
    /// Set a value of the scenario, e.g. functions.api.memory=1GB (repeatable)
    #[arg(long, global = true, value_name = "PATH=VALUE", help_heading = "Scenario")]
    pub(super) set: Vec<String>,
    /// Dated rules of the platform, e.g. aws-lambda/2019
    #[arg(long, global = true, value_name = "PROFILE", help_heading = "Scenario")]
    pub(super) platform: Option<String>,
    /// AWS region, for prices and quotas
    #[arg(long, global = true, value_name = "REGION", help_heading = "Scenario")]
    pub(super) region: Option<String>,
    /// Runs with different seeds, whose means get confidence intervals
    #[arg(long, global = true, value_name = "N", help_heading = "Scenario")]
    pub(super) replications: Option<u32>,
    /// Threads to simulate on; the result does not depend on it
    #[arg(long, global = true, value_name = "N", help_heading = "Scenario")]
    pub(super) jobs: Option<usize>,
    /// Write the whole report as JSON (- is standard output)
    #[arg(long, global = true, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) json: Option<PathBuf>,
    /// Write summary.csv, timeseries.csv and cost.csv
    #[arg(long, global = true, value_name = "DIR", help_heading = OUTPUT)]
    pub(super) csv: Option<PathBuf>,
    /// Write a row per attempt: CSV, or NDJSON if FILE ends in .ndjson or .jsonl
    #[arg(long, global = true, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) events: Option<PathBuf>,
    /// Write one self-contained web page
    #[arg(long, global = true, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) html: Option<PathBuf>,
    /// Write Markdown, e.g. for a pull request
    #[arg(long, global = true, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) md: Option<PathBuf>,
    /// Write the thresholds as JUnit test cases
    #[arg(long, global = true, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) junit: Option<PathBuf>,
    /// Write a picture per plot
    #[arg(long, global = true, value_name = "DIR", help_heading = OUTPUT)]
    pub(super) plot: Option<PathBuf>,
    /// How much the summary says [default: full]
    #[arg(long, global = true, value_enum, value_name = "HOW", help_heading = OUTPUT)]
    pub(super) summary: Option<Summary>,
    /// Print the lines of the thresholds only
    #[arg(short, long, global = true, help_heading = OUTPUT)]
    pub(super) quiet: bool,
    /// No colours (the environment variable `NO_COLOR` does the same)
    #[arg(long, global = true, help_heading = OUTPUT)]
    pub(super) no_color: bool,
}

impl Flags {
    /// Outputs that were asked for, with the flag that asked.
    pub(super) fn outputs(&self) -> impl Iterator<Item = (&'static str, &PathBuf)> {
        [
            ("--json", &self.json),
            ("--csv", &self.csv),
            ("--events", &self.events),
            ("--html", &self.html),
            ("--md", &self.md),
            ("--junit", &self.junit),
            ("--plot", &self.plot),
        ]
        .into_iter()
        .filter_map(|(flag, path)| path.as_ref().map(|path| (flag, path)))
    }

    /// A verb without a report refuses what it would otherwise ignore.
    pub(super) fn refuse_outputs(&self, verb: &str) -> Result<(), Failure> {
        match self.outputs().next() {
            Some((flag, _)) => Err(Failure::usage(format!(
                "error: `coldstart {verb}` makes no report, so {flag} has nothing to write"
            ))),
            None => Ok(()),
        }
    }

    /// How text on standard output is written.
    pub(super) fn text_options(&self) -> TextOptions {
        TextOptions {
            detail: if self.summary == Some(Summary::Compact) { Detail::Compact } else { Detail::Full },
            colour: terminal::colour_on_stdout(self.no_color),
            columns: terminal::columns(),
        }
    }
}
