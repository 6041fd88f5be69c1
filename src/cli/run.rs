//! `run`, `report` and `plot`: simulate and write what was asked for.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::NamedTempFile;

use super::experiment::{EXPERIMENT, IntervalArguments};
use super::flags::{Flags, Summary};
use super::progress::Progress;
use super::scenario::{self, Source};
use super::simulate::simulate;
use super::staged::{self, Staged};
use super::status::{Failure, Status};
use super::{outputs, renderings, terminal};
use coldstart::Options;
use coldstart::experiment::{self, Runner};
use coldstart::report::attempts::{AttemptWriter, RowFormat};
use coldstart::report::estimate::Replications;
use coldstart::report::model::Report;
use coldstart::report::{a_strict_threshold_failed, text};
use coldstart::scenario::ExperimentFlag;
use coldstart::scenario::model::Scenario;

#[derive(Args, Clone, Debug)]
pub(super) struct RunArguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    intervals: IntervalArguments,
    /// Cut the run behind its warm-up into N equal parts, whose means get confidence intervals; 30 are usual
    #[arg(long, value_name = "N", help_heading = EXPERIMENT)]
    batches: Option<u32>,
}

impl RunArguments {
    fn read(&self, flags: &Flags) -> Result<Scenario, Failure> {
        let mut experiment = self.intervals.flags(flags);
        experiment.extend(self.batches.map(ExperimentFlag::Batches));
        scenario::read_with(&self.source, flags, experiment)
    }
}

/// Simulates, summarises, writes, and answers with the verdict of the thresholds.
pub(super) fn run(arguments: &RunArguments, flags: &Flags) -> Result<Status, Failure> {
    outputs::check(flags, &arguments.source.path)?;
    let scenario = arguments.read(flags)?;
    outputs::check_inputs(flags, &scenario)?;
    if !flags.quiet {
        for warning in &scenario.warnings {
            terminal::complain(&format!("warning: {warning}"));
        }
    }
    let mut staged = Staged::default();
    let report = simulated(&scenario, flags, &mut staged)?;
    let to_stdout = renderings::stage(&report, flags, &mut staged)?;
    staged.commit()?;
    terminal::print(&to_stdout.unwrap_or_else(|| summary(&report, flags)))?;
    let failed_in_another = report.replications.as_ref().is_some_and(Replications::a_strict_threshold_failed);
    let failed = failed_in_another || a_strict_threshold_failed(&report.thresholds);
    Ok(if failed { Status::ThresholdFailed } else { Status::Fine })
}

/// `run` that writes the web page.
pub(super) fn report(arguments: &RunArguments, flags: &Flags) -> Result<Status, Failure> {
    let html = flags.html.clone().unwrap_or_else(|| beside(&arguments.source, ".html"));
    let flags = Flags { html: Some(html), ..flags.clone() };
    announced(arguments, &flags, flags.html.as_deref())
}

/// `run` that writes the pictures.
pub(super) fn plot(arguments: &RunArguments, flags: &Flags) -> Result<Status, Failure> {
    let plot = flags.plot.clone().unwrap_or_else(|| beside(&arguments.source, "-plots"));
    let flags = Flags { plot: Some(plot), ..flags.clone() };
    announced(arguments, &flags, flags.plot.as_deref())
}

/// Runs without a summary unless one is asked for, and says where the result is.
fn announced(arguments: &RunArguments, flags: &Flags, target: Option<&Path>) -> Result<Status, Failure> {
    let flags = Flags { summary: flags.summary.or(Some(Summary::None)), ..flags.clone() };
    let status = run(arguments, &flags)?;
    if let Some(target) = target
        && !flags.quiet
        && !outputs::is_stdout(target)
    {
        terminal::complain(&format!("wrote {}", target.display()));
    }
    Ok(status)
}

/// `api.yaml` → `api.html`, in the current folder.
fn beside(source: &Source, ending: &str) -> PathBuf {
    let stem = source
        .path
        .file_stem()
        .filter(|stem| *stem != "-")
        .map_or("report".into(), |stem| stem.to_string_lossy());
    PathBuf::from(format!("{stem}{ending}"))
}

fn summary(report: &Report, flags: &Flags) -> String {
    let options = flags.text_options();
    match (flags.quiet, flags.summary) {
        (true, _) => text::render_thresholds(report, options),
        (false, Some(Summary::None)) => String::new(),
        (false, _) => text::render(report, options),
    }
}

/// The report; rows of attempts go straight to a temporary file, because there may be millions.
fn simulated(scenario: &Scenario, flags: &Flags, outputs: &mut Staged) -> Result<Report, Failure> {
    let progress = Progress::new(flags.quiet);
    let heard = |share| progress.report(share);
    let first = match &flags.events {
        Some(target) => Some(with_attempts(scenario, flags, target, &heard, outputs)?),
        None => None,
    };
    if let Some(batches) = scenario.experiment.batches {
        let tell = |now: coldstart::Progress| heard(now.share);
        let options = Options { progress: Some(&tell), ..Options::default() };
        return Ok(experiment::batch_means(scenario, batches, &options));
    }
    let replications = scenario.experiment.replications.unwrap_or(1);
    if replications > 1 {
        let runner = Runner { jobs: flags.jobs.unwrap_or(0), progress: Some(&heard) };
        return Ok(experiment::replicate(scenario, replications, &runner, first));
    }
    Ok(first.unwrap_or_else(|| simulate(scenario, flags.jobs, &heard, None)))
}

/// The report, with every attempt written.
fn with_attempts(
    scenario: &Scenario,
    flags: &Flags,
    target: &Path,
    heard: &(dyn Fn(f64) + Sync),
    outputs: &mut Staged,
) -> Result<Report, Failure> {
    let mut writer = AttemptWriter::new(row_format(target), BufWriter::new(staged::begin(target)?));
    let mut failed = None;
    let report = simulate(
        scenario,
        flags.jobs,
        heard,
        Some(&mut |row| {
            if failed.is_none() {
                failed = writer.write(row).err();
            }
        }),
    );
    if let Some(error) = failed {
        return Err(staged::cannot_write(target, &error));
    }
    outputs.add_finished(target, finished(writer).map_err(|error| staged::cannot_write(target, &error))?);
    Ok(report)
}

fn finished(writer: AttemptWriter<BufWriter<NamedTempFile>>) -> std::io::Result<NamedTempFile> {
    writer.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)
}

fn row_format(target: &Path) -> RowFormat {
    let ending = target.extension().unwrap_or_default();
    if ["ndjson", "jsonl"].iter().any(|one| ending.eq_ignore_ascii_case(one)) {
        RowFormat::Ndjson
    } else {
        RowFormat::Csv
    }
}
