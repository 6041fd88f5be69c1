//! `tune`: the memory size that is cheapest, fastest, or a balance of both.

use clap::{Args, ValueEnum};

use super::deliver::{Answer, deliver};
use super::experiment::{EXPERIMENT, IntervalArguments, refused};
use super::flags::Flags;
use super::outputs;
use super::progress::Progress;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use coldstart::decision::tune::{self as tuning, Strategy, Wish};
use coldstart::experiment::Runner;
use coldstart::experiment::sweep::SweepRefusal;
use coldstart::scenario::{ExperimentFlag, Scenario};

/// The sizes that are tried where nobody names any: those that AWS's own examples use.
const SIZES: &str = "128MB, 256MB, 512MB, 1024MB, 1536MB, 1769MB, 3008MB";
/// Runs of each size where nobody says how many.
const REPLICATIONS: u32 = 5;

#[derive(Args, Debug)]
pub(super) struct TuneArguments {
    #[command(flatten)]
    source: Source,
    /// The function [default: the only one]
    #[arg(long, value_name = "NAME", help_heading = EXPERIMENT)]
    function: Option<String>,
    /// Sizes to try: a list or a range such as "128MB..3008MB step 64MB" [default: those at which its duration was measured, or
    /// 128 MB to 3,008 MB in usual steps]
    #[arg(long, value_name = "SIZES", help_heading = EXPERIMENT)]
    memory: Option<String>,
    #[arg(
        long,
        value_name = "ARCHS",
        help_heading = EXPERIMENT,
        help = "Architectures to try, e.g. \"x86_64, arm64\" [default: that of the function]"
    )]
    arch: Option<String>,
    /// What is wanted
    #[arg(long, value_enum, default_value_t = Wanted::Cost, help_heading = EXPERIMENT)]
    strategy: Wanted,
    /// Of balanced: 0 is speed, 1 is cost
    #[arg(long, value_name = "0..1", default_value_t = 0.5, value_parser = weight, help_heading = EXPERIMENT)]
    balanced_weight: f64,
    /// What counts as time: mean, p50, p90, p95, p99, p99.9, min or max of the latency
    #[arg(long, value_name = "SUMMARY", default_value = "mean", help_heading = EXPERIMENT)]
    by: String,
    #[command(flatten)]
    intervals: IntervalArguments,
}

/// The words of power tuning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wanted {
    /// The cheapest; of equal ones the faster
    Cost,
    /// The fastest; of equal ones the cheaper
    Speed,
    /// A balance of both
    Balanced,
}

pub(super) fn tune(arguments: &TuneArguments, flags: &Flags) -> Result<Status, Failure> {
    outputs::check(flags, &arguments.source.path)?;
    if flags.csv.is_some() {
        return Err(Failure::usage("error: `coldstart tune` writes no tables; use --json or --md"));
    }
    // Stands first alone, because the default sizes depend on what is in it.
    let bytes = scenario::ScenarioText::new(&arguments.source)?;
    let plain = bytes.template(flags, arguments.intervals.flags(flags))?;
    outputs::check_inputs(flags, plain.scenario())?;
    let function = function(arguments.function.as_deref(), plain.scenario())?;
    let sizes = arguments.memory.clone().unwrap_or_else(|| {
        plain.measured_sizes(&function).map_or_else(|| SIZES.to_owned(), |measured| measured.join(", "))
    });
    let mut experiment = arguments.intervals.flags(flags);
    experiment.push(ExperimentFlag::Field("--memory", format!("functions.{function}.memory"), sizes));
    if let Some(archs) = &arguments.arch {
        experiment.push(ExperimentFlag::Field("--arch", format!("functions.{function}.arch"), archs.clone()));
    }
    let template = bytes.template(flags, experiment)?;
    let wish = Wish {
        function,
        strategy: match arguments.strategy {
            Wanted::Cost => Strategy::Cost,
            Wanted::Speed => Strategy::Speed,
            Wanted::Balanced => Strategy::Balanced,
        },
        weight: arguments.balanced_weight,
        by: arguments.by.clone(),
        replications: template.replications(REPLICATIONS),
    };
    let progress = Progress::new(flags.quiet);
    let heard = |share| progress.report(share);
    let runner = Runner { jobs: flags.jobs.unwrap_or(0), progress: Some(&heard) };
    let found = tuning::tune(&template, &wish, &runner).map_err(|refusal| match refusal {
        SweepRefusal::Problems(problems) => scenario::failure(&problems, flags),
        SweepRefusal::Words(words) => refused(&words),
    })?;
    drop(progress);
    let document = tuning::document(&found);
    deliver(&Answer { data: &found, document: &document, csv: Vec::new() }, flags)?;
    Ok(if found.choice.is_some() { Status::Fine } else { Status::ThresholdFailed })
}

/// The function that is tuned.
fn function(wanted: Option<&str>, scenario: &Scenario) -> Result<String, Failure> {
    let names: Vec<&str> = scenario.functions.iter().map(|function| function.name.as_str()).collect();
    match (wanted, &names[..]) {
        (Some(name), _) if names.contains(&name) => Ok(name.to_owned()),
        (Some(name), _) => {
            Err(refused(&format!("there is no function `{name}`; there are: {}", names.join(", "))))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => {
            Err(refused(&format!("which function? Say --function NAME; there are: {}", names.join(", "))))
        }
    }
}

fn weight(text: &str) -> Result<f64, String> {
    let weight: Option<f64> = text.trim().parse().ok();
    weight
        .filter(|weight| (0.0..=1.0).contains(weight))
        .ok_or_else(|| format!("`{text}` is no number from 0 to 1"))
}
