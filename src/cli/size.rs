//! `size`: the smallest limit that meets a condition.

use clap::Args;

use super::deliver::{Answer, deliver};
use super::experiment::{EXPERIMENT, IntervalArguments, refused};
use super::flags::Flags;
use super::outputs;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use coldstart::decision::size::schedule::{self, ScheduleWish, schedule};
use coldstart::decision::size::{self as sizing, SizeRefusal, Wish};
use coldstart::experiment::Runner;
use coldstart::scenario::{ExperimentFlag, Template};
use coldstart::units::{SimDuration, parse_duration};

/// Runs of each value where nobody says how many.
const REPLICATIONS: u32 = 10;
/// Runs of each capacity of a schedule: they are as long as a day.
const SCHEDULE_REPLICATIONS: u32 = 3;

#[derive(Args, Debug)]
pub(super) struct SizeArguments {
    #[command(flatten)]
    source: Source,
    #[arg(
        value_name = "PATH",
        help = "The limit, e.g. functions.api.reserved_concurrency, account.concurrency or \
                functions.worker.event_sources.0.max_concurrency"
    )]
    limit: String,
    #[arg(
        long,
        value_name = "CONDITION",
        help_heading = EXPERIMENT,
        help = "What must hold, e.g. \"api.throttle_rate < 0.1%\" (repeatable) [default: the thresholds of the scenario]"
    )]
    until: Vec<String>,
    /// A schedule of provisioned concurrency instead: what each part of the day needs, by its length, e.g. 1h
    #[arg(long, value_name = "LENGTH", value_parser = length, conflicts_with = "within", help_heading = EXPERIMENT)]
    schedule: Option<SimDuration>,
    /// Look only at these values, e.g. 1..500 [default: all that the scenario accepts]
    #[arg(long, value_name = "A..B", value_parser = bounds, help_heading = EXPERIMENT)]
    within: Option<(u64, u64)>,
    #[command(flatten)]
    intervals: IntervalArguments,
}

/// Whether there is an answer is also told by the exit status: 99 where no value is enough.
pub(super) fn size(arguments: &SizeArguments, flags: &Flags) -> Result<Status, Failure> {
    outputs::check(flags, &arguments.source.path)?;
    if flags.csv.is_some() {
        return Err(Failure::usage("error: `coldstart size` writes no tables; use --json or --md"));
    }
    let mut experiment = arguments.intervals.flags(flags);
    experiment.extend(conditions(arguments)?.into_iter().map(ExperimentFlag::Until));
    experiment.push(ExperimentFlag::Subject(sizing::VERB, arguments.limit.clone()));
    let template = scenario::read_template(&arguments.source, flags, experiment)?;
    outputs::check_inputs(flags, template.scenario())?;
    if let Some(slot) = arguments.schedule {
        return scheduled(arguments, slot, &template, flags);
    }
    let wish = Wish {
        path: arguments.limit.clone(),
        within: arguments.within,
        replications: template.replications(REPLICATIONS),
    };
    let found = sizing::size(&template, &wish, &runner(flags)).map_err(|refusal| told(refusal, flags))?;
    let document = sizing::document(&found);
    deliver(&Answer { data: &found, document: &document, csv: Vec::new() }, flags)?;
    Ok(if found.answer.is_some() { Status::Fine } else { Status::ThresholdFailed })
}

/// The conditions as they are typed; those of a schedule are about windows of the length of its parts.
fn conditions(arguments: &SizeArguments) -> Result<Vec<String>, Failure> {
    let Some(slot) = arguments.schedule else { return Ok(arguments.until.clone()) };
    if let Some(windowed) = arguments.until.iter().find(|condition| condition.contains(" for ")) {
        return Err(refused(&format!(
            "`--until \"{windowed}\"`: with --schedule a condition holds in each part of the day ({slot}); leave `for` out"
        )));
    }
    Ok(arguments.until.iter().map(|condition| format!("{condition} for {slot}")).collect())
}

/// Provisioned concurrency by the parts of a day.
fn scheduled(
    arguments: &SizeArguments,
    slot: SimDuration,
    template: &Template,
    flags: &Flags,
) -> Result<Status, Failure> {
    let wish = ScheduleWish {
        path: arguments.limit.clone(),
        slot,
        replications: template.replications(SCHEDULE_REPLICATIONS),
    };
    let found = schedule(template, &wish, &runner(flags)).map_err(|refusal| told(refusal, flags))?;
    let document = schedule::document(&found);
    deliver(&Answer { data: &found, document: &document, csv: Vec::new() }, flags)?;
    let holds = found.whole.as_ref().is_some_and(|whole| whole.holds);
    Ok(if holds { Status::Fine } else { Status::ThresholdFailed })
}

fn told(refusal: SizeRefusal, flags: &Flags) -> Failure {
    match refusal {
        SizeRefusal::Problems(problems) => scenario::failure(&problems, flags),
        SizeRefusal::Words(words) => refused(&words),
    }
}

fn length(text: &str) -> Result<SimDuration, String> {
    parse_duration(text).map_err(|error| format!("`{text}` is no length: it {}, e.g. 1h", error.reason))
}

/// How far a search is nobody knows before its end, so there is no bar.
fn runner(flags: &Flags) -> Runner<'static> {
    Runner { jobs: flags.jobs.unwrap_or(0), progress: None }
}

fn bounds(text: &str) -> Result<(u64, u64), String> {
    let wrong = || format!("`{text}` are no bounds, e.g. 1..500");
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let bounds = (from.trim().parse().map_err(|_| wrong())?, to.trim().parse().map_err(|_| wrong())?);
    if bounds.0 > bounds.1 { Err(wrong()) } else { Ok(bounds) }
}
