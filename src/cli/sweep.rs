//! `sweep`: every combination of some values.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::deliver::{Answer, deliver};
use super::experiment::{EXPERIMENT, IntervalArguments, MetricArguments, refused};
use super::flags::Flags;
use super::progress::Progress;
use super::results::Results;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use super::{outputs, terminal};
use coldstart::experiment::sweep::{Sweep, SweepRefusal, csv, document};
use coldstart::experiment::{Runner, Shard, Tally, shown};
use coldstart::report::csv::SWEEP;
use coldstart::scenario::ExperimentFlag;

#[derive(Args, Debug)]
pub(super) struct SweepArguments {
    #[command(flatten)]
    source: Source,
    /// Try these values: a list, or a range such as "functions.api.memory=512MB..2048MB step 256MB" (repeatable; takes the
    /// place of `experiment: {sweep}`)
    #[arg(long, value_name = "PATH=VALUES", help_heading = EXPERIMENT)]
    over: Vec<String>,
    #[command(flatten)]
    metrics: MetricArguments,
    #[command(flatten)]
    intervals: IntervalArguments,
    /// Keep every finished point in this folder; a sweep that was stopped goes on from there
    #[arg(long, value_name = "DIR", help_heading = EXPERIMENT)]
    results: Option<PathBuf>,
    /// Simulate only part I of N, e.g. 3/64, into the folder of --results
    #[arg(long, value_name = "I/N", help_heading = EXPERIMENT, requires = "results")]
    shard: Option<Shard>,
    /// Simulate nothing: show what is in this folder of results (repeatable)
    #[arg(long, value_name = "DIR", help_heading = EXPERIMENT, conflicts_with_all = ["results", "shard"])]
    merge: Vec<PathBuf>,
}

pub(super) fn sweep(arguments: &SweepArguments, flags: &Flags) -> Result<Status, Failure> {
    outputs::check(flags, &arguments.source.path)?;
    for folder in arguments.results.iter().chain(&arguments.merge) {
        outputs::check_results(flags, folder)?;
    }
    let mut experiment = arguments.intervals.flags(flags);
    experiment.extend(arguments.metrics.flags());
    experiment.extend(arguments.over.iter().cloned().map(ExperimentFlag::Over));
    let template = scenario::read_template(&arguments.source, flags, experiment)?;
    outputs::check_inputs(flags, template.scenario())?;
    let sweep = Sweep::new(&template).map_err(|refusal| match refusal {
        SweepRefusal::Problems(problems) => scenario::failure(&problems, flags),
        SweepRefusal::Words(words) => refused(&words),
    })?;
    let done = if arguments.merge.is_empty() {
        simulated(arguments, flags, &sweep)?
    } else {
        merged(arguments, &sweep)?
    };
    let missing: Vec<usize> = (0..sweep.points()).filter(|point| !done.contains_key(point)).collect();
    if let (Some(shard), false) = (arguments.shard, missing.is_empty()) {
        if !flags.quiet {
            terminal::print(&format!(
                "part {}/{} is done; {} of {} points are there\n",
                shard.number,
                shard.of,
                done.len(),
                sweep.points()
            ))?;
        }
        return Ok(Status::Fine);
    }
    if !missing.is_empty() {
        return Err(incomplete(&missing, sweep.points()));
    }
    let tallies: Vec<Tally> = done.into_values().collect();
    let answer = sweep.answer(&tallies);
    let document = document(&answer, &shown(template.scenario()));
    deliver(&Answer { data: &answer, document: &document, csv: vec![(SWEEP, csv(&answer))] }, flags)?;
    Ok(Status::Fine)
}

/// The points of `--merge`.
fn merged(arguments: &SweepArguments, sweep: &Sweep<'_>) -> Result<BTreeMap<usize, Tally>, Failure> {
    let identity = identity(sweep)?;
    let mut found = BTreeMap::new();
    for folder in &arguments.merge {
        found.extend(Results::existing(folder, &identity, sweep.points())?.points()?);
    }
    Ok(found)
}

/// The points that are there already and those that are simulated now.
fn simulated(
    arguments: &SweepArguments,
    flags: &Flags,
    sweep: &Sweep<'_>,
) -> Result<BTreeMap<usize, Tally>, Failure> {
    let results = match &arguments.results {
        Some(folder) => Some(Results::open(folder, &identity(sweep)?, sweep.points())?),
        None => None,
    };
    let mut done = results.as_ref().map_or_else(|| Ok(BTreeMap::new()), Results::points)?;
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    let points: Vec<usize> =
        (0..sweep.points()).filter(|point| shard.has(*point) && !done.contains_key(point)).collect();
    if !done.is_empty() && !points.is_empty() && !flags.quiet {
        terminal::complain(&format!(
            "{} of {} points are there; simulating {}",
            done.len(),
            sweep.points(),
            points.len()
        ));
    }
    let progress = Progress::new(flags.quiet);
    let heard = |share| progress.report(share);
    let runner = Runner { jobs: flags.jobs.unwrap_or(0), progress: Some(&heard) };
    sweep.simulate(&points, &runner, |point, tally| {
        if let Some(results) = &results {
            results.keep(point, &tally)?;
        }
        done.insert(point, tally);
        Ok(())
    })?;
    Ok(done)
}

fn identity(sweep: &Sweep<'_>) -> Result<String, Failure> {
    sweep.identity().map_err(|error| Failure::usage(format!("error: {error}")))
}

fn incomplete(missing: &[usize], points: usize) -> Failure {
    let named: Vec<String> = missing.iter().take(10).map(|point| (point + 1).to_string()).collect();
    let more = if missing.len() > 10 { ", …" } else { "" };
    Failure::usage(format!(
        "error: {} of {points} points are missing: number {}{more}\nRun the parts that are missing, or go on with --results.",
        missing.len(),
        named.join(", ")
    ))
}
