//! `cost`: the bill alone, and what traffic a fixed sum buys.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use super::experiment::{EXPERIMENT, IntervalArguments, refused};
use super::flags::{Flags, Summary};
use super::progress::Progress;
use super::renderings::{stage_folder, stage_text};
use super::scenario::{self, ScenarioText, Source};
use super::simulate::simulate;
use super::staged::Staged;
use super::status::{Failure, Status};
use super::{deliver, outputs, terminal};
use coldstart::decision::cost_answers::{CostAnswers, Questions};
use coldstart::decision::cost_range::{CostRange, cost_range};
use coldstart::decision::{cost_document, cost_text};
use coldstart::experiment::sweep::SweepRefusal;
use coldstart::experiment::{Head, Runner, replicate};
use coldstart::report::estimate::Estimate;
use coldstart::report::model::{CostReport, Report};
use coldstart::report::{csv, document, json};
use coldstart::scenario::{ExperimentFlag, Scenario};
use coldstart::units::{Usd, parse_usd};

#[derive(Args, Debug)]
pub(super) struct CostArguments {
    #[command(flatten)]
    source: Source,
    /// Find the traffic that costs as much as something for a fixed sum a month, e.g. 30/month
    #[arg(long, value_name = "DOLLARS/month", value_parser = a_month)]
    breakeven: Option<Usd>,
    /// Price 1,000 users who cause so many invocations a month each
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    invocations_per_user: Option<u64>,
    /// An input that is known only as a list or range, e.g. "traffic.0.rate=80/s, 120/s" (repeatable): the bill becomes a range
    #[arg(long, value_name = "PATH=VALUES", help_heading = EXPERIMENT)]
    uncertain: Vec<String>,
    #[command(flatten)]
    intervals: IntervalArguments,
}

/// The answer as plain data.
#[derive(Serialize)]
struct CostAnswer<'a> {
    #[serde(flatten)]
    head: Head,
    cost: &'a CostReport,
    /// Means of several runs with their intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    replicated: Option<BTreeMap<&'a String, &'a Estimate>>,
    #[serde(flatten)]
    answers: &'a CostAnswers,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<CostRange>,
}

const METHOD: &str = "the bill of the first run; means of the runs with intervals by Student's t; a range over all combinations";

pub(super) fn cost(arguments: &CostArguments, flags: &Flags) -> Result<Status, Failure> {
    deliver::refuse(flags, "cost")?;
    if flags.plot.is_some() {
        return Err(Failure::usage("error: `coldstart cost` draws no pictures; use --html or --md"));
    }
    outputs::check(flags, &arguments.source.path)?;
    let bytes = ScenarioText::new(&arguments.source)?;
    let template = bytes.template(flags, arguments.intervals.flags(flags))?;
    let scenario = template.scenario();
    outputs::check_inputs(flags, scenario)?;
    let replications = template.replications(1);
    let progress = Progress::new(flags.quiet);
    let heard = |share| progress.report(share);
    let runner = Runner { jobs: flags.jobs.unwrap_or(0), progress: Some(&heard) };
    let report = if replications > 1 {
        replicate(scenario, replications, &runner, None)
    } else {
        simulate(scenario, flags.jobs, &heard, None)
    };
    let range = if arguments.uncertain.is_empty() {
        None
    } else {
        let mut experiment = arguments.intervals.flags(flags);
        experiment.extend(arguments.uncertain.iter().cloned().map(ExperimentFlag::Uncertain));
        let uncertain = bytes.template(flags, experiment)?;
        let range = cost_range(&uncertain, replications, &runner).map_err(|refusal| match refusal {
            SweepRefusal::Problems(problems) => scenario::failure(&problems, flags),
            SweepRefusal::Words(words) => refused(&words),
        })?;
        Some(range)
    };
    drop(progress);
    let questions = Questions { budget: arguments.breakeven, per_user: arguments.invocations_per_user };
    let answers = CostAnswers::of(&report, questions);
    let mut staged = Staged::default();
    let mut to_stdout = None;
    let document = cost_document::document(&report, &answers, range.as_ref());
    let rendered = [
        (
            &flags.json,
            flags
                .json
                .as_ref()
                .map(|_| rendered(scenario, &report, &answers, replications, range.clone()))
                .transpose()?,
        ),
        (&flags.html, flags.html.as_ref().map(|_| document::html(&document))),
        (&flags.md, flags.md.as_ref().map(|_| document::markdown(&document))),
    ];
    for (target, text) in rendered {
        if let (Some(target), Some(text)) = (target, text) {
            to_stdout = stage_text(target, text, &mut staged)?.or(to_stdout);
        }
    }
    if let Some(folder) = &flags.csv {
        let bill = csv::render(&report).into_iter().filter(|(name, _)| *name == "cost.csv");
        stage_folder(folder, bill.map(|(name, text)| (name, text.into_bytes())), &mut staged)?;
    }
    staged.commit()?;
    let silent = flags.quiet || flags.summary == Some(Summary::None);
    let summary = || cost_text::render(&report, &answers, range.as_ref(), flags.text_options());
    terminal::print(&to_stdout.unwrap_or_else(|| if silent { String::new() } else { summary() }))?;
    Ok(Status::Fine)
}

/// The answer as JSON.
fn rendered(
    scenario: &Scenario,
    report: &Report,
    answers: &CostAnswers,
    replications: u32,
    range: Option<CostRange>,
) -> Result<String, Failure> {
    let replicated = report.replications.as_ref().map(|one| {
        one.metrics
            .iter()
            .filter(|(name, _)| name.starts_with("cost.") || name.rsplit('.').next() == Some("cost"))
            .collect()
    });
    let head = Head::of(scenario, "cost", replications, METHOD);
    let answer = CostAnswer { head, cost: &report.cost, replicated, answers, range };
    json::render(&answer).map_err(|error| Failure::internal(error.to_string()))
}

/// `30/month`, `$30/month` or `30`.
fn a_month(text: &str) -> Result<Usd, String> {
    let amount = text.trim().trim_end_matches("/month");
    let amount = parse_usd(&format!("${}", amount.trim_start_matches('$')))
        .map_err(|error| format!("`{text}` is no sum a month: it {}, e.g. 30/month", error.reason))?;
    if amount == Usd::ZERO { Err("a sum a month must be above zero".to_owned()) } else { Ok(amount) }
}
