//! What may be written on the command line.

use clap::{Arg, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use super::assumptions::AssumptionsArguments;
use super::compare::CompareArguments;
use super::completions::CompletionsArguments;
use super::cost::CostArguments;
use super::examples::ExamplesArguments;
use super::explain::ExplainArguments;
use super::flags::{Flags, OUTPUT};
use super::init::InitArguments;
use super::logs::LogsArguments;
use super::run::RunArguments;
use super::scenario::Source;
use super::size::SizeArguments;
use super::sweep::SweepArguments;
use super::tune::TuneArguments;
use super::validate::ValidateArguments;

const AFTER_HELP: &str = "Flags for files and the summary: coldstart run --help\n\nExit status: 0 fine · 99 a strict threshold failed · 2 bad usage or scenario · \
                             1 internal error · 130 interrupted";

/// A deterministic simulator of AWS Lambda: what happens, what it costs, what ends in the dead-letter queue, and why.
#[derive(Parser, Debug)]
#[command(name = "coldstart", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) verb: Verb,
    #[command(flatten)]
    pub(super) flags: Flags,
}

/// Verbs whose help shows the flags for outputs.
const REPORTING: [&str; 3] = ["run", "report", "plot"];
/// Verbs whose help shows those that a document made of many runs has.
const ANSWERING: [&str; 4] = ["sweep", "compare", "tune", "size"];
/// Flags for outputs that such a document has not.
const ONLY_OF_RUNS: [&str; 3] = ["events", "junit", "summary"];

impl Arguments {
    /// What the command line says; ends the program with help or a complaint where it says nothing usable.
    pub(super) fn of_the_command_line() -> Self {
        let mut matches = Self::described().get_matches();
        Self::from_arg_matches_mut(&mut matches)
            .unwrap_or_else(|error| error.format(&mut Self::described()).exit())
    }

    /// The command with its help: every verb understands the flags for outputs, so that it can refuse them in its
    /// own words, and those that make a report show them.
    pub(super) fn described() -> Command {
        let command = Self::command();
        // All flags and not only those for outputs: the sections of the help keep their order.
        let shown: Vec<Arg> = command.get_arguments().cloned().collect();
        command.mut_args(|flag| if is_for_outputs(&flag) { flag.hide(true) } else { flag }).mut_subcommands(
            |verb| {
                let name = verb.get_name().to_owned();
                if REPORTING.contains(&name.as_str()) {
                    verb.args(shown.clone())
                } else if ANSWERING.contains(&name.as_str()) {
                    verb.args(
                        shown.iter().filter(|flag| !ONLY_OF_RUNS.contains(&flag.get_id().as_str())).cloned(),
                    )
                } else {
                    verb
                }
            },
        )
    }
}

fn is_for_outputs(flag: &Arg) -> bool {
    flag.get_help_heading() == Some(OUTPUT) && flag.get_id() != "no_color"
}

#[derive(Subcommand, Debug)]
pub(super) enum Verb {
    /// Print a starter scenario
    Init(InitArguments),
    /// Check a scenario and show every problem in it
    Validate(ValidateArguments),
    /// Simulate a scenario, summarise, check its thresholds
    Run(RunArguments),
    /// Simulate a scenario and write its web page (to SCENARIO.html, or where --html says)
    Report(RunArguments),
    /// Simulate a scenario and write its pictures (into SCENARIO-plots, or where --plot says)
    Plot(RunArguments),
    /// Tell the life of one request or message, or of the peak, step by step; or the table of errors
    Explain(ExplainArguments),
    /// Print what Lambda writes to the logs: START, END and REPORT of the first invocations
    Logs(LogsArguments),
    /// Show the closed forms that apply beside what was simulated
    Theory(Source),
    /// Show the cost alone, and the traffic that a fixed sum buys
    Cost(CostArguments),
    /// List every rule with its provenance and its switch
    Assumptions(AssumptionsArguments),
    /// Print the JSON Schema of the scenario language
    Schema,
    /// List the scenarios that come with coldstart, or print one
    Examples(ExamplesArguments),
    /// Print the completions of a shell
    Completions(CompletionsArguments),
    /// Compare variants, or the same under other assumptions
    Compare(CompareArguments),
    /// Simulate every combination of some values, and show what changes
    Sweep(SweepArguments),
    /// Find the memory size that is cheapest, fastest, or a balance of both
    Tune(TuneArguments),
    /// Find the smallest limit that meets a condition
    Size(SizeArguments),
    /// From SAM, Terraform, k6 … (not built yet)
    Import(NotBuilt),
    /// Drive a scenario with a public trace (not built yet)
    Replay(NotBuilt),
    /// Distributions from logs (not built yet)
    Fit(NotBuilt),
}

/// Takes anything, so that the answer is about the verb and not about its arguments.
#[derive(Args, Debug)]
pub(super) struct NotBuilt {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

impl Verb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Validate(_) => "validate",
            Self::Run(_) => "run",
            Self::Report(_) => "report",
            Self::Plot(_) => "plot",
            Self::Explain(_) => "explain",
            Self::Logs(_) => "logs",
            Self::Theory(_) => "theory",
            Self::Assumptions(_) => "assumptions",
            Self::Schema => "schema",
            Self::Examples(_) => "examples",
            Self::Completions(_) => "completions",
            Self::Compare(_) => "compare",
            Self::Sweep(_) => "sweep",
            Self::Tune(_) => "tune",
            Self::Size(_) => "size",
            Self::Cost(_) => "cost",
            Self::Import(_) => "import",
            Self::Replay(_) => "replay",
            Self::Fit(_) => "fit",
        }
    }

    /// Whether the verb knows what to do with several replications.
    pub(super) fn makes_many_runs(&self) -> bool {
        matches!(self, Self::Run(_) | Self::Report(_) | Self::Plot(_) | Self::Cost(_)) || self.answers()
    }

    /// Whether the verb answers with a document made of many runs.
    pub(super) fn answers(&self) -> bool {
        matches!(self, Self::Sweep(_) | Self::Compare(_) | Self::Tune(_) | Self::Size(_))
    }

    /// Whether the verb makes a report that output flags can write. The verbs that are not built pass too, so
    /// that the answer is about them.
    pub(super) fn makes_a_report(&self) -> bool {
        if let Self::Explain(explain) = self {
            return explain.errors;
        }
        !matches!(
            self,
            Self::Init(_)
                | Self::Validate(_)
                | Self::Logs(_)
                | Self::Theory(_)
                | Self::Cost(_)
                | Self::Assumptions(_)
                | Self::Schema
                | Self::Examples(_)
                | Self::Completions(_)
        )
    }
}
