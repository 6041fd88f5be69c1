//! `compare`: variants with the same random numbers.

use std::path::PathBuf;

use clap::Args;

use super::deliver::{Answer, deliver};
use super::experiment::{EXPERIMENT, IntervalArguments, MetricArguments, refused};
use super::flags::Flags;
use super::outputs;
use super::progress::Progress;
use super::scenario::{self, Source};
use super::status::{Failure, Status};
use coldstart::experiment::compare::{Subject, compare as compared, document};
use coldstart::experiment::sensitivity::{self, sensitivity};
use coldstart::experiment::{Runner, shown, tracked};
use coldstart::scenario::plan::Variant;
use coldstart::scenario::{ExperimentFlag, Template};

/// Runs of each variant where nobody says how many.
const REPLICATIONS: u32 = 10;

#[derive(Args, Debug)]
pub(super) struct CompareArguments {
    #[command(flatten)]
    source: Source,
    /// Further scenarios, each compared with the first
    #[arg(value_name = "OTHER.yaml")]
    others: Vec<PathBuf>,
    /// Only these variants of `experiment: {variants}` (repeatable)
    #[arg(long = "variant", value_name = "NAME", help_heading = EXPERIMENT, conflicts_with = "others")]
    variants: Vec<String>,
    /// Compare the scenario as it is with this changed, e.g. functions.api.memory=1GB (repeatable; each is a variant)
    #[arg(long = "change", value_name = "PATH=VALUE", help_heading = EXPERIMENT, conflicts_with_all = ["others", "variants"])]
    changes: Vec<String>,
    /// The variant that the others are compared with [default: the first]
    #[arg(long, value_name = "NAME", help_heading = EXPERIMENT, conflicts_with_all = ["others", "changes"])]
    baseline: Option<String>,
    /// Make every assumption differently, one at a time, and rank what matters
    #[arg(long, help_heading = EXPERIMENT, conflicts_with = "others")]
    assumptions: bool,
    #[command(flatten)]
    metrics: MetricArguments,
    #[command(flatten)]
    intervals: IntervalArguments,
}

pub(super) fn compare(arguments: &CompareArguments, flags: &Flags) -> Result<Status, Failure> {
    outputs::check(flags, &arguments.source.path)?;
    let template = read(arguments, flags)?;
    outputs::check_inputs(flags, template.scenario())?;
    let replications = template.replications(REPLICATIONS);
    let progress = Progress::new(flags.quiet);
    let heard = |share| progress.report(share);
    let runner = Runner { jobs: flags.jobs.unwrap_or(0), progress: Some(&heard) };
    if arguments.assumptions {
        let found = sensitivity(&template, replications, &runner)
            .map_err(|problems| scenario::failure(&problems, flags))?;
        let document = sensitivity::document(&found, &tracked(template.scenario()));
        drop(progress);
        deliver(&Answer { data: &found, document: &document, csv: Vec::new() }, flags)?;
        return Ok(Status::Fine);
    }
    let (subjects, baseline, remarks) = subjects(arguments, flags, &template)?;
    for subject in &subjects {
        outputs::check_inputs(flags, &subject.scenario)?;
    }
    let names: Vec<String> = subjects.iter().map(|subject| subject.name.clone()).collect();
    let (comparison, found) = compared(&subjects, baseline, replications, remarks, &runner);
    drop(progress);
    let document = document(&comparison, &shown(template.scenario()), &names, &found);
    deliver(&Answer { data: &comparison, document: &document, csv: Vec::new() }, flags)?;
    Ok(Status::Fine)
}

fn read(arguments: &CompareArguments, flags: &Flags) -> Result<Template, Failure> {
    if flags.csv.is_some() {
        return Err(Failure::usage("error: `coldstart compare` writes no tables; use --json or --md"));
    }
    let mut experiment = arguments.intervals.flags(flags);
    experiment.extend(arguments.metrics.flags());
    experiment.extend(arguments.changes.iter().cloned().map(ExperimentFlag::Change));
    experiment.extend(arguments.baseline.clone().map(ExperimentFlag::Baseline));
    scenario::read_template(&arguments.source, flags, experiment)
}

type Subjects = (Vec<Subject>, usize, Vec<String>);

/// What is compared, which of it is the baseline, and remarks.
fn subjects(arguments: &CompareArguments, flags: &Flags, template: &Template) -> Result<Subjects, Failure> {
    if !arguments.others.is_empty() {
        return files(arguments, flags, template);
    }
    let plan = template.plan();
    if plan.variants.len() < 2 {
        return Err(refused(
            "there is nothing to compare: write variants under `experiment: {variants: {NAME: {PATH: VALUE}}}`, say \
             --change PATH=VALUE, or name a second scenario",
        ));
    }
    let mut chosen: Vec<&Variant> = Vec::new();
    for name in &arguments.variants {
        let Some(variant) = plan.variants.iter().find(|variant| variant.name == *name) else {
            let names: Vec<&str> = plan.variants.iter().map(|variant| variant.name.as_str()).collect();
            return Err(refused(&format!("there is no variant `{name}`; there are: {}", names.join(", "))));
        };
        chosen.push(variant);
    }
    let baseline = &plan.variants[plan.baseline];
    if chosen.is_empty() {
        chosen = plan.variants.iter().collect();
    } else if !chosen.iter().any(|variant| variant.name == baseline.name) {
        chosen.insert(0, baseline);
    }
    let paths =
        chosen.iter().flat_map(|variant| &variant.changes).map(coldstart::scenario::plan::Change::path);
    let remarks = template.remarks(paths);
    let place = chosen.iter().position(|variant| variant.name == baseline.name).unwrap_or(0);
    let mut subjects = Vec::new();
    for variant in chosen {
        let scenario =
            template.with(&variant.changes).map_err(|problems| scenario::failure(&problems, flags))?;
        subjects.push(Subject { name: variant.name.clone(), scenario });
    }
    Ok((subjects, place, remarks))
}

/// Scenarios of their own, with the seed of the first.
fn files(arguments: &CompareArguments, flags: &Flags, first: &Template) -> Result<Subjects, Failure> {
    let name = |source: &Source| {
        source.path.file_stem().map_or_else(|| source.shown(), |stem| stem.to_string_lossy().into_owned())
    };
    let base = first.scenario().clone();
    let mut remarks = Vec::new();
    let mut subjects = vec![Subject { name: name(&arguments.source), scenario: base.clone() }];
    for path in &arguments.others {
        let source = Source { path: path.clone() };
        outputs::check(flags, path)?;
        let mut other = scenario::read(&source, flags)?;
        if other.seed != base.seed {
            remarks.push(format!(
                "{}: its seed {} is not used; both have seed {}.",
                name(&source),
                other.seed,
                base.seed
            ));
            other.seed = base.seed;
        }
        subjects.push(Subject { name: name(&source), scenario: other });
    }
    let mut names: Vec<&String> = subjects.iter().map(|subject| &subject.name).collect();
    names.sort();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(refused(
            "two of the scenarios have the same file name: their results could not be told apart",
        ));
    }
    Ok((subjects, 0, remarks))
}
