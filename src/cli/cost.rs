//! `cost`: the bill alone, and what traffic a fixed sum buys.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use super::experiment::{EXPERIMENT, IntervalArguments, refused};
use super::flags::Flags;
use super::outputs::{self, is_stdout};
use super::progress::Progress;
use super::scenario::{self, ScenarioText, Source};
use super::simulate::simulate;
use super::staged::Staged;
use super::status::{Failure, Status};
use super::terminal;
use coldstart::decision::break_even::{BreakEven, break_even};
use coldstart::decision::cost_range::{CostRange, cost_range, scatter};
use coldstart::decision::cost_text::{self, Questions};
use coldstart::experiment::sweep::SweepRefusal;
use coldstart::experiment::{Head, Runner, replicate};
use coldstart::report::estimate::Estimate;
use coldstart::report::json;
use coldstart::report::model::{CostReport, Report};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    break_even: Option<BreakEven>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<CostRange>,
}

const METHOD: &str = "the bill of the first run; means of the runs with intervals by Student's t; a range over all combinations";

pub(super) fn cost(arguments: &CostArguments, flags: &Flags) -> Result<Status, Failure> {
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
    if let Some(target) = &flags.json {
        let text = rendered(arguments, scenario, &report, replications, range.clone())?;
        if is_stdout(target) {
            terminal::print(&text)?;
            return Ok(Status::Fine);
        }
        let mut staged = Staged::default();
        staged.add(target, text.as_bytes())?;
        staged.commit()?;
    }
    let questions = Questions { budget: arguments.breakeven, per_user: arguments.invocations_per_user };
    let mut text = cost_text::render(&report, questions, flags.text_options());
    text.extend(report.replications.as_ref().map(scatter));
    text.extend(range.map(|range| range.render()));
    terminal::print(&text)?;
    Ok(Status::Fine)
}

/// The answer as JSON.
fn rendered(
    arguments: &CostArguments,
    scenario: &Scenario,
    report: &Report,
    replications: u32,
    range: Option<CostRange>,
) -> Result<String, Failure> {
    let bought = arguments.breakeven.and_then(|budget| break_even(report.cost.usage.as_ref()?, budget));
    let replicated = report.replications.as_ref().map(|one| {
        one.metrics
            .iter()
            .filter(|(name, _)| name.starts_with("cost.") || name.rsplit('.').next() == Some("cost"))
            .collect()
    });
    let head = Head::of(scenario, "cost", replications, METHOD);
    let answer = CostAnswer { head, cost: &report.cost, replicated, break_even: bought, range };
    json::render(&answer).map_err(|error| Failure::internal(error.to_string()))
}

/// `30/month`, `$30/month` or `30`.
fn a_month(text: &str) -> Result<Usd, String> {
    let amount = text.trim().trim_end_matches("/month");
    let amount = parse_usd(&format!("${}", amount.trim_start_matches('$')))
        .map_err(|error| format!("`{text}` is no sum a month: it {}, e.g. 30/month", error.reason))?;
    if amount == Usd::ZERO { Err("a sum a month must be above zero".to_owned()) } else { Ok(amount) }
}
