//! What `cost` answers beyond the bill: what one request and a thousand users cost, where it breaks even, how it scatters.

use serde::Serialize;

use crate::report::estimate::Replications;
use crate::report::estimate_text::interval;
use crate::report::figures::{counted, decimal, dollars, percent, quantity, short, thousands};
use crate::report::model::Report;
use crate::report::{cost_of_month, month_with};
use crate::scenario::model::Arch;
use crate::units::Usd;

use super::break_even::{BreakEven, MOST, break_even, break_even_utilisation};
use super::cost_range::CostRange;

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

/// The answers as plain data.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct CostAnswers {
    /// One invocation and a million, in a month like the steady part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Each>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Users>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_even: Option<BreakEven>,
    /// What a month like the steady part costs.
    #[serde(skip)]
    monthly: Option<Usd>,
    /// A sum was named, whether or not it can be compared with anything.
    #[serde(skip)]
    asks_for_break_even: bool,
    /// Sentences about provisioned concurrency.
    #[serde(skip)]
    provisioned: Vec<String>,
}

/// What invocations cost each.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Each {
    pub invocation: Usd,
    pub million: Usd,
    /// Invocations of a month like the steady part.
    pub invocations_a_month: f64,
}

/// What a month costs with so many users.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract; docs/experiments.md describes them")]
pub struct Users {
    pub users: u64,
    pub invocations_each: u64,
    pub monthly: Usd,
}

/// An answer in words: its label on a terminal, and sentences without their full stops.
pub type Told = (&'static str, Vec<String>);

impl CostAnswers {
    /// The answers to `questions`; none where there are no prices.
    pub fn of(report: &Report, questions: Questions) -> Self {
        let Some(usage) = report.cost.usage.as_ref() else { return Self::default() };
        let steady = usage.steady.as_ref().filter(|steady| steady.requests() > 0);
        let monthly = report.cost.monthly.filter(|_| steady.is_some());
        let invocations =
            steady.map_or(0.0, |steady| steady.requests() as f64 * MONTH_S / steady.span.seconds());
        // From one rounded down at the last decimal that is kept.
        let one = |cost: Usd| Usd::from_units(cost.units() / (invocations.round() as i128).max(1));
        let each = monthly.map(|cost| Each {
            invocation: one(cost),
            million: one(cost) * 1_000_000,
            invocations_a_month: invocations,
        });
        let users = questions.per_user.zip(steady).and_then(|(invocations_each, steady)| {
            let month = month_with(steady, invocations_each.saturating_mul(USERS));
            Some(Users { users: USERS, invocations_each, monthly: cost_of_month(usage, &month)? })
        });
        Self {
            each,
            users,
            break_even: questions.budget.and_then(|budget| break_even(usage, budget)),
            monthly,
            asks_for_break_even: questions.budget.is_some(),
            provisioned: provisioned(report),
        }
    }

    /// All of them in words.
    pub fn told(&self) -> Vec<Told> {
        let mut told: Vec<Told> = Vec::new();
        told.extend(self.each.map(|each| {
            let sentence = format!(
                "{} an invocation, {} a million, at {} a month",
                dollars(each.invocation),
                dollars(each.million),
                quantity(each.invocations_a_month.round(), "invocations")
            );
            ("EACH", vec![sentence])
        }));
        told.extend(self.users.map(|users| {
            let sentence = format!(
                "{} a month for {} users with {} invocations each",
                dollars(users.monthly),
                thousands(users.users),
                thousands(users.invocations_each)
            );
            ("USERS", vec![sentence])
        }));
        told.extend(self.provisioned.iter().map(|sentence| ("CAPACITY", vec![sentence.clone()])));
        told.extend(self.asks_for_break_even.then(|| ("BREAK-EVEN", self.broken_even())));
        told
    }

    fn broken_even(&self) -> Vec<String> {
        let Some(answer) = self.break_even else {
            return vec!["no break-even: nothing is steady, so no month can be projected".to_owned()];
        };
        let budget = dollars(answer.budget);
        if answer.invocations == Some(0) && answer.cost > answer.budget {
            return vec![format!(
                "no break-even: what is paid by the hour costs {} a month without a single invocation",
                dollars(answer.cost)
            )];
        }
        let Some(bought) = answer.invocations else {
            return vec![format!(
                "no break-even: {} invocations a month cost {}",
                thousands(MOST),
                dollars(answer.cost)
            )];
        };
        let mut told = vec![format!(
            "{budget} a month buys {} invocations a month, {} a second on average",
            thousands(bought),
            short(bought as f64 / MONTH_S)
        )];
        if let (Some(each), Some(cost)) = (self.each, self.monthly) {
            let against = if cost <= answer.budget { "cheaper" } else { "dearer" };
            let factor = each.invocations_a_month / bought as f64;
            let share = match factor {
                _ if bought == 0 => "not one invocation is paid for".to_owned(),
                ..10.0 => format!("{} of the break-even", percent(factor)),
                _ => format!("{} times the break-even", decimal(factor, 1)),
            };
            told.push(format!(
                "this scenario, {} a month, is {against} than {budget}: {share}",
                dollars(cost)
            ));
        }
        told
    }
}

/// The bills of several runs.
pub fn scatter(replications: &Replications) -> Told {
    let told = |name: &str, words: &str| {
        let one = replications.metrics.get(name)?;
        Some(format!("{} {words}", interval(one.unit, one.mean, one.half_width)))
    };
    let means: Vec<String> =
        [told("cost.total", "for this run"), told("cost.monthly", "a month")].into_iter().flatten().collect();
    let sentence = format!(
        "{} ({}, {} % intervals by Student's t)",
        means.join(", "),
        counted(replications.runs.into(), "run", "runs"),
        decimal(replications.confidence * 100.0, 2)
    );
    ("SCATTER", vec![sentence])
}

/// The bills over all combinations of uncertain inputs.
pub fn range(range: &CostRange) -> Told {
    let (bounds, span) = range.bounds();
    let sentence = format!(
        "{} to {} {span}, over {} of uncertain inputs",
        super::cost_range::money(bounds.least),
        super::cost_range::money(bounds.most),
        counted(range.combinations as u64, "combination", "combinations")
    );
    ("RANGE", vec![sentence])
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
        told.push(format!("provisioned concurrency pays above {} utilisation ({name}){had}", percent(least)));
    }
    told
}
