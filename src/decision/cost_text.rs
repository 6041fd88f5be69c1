//! The answer of `cost` as text: the bill, what one request and a thousand users cost, and where it breaks even.

use crate::report::figures::{decimal, dollars, percent, quantity, short, thousands};
use crate::report::model::Report;
use crate::report::text::{TextOptions, paragraph, render_cost};
use crate::report::{cost_of_month, month_with};
use crate::scenario::model::Arch;
use crate::units::Usd;

use super::break_even::{BreakEven, break_even, break_even_utilisation};

/// What is asked beyond the bill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// How much traffic this sum a month buys.
    pub budget: Option<Usd>,
    /// Invocations that one user causes in a month.
    pub per_user: Option<u64>,
}

/// Seconds of the month of the projection.
const MONTH_S: f64 = 30.0 * 86_400.0;
/// Users that are priced together.
const USERS: u64 = 1_000;

/// The cost of `report`, and the answers to `questions`.
pub fn render(report: &Report, questions: Questions, options: TextOptions) -> String {
    let mut text = render_cost(report, options);
    if !report.cost.priced {
        return text;
    }
    text.push_str(&each(report, questions.per_user));
    for sentence in provisioned(report) {
        text.push_str(&paragraph(
            " PROVISIONED ",
            sentence.trim_start_matches("Provisioned concurrency "),
            options.columns.clamp(80, 100),
        ));
    }
    if let Some(budget) = questions.budget {
        let answer = report.cost.usage.as_ref().and_then(|usage| break_even(usage, budget));
        text.push_str(&answer.map_or_else(
            || " BREAK-EVEN  none: nothing is steady, so no month can be projected\n".to_owned(),
            |answer| broken_even(report, answer),
        ));
    }
    text
}

/// The answers to `questions` as sentences.
pub fn answers(report: &Report, questions: Questions) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    if let Some(month) = month(report) {
        told.push(format!(
            "{} an invocation, {} a million, at {} a month.",
            dollars(price_of(1, month)),
            dollars(price_of(1_000_000, month)),
            quantity(month.0.round(), "invocations")
        ));
        if let Some(per_user) = questions.per_user {
            told.push(format!(
                "{} a month for {} users with {} invocations each.",
                dollars(price_of(per_user.saturating_mul(USERS), month)),
                thousands(USERS),
                thousands(per_user)
            ));
        }
    }
    told.extend(provisioned(report));
    if let Some(budget) = questions.budget {
        let answer = report.cost.usage.as_ref().and_then(|usage| break_even(usage, budget));
        told.push(match answer {
            None => "No break-even: nothing is steady, so no month can be projected.".to_owned(),
            Some(BreakEven { invocations: None, cost, .. }) => {
                format!(
                    "No break-even: {} invocations a month cost {}.",
                    thousands(1_000_000_000_000),
                    dollars(cost)
                )
            }
            Some(BreakEven { invocations: Some(bought), .. }) => format!(
                "{} a month buys {} invocations a month, {} a second on average.",
                dollars(budget),
                thousands(bought),
                short(bought as f64 / MONTH_S)
            ),
        });
    }
    told
}

/// The utilisation above which provisioned concurrency is cheaper, and that of functions which have some.
fn provisioned(report: &Report) -> Vec<String> {
    let Some(usage) = report.cost.usage.as_ref() else { return Vec::new() };
    let mut told = Vec::new();
    for arch in [Arch::X86_64, Arch::Arm64] {
        let name = arch.to_string();
        let of_arch = || report.functions.iter().filter(|(_, function)| function.configuration.arch == name);
        let Some(least) = break_even_utilisation(usage, arch).filter(|_| of_arch().next().is_some()) else {
            continue;
        };
        let had: Vec<String> = of_arch()
            .filter_map(|(name, function)| {
                let utilisation = function.provisioned.as_ref()?.utilization?;
                let verdict = if utilisation >= least { "it pays" } else { "it does not pay" };
                Some(format!("{name} used {} of it: {verdict}", percent(utilisation)))
            })
            .collect();
        let had = if had.is_empty() { String::new() } else { format!("; {}", had.join(", ")) };
        told.push(format!(
            "Provisioned concurrency pays above {} utilisation ({name}){had}.",
            percent(least)
        ));
    }
    told
}

/// Invocations of a month like the steady part, and what they cost.
fn month(report: &Report) -> Option<(f64, Usd)> {
    let steady = report.cost.usage.as_ref()?.steady.as_ref()?;
    let invocations = steady.requests() as f64 * MONTH_S / steady.span.seconds();
    (invocations > 0.0).then_some((invocations, report.cost.monthly?))
}

/// The price of `count` invocations in a month like this, from one rounded down at the last decimal that is kept.
fn price_of(count: u64, (invocations, cost): (f64, Usd)) -> Usd {
    Usd::from_units(cost.units() / (invocations.round() as i128).max(1)) * i128::from(count)
}

fn each(report: &Report, per_user: Option<u64>) -> String {
    let Some(month) = month(report) else { return String::new() };
    let mut text = format!(
        " EACH        {} an invocation, {} a million, at {} a month\n",
        dollars(price_of(1, month)),
        dollars(price_of(1_000_000, month)),
        quantity(month.0.round(), "invocations")
    );
    if let Some(per_user) = per_user {
        text.push_str(&format!(
            " USERS       {} a month for {} users with {} invocations each\n",
            dollars(of_users(report, per_user).unwrap_or_default()),
            thousands(USERS),
            thousands(per_user)
        ));
    }
    text
}

/// What a month costs with so many invocations by each of the users.
fn of_users(report: &Report, per_user: u64) -> Option<Usd> {
    let usage = report.cost.usage.as_ref()?;
    let steady = usage.steady.as_ref()?;
    cost_of_month(usage, &month_with(steady, per_user.saturating_mul(USERS)))
}

fn broken_even(report: &Report, answer: BreakEven) -> String {
    let budget = dollars(answer.budget);
    if answer.invocations == Some(0) && answer.cost > answer.budget {
        return format!(
            " BREAK-EVEN  none: what is paid by the hour costs {} a month without a single invocation\n",
            dollars(answer.cost)
        );
    }
    let Some(bought) = answer.invocations else {
        return format!(
            " BREAK-EVEN  never: {} invocations a month cost {}\n",
            thousands(1_000_000_000_000),
            dollars(answer.cost)
        );
    };
    let mut text = format!(
        " BREAK-EVEN  {budget} a month buys {} invocations a month, {} a second on average\n",
        thousands(bought),
        short(bought as f64 / MONTH_S)
    );
    if let Some((invocations, cost)) = month(report) {
        let against = if cost <= answer.budget { "cheaper" } else { "dearer" };
        let factor = invocations / bought as f64;
        let share = match factor {
            _ if bought == 0 => "not one invocation is paid for".to_owned(),
            ..10.0 => format!("{} of the break-even", percent(factor)),
            _ => format!("{} times the break-even", decimal(factor, 1)),
        };
        text.push_str(&format!(
            "             this scenario, {} a month, is {against} than {budget}: {share}\n",
            dollars(cost)
        ));
    }
    text
}
