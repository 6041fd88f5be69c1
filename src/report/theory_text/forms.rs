//! Which closed forms apply to a function, and what they predict.

use super::cold;
use super::spelling::{seconds, significant};
use super::subject::{Kind, Subject};
use crate::random::Distribution;
use crate::scenario::model::{Poison, Scaling};
use crate::theory::step_load::StepLoad;
use crate::theory::{durations, erlang, modulated, poisson, retries};

/// A closed form beside the simulation, or the reason why it says nothing.
pub(super) enum Finding {
    Compared(Comparison),
    Silent { form: &'static str, why: String },
}

/// Predicted and simulated.
pub(super) struct Comparison {
    pub(super) form: &'static str,
    /// What is predicted.
    pub(super) quantity: &'static str,
    pub(super) formula: &'static str,
    pub(super) inputs: String,
    pub(super) predicted: f64,
    pub(super) simulated: Option<f64>,
}

/// Everything that theory has to say about a function.
pub(super) fn all(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = vec![little(subject)];
    if !subject.scenario.changes.is_empty() {
        found.push(silent("steady-state forms", "events change the configuration while the clock runs"));
        return found;
    }
    found.extend(loss(subject));
    found.extend(unlimited(subject));
    found.extend(on_off(subject));
    found.extend(cold::all(subject));
    found.extend(step_load(subject));
    found.extend(timeouts(subject));
    found.extend(asynchronous(subject));
    found
}

pub(super) fn silent(form: &'static str, why: impl Into<String>) -> Finding {
    Finding::Silent { form, why: why.into() }
}

pub(super) fn compared(
    form: &'static str,
    quantity: &'static str,
    formula: &'static str,
    inputs: &str,
    predicted: f64,
    simulated: Option<f64>,
) -> Finding {
    Finding::Compared(Comparison { form, quantity, formula, inputs: inputs.to_owned(), predicted, simulated })
}

fn little(subject: &Subject<'_>) -> Finding {
    let report = subject.report;
    let (Some(duration), true) = (report.duration_ms.mean, subject.window > 0.0) else {
        return silent("Little", "nothing ran between the warm-up and the end of traffic");
    };
    let rate = report.invocations as f64 / subject.window;
    let p_cold = report.cold_start_rate.unwrap_or(0.0);
    let init = report.init_ms.mean.unwrap_or(0.0);
    let inputs = format!(
        "as simulated: λ = {}/s, E[S] = {}, p_cold = {}, E[I] = {}",
        significant(rate),
        seconds(duration / 1e3),
        significant(p_cold),
        seconds(init / 1e3)
    );
    let inside = (duration + p_cold * init) / 1e3;
    let predicted = poisson::little(rate, inside);
    compared(
        "Little",
        "mean concurrency",
        "N = λ (E[S] + p_cold E[I])",
        &inputs,
        predicted,
        report.concurrency.mean,
    )
}

fn loss(subject: &Subject<'_>) -> Vec<Finding> {
    const FORM: &str = "Erlang B";
    let rate = match &subject.arrivals {
        Kind::Poisson(rate) => *rate,
        other => return vec![silent(FORM, format!("arrivals are not Poisson: {}", other.name()))],
    };
    let limit = match subject.limit() {
        Ok(Some(limit)) => limit,
        Ok(None) => return vec![silent(FORM, "there is no concurrency limit")],
        Err(why) => return vec![silent(FORM, why)],
    };
    if !subject.refused_requests_are_lost() {
        return vec![silent(FORM, "refused requests come again, they are not lost")];
    }
    let causes = &subject.report.throttles.by_cause;
    if causes.scaling_rate + causes.account_request_rate + causes.reserved_request_rate > 0 {
        return vec![silent(FORM, "the scaling rate or a request rate refused requests too")];
    }
    let load = rate * subject.mean_service();
    let inputs = format!("c = {limit}, a = λ E[S] = {}{}", significant(load), init_remark(subject));
    let report = subject.report;
    vec![
        compared(
            FORM,
            "share throttled",
            "B(k) = a B(k-1) / (k + a B(k-1))",
            &inputs,
            erlang::erlang_b(limit, load),
            report.throttle_rate,
        ),
        compared(
            FORM,
            "mean concurrency",
            "a (1 - B)",
            &inputs,
            erlang::carried(limit, load),
            report.concurrency.mean,
        ),
    ]
}

/// Cold starts hold concurrency too, which the load a does not count.
fn init_remark(subject: &Subject<'_>) -> &'static str {
    if subject.mean_init() > 0.0 { "; approximate, cold starts hold longer" } else { "" }
}

fn unlimited(subject: &Subject<'_>) -> Vec<Finding> {
    const FORM: &str = "M/G/inf";
    const FORMULA: &str = "Poisson with mean λ E[S]";
    let rate = match &subject.arrivals {
        Kind::Poisson(rate) => *rate,
        other => return vec![silent(FORM, format!("arrivals are not Poisson: {}", other.name()))],
    };
    if subject.report.throttles.total > 0 {
        return vec![silent(FORM, "requests were throttled, so the limit was felt")];
    }
    let load = rate * subject.mean_service();
    let inputs = format!(
        "λ = {}/s, E[S] = {}{}",
        significant(rate),
        seconds(subject.mean_service()),
        init_remark(subject)
    );
    let concurrency = &subject.report.concurrency;
    let mut found = vec![
        compared(FORM, "mean concurrency", FORMULA, &inputs, load, concurrency.mean),
        compared(FORM, "variance", FORMULA, &inputs, load, concurrency.variance),
    ];
    let quantiles = [
        ("p50 of concurrency", 0.5, concurrency.p50),
        ("p99 of concurrency", 0.99, concurrency.p99),
        ("p99.9 of concurrency", 0.999, concurrency.p99_9),
    ];
    for (quantity, p, simulated) in quantiles {
        let predicted = poisson::quantile(p, load) as f64;
        found.push(compared(FORM, quantity, FORMULA, &inputs, predicted, simulated.map(f64::from)));
    }
    found
}

fn on_off(subject: &Subject<'_>) -> Vec<Finding> {
    const FORM: &str = "interrupted Poisson";
    let Kind::OnOff { rate, on, off } = &subject.arrivals else { return Vec::new() };
    let exponential = |time: &Distribution| matches!(time, Distribution::Exponential { .. });
    if !exponential(on) || !exponential(off) || !subject.has_exponential_service() {
        return vec![silent(FORM, "on, off and service times are not all exponential")];
    }
    if subject.report.throttles.total > 0 {
        return vec![silent(FORM, "requests were throttled, so the limit was felt")];
    }
    let (on, off, service) = (on.mean() / 1e9, off.mean() / 1e9, subject.mean_service());
    let (mean, variance) = modulated::on_off_load(*rate, on, off, service);
    let inputs = format!(
        "λ = {}/s while on, on {}, off {}, E[S] = {}",
        significant(*rate),
        seconds(on),
        seconds(off),
        seconds(service)
    );
    let concurrency = &subject.report.concurrency;
    vec![
        compared(FORM, "mean concurrency", "λ E[S] on / (on + off)", &inputs, mean, concurrency.mean),
        compared(
            FORM,
            "variance",
            "mean (1 + λγ / ((γ + ω)(1 + γ + ω)))",
            &inputs,
            variance,
            concurrency.variance,
        ),
    ]
}

fn step_load(subject: &Subject<'_>) -> Vec<Finding> {
    const FORM: &str = "step load";
    let Kind::Even(rate) = subject.arrivals else {
        return vec![silent(FORM, "arrivals are not evenly spaced at a constant rate")];
    };
    let Scaling::PerFunction(rule) = subject.scenario.account.scaling else {
        return vec![silent(FORM, "no scaling bucket of its own limits the function")];
    };
    let (Some(service), true) = (subject.constant_service(), subject.mean_init() == 0.0) else {
        return vec![silent(FORM, "it needs a constant duration and no init time")];
    };
    let load = StepLoad {
        arrival_rate: rate,
        service,
        capacity: rule.capacity as f64,
        refill: rule.refill as f64 / rule.per.seconds(),
    };
    if subject.scenario.warmup.nanos() > 0 {
        return vec![silent(FORM, "it counts from nothing, without warm-up")];
    }
    let limited = matches!(subject.limit(), Ok(Some(limit)) if f64::from(limit) < rate * service);
    if limited || subject.limit().is_err() {
        return vec![silent(FORM, "the concurrency limit is met as well")];
    }
    let Some(first) = load.outcome().first_throttle else {
        return vec![silent(FORM, "λS stays within the bucket, which is never empty")];
    };
    let inputs = format!(
        "λ = {}/s, S = {}, bucket {} + {}/s",
        significant(rate),
        seconds(service),
        load.capacity,
        load.refill
    );
    let start = subject.sources.first().map_or(0.0, |source| source.at.seconds());
    let throttles = &subject.report.throttles;
    let total = load.throttled_one_by_one(subject.window - start) as f64;
    vec![
        compared(FORM, "first throttle, s", "B / (λ - r)", &inputs, start + first, throttles.first_s),
        compared(
            FORM,
            "throttles",
            "enumerated; fluid: sum of λS - min(λS, B + rS(k+1))",
            &inputs,
            total,
            Some(throttles.total as f64),
        ),
    ]
}

fn timeouts(subject: &Subject<'_>) -> Vec<Finding> {
    let p_timeout = subject.p_timeout();
    let (Some(duration), true) = (subject.duration(), p_timeout > 0.0) else {
        return vec![silent(
            "timeout",
            "no duration reaches the function timeout, or there are several kinds",
        )];
    };
    if subject.function.errors + subject.function.crashes > 0.0 || subject.report.invocations == 0 {
        return vec![silent("timeout", "errors compete with the timeout, or nothing ran")];
    }
    let timeout = subject.function.timeout.nanos() as f64;
    let cut = durations::with_timeout(duration, timeout);
    let report = subject.report;
    let inputs = format!("timeout {}", subject.function.timeout);
    let mut found = vec![compared(
        "timeout",
        "share timed out",
        "P(S > timeout)",
        &inputs,
        p_timeout,
        Some(report.timeouts as f64 / report.invocations as f64),
    )];
    if subject.mean_init() == 0.0 {
        let predicted = cut.mean_billed / 1e6;
        found.push(compared(
            "timeout",
            "mean duration, ms",
            "E min(S, timeout)",
            &inputs,
            predicted,
            report.duration_ms.mean,
        ));
    }
    found
}

fn asynchronous(subject: &Subject<'_>) -> Vec<Finding> {
    const FORM: &str = "async retries";
    if !subject.is_asynchronous() {
        return vec![silent(FORM, "no asynchronous traffic, or not only")];
    }
    let function = subject.function;
    if function.poison != Poison::Share(0.0)
        || subject.sources.iter().any(|source| source.overrides.errors.is_some())
    {
        return vec![silent(FORM, "failures of one event are not independent, or differ by source")];
    }
    if subject.report.throttles.total > 0 {
        return vec![silent(FORM, "events were throttled, which waits and tries again by other rules")];
    }
    let p = 1.0 - (1.0 - function.errors) * (1.0 - function.crashes) * (1.0 - subject.p_timeout());
    let settings = &function.asynchronous;
    let waits: Vec<f64> = subject
        .scenario
        .platform
        .async_retry_waits
        .iter()
        .take(settings.max_retry_attempts as usize)
        .map(|wait| wait.seconds())
        .collect();
    let service = subject.mean_service();
    let law = retries::retries(p, service, &waits);
    if law.ends > settings.max_event_age.seconds() {
        return vec![silent(FORM, "the maximum event age cuts the retries short")];
    }
    let events = &subject.report.asynchronous;
    let ended = (events.received - events.pending.min(events.received)) as f64;
    let share = |count: u64| (ended > 0.0).then(|| count as f64 / ended);
    let inputs = format!("p = {}, r = {} retries, d = {}", significant(p), waits.len(), seconds(service));
    let failed = events.dead_lettered + events.dropped;
    let mut found = vec![
        compared(FORM, "share failed", "p^(r+1)", &inputs, law.p_failed, share(failed)),
        compared(
            FORM,
            "attempts per event",
            "1 + p + ... + p^r",
            &inputs,
            law.mean_attempts,
            share(events.attempts),
        ),
    ];
    if subject.constant_service().is_some() && subject.mean_init() == 0.0 && failed > 0 {
        let delay = settings.queue_latency.mean() / 1e9;
        let inputs = format!("{inputs}, queue latency {}", seconds(delay));
        let simulated = Some(events.age_s.max);
        found.push(compared(
            FORM,
            "age at the end, s",
            "(r+1) d + waits",
            &inputs,
            law.ends + delay,
            simulated,
        ));
    }
    found
}
