//! Closed forms of cold starts.

use super::forms::{Finding, compared, silent};
use super::spelling::{seconds, significant};
use super::subject::{Kind, Subject, average};
use crate::random::Distribution;
use crate::scenario::model::{EnvironmentChoice, KeepAlive};
use crate::theory::level_crossing::{IdleTime, most_recently_used_pool};
use crate::theory::{cold_starts, first_passage};

/// Load above which the eigenproblems take too long for a command that answers at once, erlangs.
const LARGEST_LOAD: f64 = 150.0;
/// Additions that may be spent on a first passage.
const LARGEST_EFFORT: f64 = 2e8;
/// Load below which the time in the handler is negligible, erlangs.
const RARE: f64 = 0.01;

pub(super) fn all(subject: &Subject<'_>) -> Vec<Finding> {
    match &subject.arrivals {
        Kind::Poisson(rate) => {
            let mut found = rare(subject, *rate);
            found.extend(pool(subject, *rate));
            found.extend(without_expiry(subject, *rate));
            found
        }
        Kind::Even(rate) => storm(subject, *rate),
        Kind::Renewal(gap) => renewal(subject, gap),
        other @ (Kind::OnOff { .. } | Kind::Other(_)) => {
            vec![silent("cold starts", format!("no closed form: {}", other.name()))]
        }
    }
}

