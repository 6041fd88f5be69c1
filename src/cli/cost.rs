//! `cost`: the bill alone, and what traffic a fixed sum buys.

use clap::Args;

use super::flags::Flags;
use super::progress::Progress;
use super::scenario::{self, Source};
use super::simulate::simulate;
use super::status::{Failure, Status};
use super::terminal;
use coldstart::decision::cost_text::{self, Questions};
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
}

pub(super) fn cost(arguments: &CostArguments, flags: &Flags) -> Result<Status, Failure> {
    let scenario = scenario::read(&arguments.source, flags)?;
    let progress = Progress::new(flags.quiet);
    let report = simulate(&scenario, flags.jobs, &|share| progress.report(share), None);
    drop(progress);
    let questions = Questions { budget: arguments.breakeven, per_user: arguments.invocations_per_user };
    terminal::print(&cost_text::render(&report, questions, flags.text_options()))?;
    Ok(Status::Fine)
}

/// `30/month`, `$30/month` or `30`.
fn a_month(text: &str) -> Result<Usd, String> {
    let amount = text.trim().trim_end_matches("/month");
    let amount = parse_usd(&format!("${}", amount.trim_start_matches('$')))
        .map_err(|error| format!("`{text}` is no sum a month: it {}, e.g. 30/month", error.reason))?;
    if amount == Usd::ZERO { Err("a sum a month must be above zero".to_owned()) } else { Ok(amount) }
}
