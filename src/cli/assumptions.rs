//! `assumptions`: every rule with its provenance, and what another platform does differently.

use clap::Args;

use super::flags::Flags;
use super::status::{Failure, Status};
use super::terminal;
use coldstart::platform::{PriceBook, PriceRow, Profile};
use coldstart::report::{prices_text, rules_text};

#[derive(Args, Debug)]
pub(super) struct AssumptionsArguments {
    /// Show only what this platform does differently from --platform, e.g. aws-lambda/2019
    #[arg(long, value_name = "PROFILE")]
    diff: Option<String>,
    /// Show every price with its date and source, of all regions or of that of --region
    #[arg(long, conflicts_with = "diff")]
    prices: bool,
    /// The same as a file for `pricing.prices`
    #[arg(long, conflicts_with_all = ["diff", "prices"])]
    prices_csv: bool,
}

pub(super) fn assumptions(arguments: &AssumptionsArguments, flags: &Flags) -> Result<Status, Failure> {
    if arguments.prices || arguments.prices_csv {
        let rows = prices(flags.region.as_deref())?;
        let text = if arguments.prices { prices_text::all(&rows) } else { prices_text::csv(&rows) };
        terminal::print(&text)?;
        return Ok(Status::Fine);
    }
    let profile = flags.platform.as_deref().map_or_else(|| Ok(Profile::current()), named)?;
    let text = match &arguments.diff {
        None => rules_text::all(&profile),
        Some(other) => rules_text::difference(&profile, &named(other)?),
    };
    terminal::print(&text)?;
    Ok(Status::Fine)
}

/// The rows of one region, or all.
fn prices(region: Option<&str>) -> Result<Vec<PriceRow>, Failure> {
    let book = PriceBook::current();
    let wanted = |row: &&PriceRow| region.is_none_or(|region| row.region == region);
    let rows: Vec<PriceRow> = book.rows().iter().filter(wanted).cloned().collect();
    match region {
        Some(region) if rows.is_empty() => {
            let known = book.regions().join(", ");
            Err(Failure::usage(format!("error: there is no price of {region}; there are prices of {known}")))
        }
        _ => Ok(rows),
    }
}

fn named(name: &str) -> Result<Profile, Failure> {
    Profile::by_name(name).ok_or_else(|| {
        let known = Profile::NAMES.join(", ");
        Failure::usage(format!("error: there is no platform `{name}`; there are {known}"))
    })
}