/// Why an idle environment may leave otherwise than by its own idle time, or be chosen otherwise.
fn disturbance(subject: &Subject<'_>) -> Option<&'static str> {
    if subject.function.early_end > 0.0 {
        return Some("some idle periods end early");
    }
    // Replaced environments cost their caller no cold start.
    if subject.function.maximum_age.is_some() && subject.function.proactive_replacement < 1.0 {
        return Some("environments are removed at a maximum age");
    }
    (subject.scenario.assumptions.environment_choice != EnvironmentChoice::MostRecentlyUsed)
        .then_some("the environment that was used last is not the one that is chosen")
}

fn idle_time(subject: &Subject<'_>) -> Option<IdleTime> {
    match subject.function.keep_alive.length()? {
        Distribution::Constant(nanos) => Some(IdleTime::Fixed(nanos / 1e9)),
        Distribution::Uniform { low, high } => Some(IdleTime::Uniform { low: low / 1e9, high: high / 1e9 }),
        _ => None,
    }
}

fn rare(subject: &Subject<'_>, rate: f64) -> Vec<Finding> {
    const FORM: &str = "rare calls";
    if rate * subject.mean_service() > RARE {
        return vec![silent(FORM, "more than 0.01 busy on average: one environment does not serve all")];
    }
    let simulated = subject.report.cold_start_rate;
    let age = subject.function.maximum_age.as_ref().filter(|_| subject.function.proactive_replacement == 0.0);
    if let (Some(age), Some(IdleTime::Fixed(keep_alive))) = (age, idle_time(subject))
        && subject.function.early_end == 0.0
    {
        let age = age.mean() / 1e9;
        let inputs =
            format!("λ = {}/s, T = {}, L = {}", significant(rate), seconds(keep_alive), seconds(age));
        return match cold_starts::with_maximum_age(rate, keep_alive, age) {
            Some(p) => vec![compared(
                FORM,
                "share cold",
                "1/(1+m), m by renewal up to the age L",
                &inputs,
                p,
                simulated,
            )],
            None => vec![silent(FORM, "the series of the age limit loses its digits at this rate")],
        };
    }
    if let Some(why) = disturbance(subject) {
        return vec![silent(FORM, why)];
    }
    match idle_time(subject) {
        Some(IdleTime::Fixed(time)) => {
            let inputs = format!("λ = {}/s, T = {}", significant(rate), seconds(time));
            let p = cold_starts::rare_poisson(rate, time);
            vec![compared(FORM, "share cold", "exp(-λT)", &inputs, p, simulated)]
        }
        Some(IdleTime::Uniform { low, high }) => {
            let inputs =
                format!("λ = {}/s, T between {} and {}", significant(rate), seconds(low), seconds(high));
            let p = cold_starts::rare_poisson_uniform(rate, low, high);
            vec![compared(FORM, "share cold", "(exp(-λa) - exp(-λb)) / (λ (b - a))", &inputs, p, simulated)]
        }
        None => vec![silent(FORM, "the keep-alive is neither fixed nor uniform")],
    }
}

fn pool(subject: &Subject<'_>, rate: f64) -> Vec<Finding> {
    const FORM: &str = "level crossing";
    const FORMULA: &str = "sum of pi(j-1) P(first passage from j-1 to j > T)";
    if let Some(why) = disturbance(subject) {
        return vec![silent(FORM, why)];
    }
    let Some(idle_time) = idle_time(subject) else {
        return vec![silent(FORM, "the keep-alive is neither fixed nor uniform")];
    };
    let service = subject.mean_service();
    if rate * service > LARGEST_LOAD {
        return vec![silent(FORM, "more than 150 busy on average: the eigenproblems grow too large")];
    }
    if service <= 0.0 {
        return vec![silent(FORM, "requests take no time")];
    }
    let report = subject.report;
    let limit = if report.throttles.total == 0 {
        None
    } else if subject.refused_requests_are_lost() && matches!(subject.limit(), Ok(Some(_))) {
        subject.limit().ok().flatten()
    } else {
        return vec![silent(FORM, "refused requests come again, or the limit is shared")];
    };
    let found = most_recently_used_pool(rate, service, idle_time, limit);
    let mut inputs =
        format!("λ = {}/s, E[S] = {}, keep-alive {}", significant(rate), seconds(service), spelt(idle_time));
    if subject.mean_init() > 0.0 {
        inputs.push_str("; approximate, there is init time");
    } else if !subject.has_exponential_service() {
        inputs.push_str("; within a few per cent, service is not exponential");
    }
    if subject.scenario.warmup.nanos() == 0 {
        inputs.push_str("; steady state, the start from nothing adds cold starts");
    }
    vec![
        compared(FORM, "share cold", FORMULA, &inputs, found.p_cold, report.cold_start_rate),
        compared(
            FORM,
            "mean idle environments",
            "λ sum of pi(j-1) E min(first passage, T)",
            &inputs,
            found.mean_idle,
            report.environments.mean_idle,
        ),
    ]
}

fn spelt(idle_time: IdleTime) -> String {
    match idle_time {
        IdleTime::Fixed(time) => seconds(time),
        IdleTime::Uniform { low, high } => format!("{} to {}", seconds(low), seconds(high)),
    }
}

fn without_expiry(subject: &Subject<'_>, rate: f64) -> Vec<Finding> {
    const FORM: &str = "no expiry";
    if subject.function.keep_alive != KeepAlive::Never {
        return vec![silent(FORM, "idle environments leave")];
    }
    if subject.function.maximum_age.is_some()
        || subject.mean_init() > 0.0
        || !subject.has_exponential_service()
    {
        return vec![silent(FORM, "it needs max_age: never, no init time and exponential durations")];
    }
    if subject.scenario.warmup.nanos() > 0 || subject.report.throttles.total > 0 {
        return vec![silent(FORM, "it counts from nothing, without warm-up and throttles")];
    }
    let start = subject.sources.first().map_or(0.0, |source| source.at.seconds());
    let (service, horizon) = (subject.mean_service(), subject.window - start);
    if horizon <= 0.0 || first_passage::effort(rate, service, horizon) > LARGEST_EFFORT {
        return vec![silent(FORM, "the load or the time is too large to follow the chain")];
    }
    let inputs = format!("λ = {}/s, E[S] = {}, {}", significant(rate), seconds(service), seconds(horizon));
    let predicted = first_passage::mean_cold_starts(rate, service, horizon);
    let simulated = Some(subject.report.cold_starts as f64);
    vec![compared(FORM, "cold starts", "mean of the greatest number busy", &inputs, predicted, simulated)]
}

fn storm(subject: &Subject<'_>, rate: f64) -> Vec<Finding> {
    const FORM: &str = "start-up storm";
    let Some(first) = subject.constant_cold_response() else {
        return vec![silent(FORM, "init and duration are not constant")];
    };
    if subject.report.throttles.total > 0 || subject.scenario.warmup.nanos() > 0 {
        return vec![silent(FORM, "it counts from nothing, without warm-up and throttles")];
    }
    if let Some(shortest) = shortest_idle(subject)
        && shortest <= 1.0 / rate
    {
        return vec![silent(FORM, "an environment may leave between two requests")];
    }
    let requests = subject.report.requests as f64;
    let predicted = (cold_starts::start_up_storm(rate, first) as f64).max(1.0).min(requests);
    let inputs = format!("λ = {}/s, I + S = {}", significant(rate), seconds(first));
    let simulated = Some(subject.report.cold_starts as f64);
    vec![compared(FORM, "cold starts", "first ceil(λ (I + S)) requests", &inputs, predicted, simulated)]
}

/// Shortest idle period, s; `None` if environments stay for ever.
fn shortest_idle(subject: &Subject<'_>) -> Option<f64> {
    match &subject.function.keep_alive {
        KeepAlive::Never => None,
        KeepAlive::Fixed(time) => Some(time.seconds()),
        KeepAlive::IdlePeriod(time) => Some(time.minimum() / 1e9),
        KeepAlive::PoolHalving { period } => Some(period.seconds()),
        KeepAlive::FunctionIdle { function_idle, environment_idle } => {
            Some(function_idle.seconds().min(environment_idle.seconds()))
        }
    }
}

fn renewal(subject: &Subject<'_>, gap: &Distribution) -> Vec<Finding> {
    const FORM: &str = "renewal";
    if let Some(why) = disturbance(subject) {
        return vec![silent(FORM, why)];
    }
    let Some(keep_alive) = subject.function.keep_alive.length() else {
        return vec![silent(FORM, "the keep-alive is not a time of each idle period")];
    };
    if subject.mean_service() > RARE * gap.mean() / 1e9 {
        return vec![silent(FORM, "requests last more than a hundredth of a gap")];
    }
    let predicted = average(&keep_alive, |time| cold_starts::renewal(gap, time));
    let inputs =
        format!("mean gap {}, mean T {}", seconds(gap.mean() / 1e9), seconds(keep_alive.mean() / 1e9));
    vec![compared(FORM, "share cold", "P(gap > T)", &inputs, predicted, subject.report.cold_start_rate)]
}
