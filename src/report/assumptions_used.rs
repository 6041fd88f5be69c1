//! The assumptions that a run depended on, with their values (rules tagged *measured* or *ours*).

use crate::lambda::outcome::ThrottleCause;
use crate::observe::MappingStatistics;
use crate::platform::Service;
use crate::scenario::model::{
    AsyncJitter, ColdStart, CpuModel, EnvironmentChoice, Function, Handler, KeepAlive, Scaling,
    ScalingBucket, Scenario, SqsErrorBackoff, SqsRamp, SqsThrottleRetry, SuppressedInit,
};
use crate::units::SimDuration;

use super::build::{Observed, ObservedFunction};
use super::model::AssumptionUsed;

/// Assumptions in the order of their rules; each only if something in this run hung on it.
pub(super) fn list(
    scenario: &Scenario,
    functions: &[ObservedFunction<'_>],
    observed: &Observed,
) -> Vec<AssumptionUsed> {
    let mut used = Vec::new();
    let mut assume = |applies: bool, name, value: String, provenance, rule| {
        if applies {
            used.push(AssumptionUsed { name, value, provenance, rule });
        }
    };
    let switches = &scenario.assumptions;
    let any = |test: &dyn Fn(&ObservedFunction<'_>) -> bool| functions.iter().any(test);
    let cold = any(&|function| function.statistics.counts.cold_starts > 0);
    let warm =
        any(&|function| function.statistics.counts.invocations > function.statistics.counts.cold_starts);
    let asynchronous = any(&|function| function.statistics.asynchronous.received > 0);
    assume(cold, "own_cold_start", switches.own_cold_start.to_string(), "ours", "S11");
    assume(warm, "environment_choice", choice(switches.environment_choice).to_owned(), "measured", "S12");
    let default_init = !scenario.functions_on_default_runtime.is_empty();
    assume(cold && default_init, "default_runtime", "python3.13".to_owned(), "ours", "S13a");
    assume(warm || cold, "invoke_path", "0ms unless a client has a network".to_owned(), "ours", "S13b");
    let from_table = any(&|function| function.config.init_from_table());
    assume(
        cold && from_table,
        "init",
        "measured quantiles, independent of memory".to_owned(),
        "measured",
        "S14",
    );
    used.extend(of_snapshots(functions));
    let mut assume = |applies: bool, name, value: String, provenance, rule| {
        if applies {
            used.push(AssumptionUsed { name, value, provenance, rule });
        }
    };
    let suppressed = any(&|function| function.statistics.counts.suppressed_inits > 0);
    assume(
        suppressed,
        "suppressed_init",
        suppressed_init(switches.suppressed_init).to_owned(),
        "ours",
        "S15",
    );
    assume(warm || cold, "keep_alive", each(functions, &|config| keep_alive(config)), "measured", "S16");
    assume(warm || cold, "max_age", each(functions, &|config| maximum_age(config)), "measured", "S17");
    let replaced = any(&|function| function.statistics.environments.replacements > 0);
    assume(replaced, "proactive_replacement", each(functions, &replacement), "measured", "S17");
    let presigns = any(&|function| function.config.presigns.is_some());
    let session = |config: &Function| {
        config.presigns.as_ref().map_or_else(|| "none".to_owned(), |presigns| presigns.session.to_string())
    };
    assume(presigns, "presign_session", each(functions, &session), "ours", "S47");
    let stores = any(&|function| function.config.tmp.is_some() && function.statistics.counts.invocations > 0);
    let writes = "each run writes the same, and ends with error 28 when that does not fit";
    assume(stores, "tmp", writes.to_owned(), "ours", "S18a");
    let computes = any(&|function| matches!(function.config.handler, Handler::Work { .. }));
    assume(computes, "cpu_model", each(functions, &cpu_model), "measured", "S21");
    let scaled = matches!(scenario.account.scaling, Scaling::PerFunction(_));
    assume(cold && scaled, "scaling_bucket", bucket(switches.scaling_bucket).to_owned(), "ours", "S32");
    let rate_limited = any(&|function| {
        let throttles = &function.statistics.throttles;
        throttles.of(ThrottleCause::AccountRequestRate) + throttles.of(ThrottleCause::ReservedRequestRate) > 0
    });
    assume(rate_limited, "request_rate_bucket", "one second deep".to_owned(), "ours", "S33");
    assume(
        asynchronous,
        "async_queue",
        "latency and delivery as set, 0s by default".to_owned(),
        "ours",
        "S41",
    );
    let jitter = match switches.async_jitter {
        AsyncJitter::Nothing => "none",
        AsyncJitter::Full => "full",
    };
    assume(asynchronous, "async_jitter", jitter.to_owned(), "ours", "S42");
    let on_bill = |service| (warm || cold) && scenario.pricing.includes(service);
    let volume = |config: &Function| format!("{}B an invocation", config.log_volume.count());
    assume(on_bill(Service::Logs), "log_volume", each(functions, &volume), "ours", "S64");
    let out = "responses of synchronous requests leave for the internet";
    assume(on_bill(Service::DataTransfer), "data_transfer", out.to_owned(), "ours", "S64");
    used.extend(of_queues(scenario, observed));
    used.extend(of_parts(scenario));
    used.extend(super::assumptions_around::list(scenario));
    used
}

/// What restores depended on.
fn of_snapshots(functions: &[ObservedFunction<'_>]) -> Vec<AssumptionUsed> {
    let begun = functions.iter().filter(|function| function.restores.is_some_and(|(count, _)| count > 0));
    let configs: Vec<&Function> = begun
        .flat_map(|function| {
            let versions = function.config.versions.iter().map(|version| &version.config);
            std::iter::once(function.config).chain(versions)
        })
        .collect();
    let snapshots = || configs.iter().filter_map(|config| config.snapstart.as_ref());
    let Some(first) = snapshots().next() else { return Vec::new() };
    let guessed = snapshots().any(|snapstart| snapstart.restore.ends_with("not measured"));
    let mut restores: Vec<&str> = snapshots().map(|snapstart| snapstart.restore.as_str()).collect();
    restores.sort_unstable();
    restores.dedup();
    let mut used = Vec::new();
    if restores != ["as given"] {
        used.push(AssumptionUsed {
            name: "snapstart_restore",
            value: restores.join("; "),
            provenance: if guessed { "ours" } else { "measured" },
            rule: "S26",
        });
    }
    used.push(AssumptionUsed {
        name: "snapstart_cache",
        value: first.cache.name().to_owned(),
        provenance: "ours",
        rule: "S26",
    });
    used
}

/// What a run with deployments or provisioned concurrency depended on.
fn of_parts(scenario: &Scenario) -> Vec<AssumptionUsed> {
    let later = scenario.changes.iter().flat_map(|change| &change.functions);
    let functions: Vec<&Function> = scenario.functions.iter().chain(later).collect();
    let watched = scenario.deployments.iter().any(|deployment| !deployment.rollback_if.is_empty());
    let provisions = functions.iter().any(|function| function.most_provisioned() > 0);
    let tracks = functions.iter().any(|function| function.tracks_a_target());
    let allocation = "ready at t = 0; later 90s and then 6000/min, unless set";
    let assumptions = [
        (watched, "deployment_alarms", "looked at each second, over sliding windows", "ours", "S25"),
        (provisions, "provisioned_allocation", allocation, "ours", "S61"),
        (tracks, "target_tracking", "3 points up, 15 down, none without traffic", "measured", "S65"),
    ];
    let used = assumptions.into_iter().filter(|(applies, ..)| *applies);
    used.map(|(_, name, value, provenance, rule)| AssumptionUsed {
        name,
        value: value.to_owned(),
        provenance,
        rule,
    })
    .collect()
}

/// What a run with polled queues depended on.
fn of_queues(scenario: &Scenario, observed: &Observed) -> Vec<AssumptionUsed> {
    let mappings = observed.mappings(scenario);
    let any = |test: &dyn Fn(&MappingStatistics) -> bool| mappings.iter().any(|(_, mapping)| test(mapping));
    let ramp = match scenario.assumptions.sqs_ramp {
        SqsRamp::Linear => "linear",
        SqsRamp::Step => "step",
    };
    let retry = match scenario.assumptions.sqs_throttle_retry {
        SqsThrottleRetry::Nothing => "none",
        SqsThrottleRetry::UntilVisibility => "until_visibility",
    };
    let backoff = match scenario.assumptions.sqs_error_backoff {
        SqsErrorBackoff::Halve => "halve",
        SqsErrorBackoff::Nothing => "none",
    };
    let polls = scenario.pricing.includes(Service::Sqs) && any(&|mapping| mapping.pollers_max.is_some());
    let assumptions = [
        (polls, "sqs_idle_polling", "an idle poller makes a receive of 20 s after the other", "S80"),
        (
            any(&|mapping| mapping.pollers_max.is_some() && mapping.failed > 0),
            "sqs_error_backoff",
            backoff,
            "S81",
        ),
        (any(&|mapping| mapping.batches > 0), "sqs_ramp", ramp, "S50"),
        (any(&|mapping| mapping.throttled + mapping.service_errors > 0), "sqs_throttle_retry", retry, "S52"),
        (any(&|mapping| mapping.batches > 0), "sqs_batching", "one batch is gathered at a time", "S57"),
    ];
    assumptions
        .into_iter()
        .filter(|(applies, ..)| *applies)
        .map(|(_, name, value, rule)| AssumptionUsed {
            name,
            value: value.to_owned(),
            provenance: "ours",
            rule,
        })
        .collect()
}

impl Function {
    /// Whether its Init comes from the measured tables.
    fn init_from_table(&self) -> bool {
        use crate::random::Distribution;
        match &self.cold_start {
            ColdStart::Phases { init, .. } => matches!(init, Distribution::QuantileTable(_)),
            ColdStart::Whole(_) => false,
        }
    }
}

/// Functions that are named when they differ.
const NAMED: usize = 4;

/// One value if all functions agree, else each with its name.
fn each(functions: &[ObservedFunction<'_>], value: &dyn Fn(&Function) -> String) -> String {
    let values: Vec<(String, &str)> =
        functions.iter().map(|function| (value(function.config), function.config.name.as_str())).collect();
    let Some((first, _)) = values.first() else { return String::new() };
    if values.iter().all(|(value, _)| value == first) {
        return first.clone();
    }
    let mut parts: Vec<String> =
        values.iter().take(NAMED).map(|(value, name)| format!("{name}: {value}")).collect();
    if values.len() > NAMED {
        parts.push(format!("and {} more", values.len() - NAMED));
    }
    parts.join(", ")
}

fn choice(choice: EnvironmentChoice) -> &'static str {
    match choice {
        EnvironmentChoice::MostRecentlyUsed => "mru",
        EnvironmentChoice::LeastRecentlyUsed => "lru",
        EnvironmentChoice::Newest => "newest",
        EnvironmentChoice::Random => "random",
    }
}

fn suppressed_init(switch: SuppressedInit) -> &'static str {
    match switch {
        SuppressedInit::Same => "same",
        SuppressedInit::CpuShare => "cpu_share",
    }
}

fn bucket(shape: ScalingBucket) -> &'static str {
    match shape {
        ScalingBucket::Continuous => "continuous",
        ScalingBucket::Step => "step",
    }
}

fn keep_alive(config: &Function) -> String {
    match &config.keep_alive {
        KeepAlive::Fixed(length) => length.to_string(),
        KeepAlive::IdlePeriod(length) => spelt(length, AWS_2025),
        KeepAlive::Never => "never".to_owned(),
        KeepAlive::PoolHalving { period } => format!("half of the idle every {period}"),
        KeepAlive::FunctionIdle { function_idle, environment_idle } => {
            format!("function idle {function_idle}, environment idle {environment_idle}")
        }
    }
}

/// The default preset of S16, by its parameters: (low, high, name).
const AWS_2025: (f64, f64, &str) = (296e9, 348e9, "aws-2025 (296s to 348s)");

fn maximum_age(config: &Function) -> String {
    config
        .maximum_age
        .as_ref()
        .map_or_else(|| "never".to_owned(), |age| spelt(age, (7_130e9, 7_390e9, "7130s to 7390s")))
}

fn spelt(distribution: &crate::random::Distribution, (low, high, name): (f64, f64, &str)) -> String {
    use crate::random::Distribution;
    let span = |nanos: f64| SimDuration::from_nanos(nanos as u64);
    match distribution {
        Distribution::Constant(value) => span(*value).to_string(),
        Distribution::Uniform { low: a, high: b } if (*a, *b) == (low, high) => name.to_owned(),
        Distribution::Uniform { low, high } => format!("{} to {}", span(*low), span(*high)),
        other => format!("distributed, mean {}", span(other.mean())),
    }
}

fn replacement(config: &Function) -> String {
    format!("{}%", config.proactive_replacement * 100.0)
}

fn cpu_model(config: &Function) -> String {
    match config.cpu_model {
        CpuModel::Quota => "quota (20 ms periods)".to_owned(),
        CpuModel::Proportional => "proportional".to_owned(),
    }
}
