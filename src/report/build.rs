//! From observations to the report: names, ratios and summaries; nothing is simulated here.

use indexmap::IndexMap;

use crate::lambda::cell::{Cell, Mapping};
use crate::lambda::flow::Remains;
use crate::lambda::outcome::ThrottleCause;
use crate::observe::{
    ClientStatistics, Digest, DownstreamStatistics, FateCounts, FunctionStatistics, GatewayStatistics,
    MappingStatistics, QueueStatistics, REPORTED_SHARES, Sample, Statistics, StreamStatistics, UrlCounts,
};
use crate::scenario::model::{Function, FunctionPart, PushKind, Scenario, ThresholdSubject};
use crate::units::{SimTime, Usd};

use super::bill::{Bill, bill};
use super::model::{
    AccountReport, AsyncAge, AsyncReport, ClientReport, Concurrency, Distribution, DryRuns, Environments,
    ErrorsByCause, FailedByCause, FunctionConfiguration, FunctionReport, GbSeconds, Ledger, PresignedUrls,
    RefusedUrls, Report, SCHEMA_VERSION, ScenarioIdentity, SnapStartReport, Throttles, ThrottlesByCause,
    TmpReport, Tool,
};
use super::parts::{self, PartReports};
use super::{
    assumptions_used, caveats, downstreams, fates, gateways, outside, push_sources, queues, schedules,
    streams, thresholds, time_series, usage,
};

/// What was observed in all cells.
pub struct Observed {
    /// Cell by cell.
    pub cells: Vec<ObservedCell>,
    /// End of the run.
    pub end: SimTime,
}

/// What was observed in one cell.
pub struct ObservedCell {
    /// Its functions, queues, clients.
    pub cell: Cell,
    /// Their statistics, in the same order.
    pub statistics: Statistics,
    /// What was left.
    pub remains: Remains,
}

/// One function's observations beside its configuration.
pub(super) struct ObservedFunction<'o> {
    pub config: &'o Function,
    pub statistics: &'o FunctionStatistics,
    /// Environments alive, those of versions included.
    pub alive: u64,
    /// Restores of `SnapStart` and how long they took, where it has that.
    pub restores: Option<(u64, &'o Sample)>,
}

impl Observed {
    /// All functions in the order of the file.
    pub(super) fn functions<'o>(&'o self, scenario: &'o Scenario) -> Vec<ObservedFunction<'o>> {
        let mut functions: Vec<_> = self
            .cells
            .iter()
            .flat_map(|cell| {
                let alive = cell.remains.alive_by_function(scenario, &cell.cell);
                let numbered = cell.cell.functions.iter().zip(&cell.statistics.functions).zip(alive);
                let snapstart = cell.statistics.snapstart.as_ref();
                numbered.enumerate().map(move |(index, found)| {
                    (found, snapstart.and_then(|snapstart| snapstart.restores(index)))
                })
            })
            .collect();
        functions.sort_by_key(|(((id, _), _), _)| **id);
        functions
            .into_iter()
            .map(|(((id, statistics), alive), restores)| ObservedFunction {
                config: &scenario.functions[id.0 as usize],
                statistics,
                alive,
                restores,
            })
            .collect()
    }

    /// The parts of all functions, in the order of the file.
    fn parts(&self, scenario: &Scenario) -> Vec<PartReports> {
        let of_cell = |cell: &ObservedCell| {
            let parts = parts::of_cell(scenario, &cell.cell, &cell.statistics, &cell.remains.alive);
            cell.cell.functions.iter().copied().zip(parts).collect::<Vec<_>>()
        };
        let mut found: Vec<_> = self.cells.iter().flat_map(of_cell).collect();
        found.sort_by_key(|(id, _)| *id);
        found.into_iter().map(|(_, parts)| parts).collect()
    }

    /// Statistics of a function, or of a version or alias.
    fn statistics_of(&self, scenario: &Scenario, part: FunctionPart) -> Option<&FunctionStatistics> {
        let FunctionPart { function, qualifier } = part;
        match qualifier {
            Some(qualifier) => {
                let found = parts::find(self, scenario, function, qualifier)?;
                self.cells[found.cell].statistics.functions.get(found.index)
            }
            None => self.cells.iter().find_map(|cell| {
                cell.statistics.functions.get(cell.cell.functions.binary_search(&function).ok()?)
            }),
        }
    }

    /// All queues in the order of the file, with the names of their cell's functions.
    pub(super) fn queues(&self) -> Vec<(usize, &QueueStatistics, &Cell)> {
        let mut queues: Vec<_> = self
            .cells
            .iter()
            .flat_map(|cell| {
                let numbered = cell.cell.queues.iter().zip(&cell.statistics.queues);
                numbered.map(|(id, statistics)| (id.0 as usize, statistics, &cell.cell))
            })
            .collect();
        queues.sort_by_key(|(id, ..)| *id);
        queues
    }

    /// All event source mappings, by function and then in the order of the file.
    pub(super) fn mappings(&self, scenario: &Scenario) -> Vec<(Mapping, &MappingStatistics)> {
        let mut mappings: Vec<_> = self
            .cells
            .iter()
            .flat_map(|cell| {
                let mappings = cell.cell.mappings(scenario).into_iter();
                mappings.zip(&cell.statistics.mappings).map(|(mapping, statistics)| {
                    (cell.cell.functions[mapping.function as usize], mapping, statistics)
                })
            })
            .collect();
        mappings.sort_by_key(|(function, mapping, _)| (*function, mapping.index));
        mappings.into_iter().map(|(_, mapping, statistics)| (mapping, statistics)).collect()
    }

    /// All streams in the order of the file.
    pub(super) fn streams(&self) -> Vec<(usize, &StreamStatistics)> {
        let all = self.cells.iter().flat_map(|cell| cell.cell.streams.iter().zip(&cell.statistics.streams));
        let mut streams: Vec<_> = all.map(|(id, statistics)| (id.0 as usize, statistics)).collect();
        streams.sort_by_key(|(id, _)| *id);
        streams
    }

    /// All event source mappings of streams, by function and then in the order of the file.
    pub(super) fn consumers(&self, scenario: &Scenario) -> Vec<(String, &MappingStatistics)> {
        let mut consumers: Vec<_> = self
            .cells
            .iter()
            .flat_map(|cell| {
                let consumers = cell.cell.consumers(scenario).into_iter();
                consumers.zip(&cell.statistics.consumers).map(|(consumer, statistics)| {
                    (cell.cell.functions[consumer.function as usize], consumer, statistics)
                })
            })
            .collect();
        consumers.sort_by_key(|(function, consumer, _)| (*function, consumer.index));
        consumers.into_iter().map(|(_, consumer, statistics)| (consumer.name, statistics)).collect()
    }

    /// All gateways in the order of the file.
    pub(super) fn gateways(&self) -> Vec<(usize, &GatewayStatistics)> {
        let all = self.cells.iter().flat_map(|cell| cell.cell.gateways.iter().zip(&cell.statistics.gateways));
        let mut gateways: Vec<_> = all.map(|(id, statistics)| (id.0 as usize, statistics)).collect();
        gateways.sort_by_key(|(id, _)| *id);
        gateways
    }

    /// All downstreams in the order of the file.
    pub(super) fn downstreams(&self) -> Vec<(usize, &DownstreamStatistics)> {
        let all =
            self.cells.iter().flat_map(|cell| cell.cell.downstreams.iter().zip(&cell.statistics.downstreams));
        let mut downstreams: Vec<_> = all.map(|(id, statistics)| (id.0 as usize, statistics)).collect();
        downstreams.sort_by_key(|(id, _)| *id);
        downstreams
    }

    pub(super) fn clients(&self) -> Vec<(usize, &ClientStatistics)> {
        let mut clients: Vec<_> = self
            .cells
            .iter()
            .flat_map(|cell| cell.cell.clients.iter().zip(&cell.statistics.clients))
            .map(|(id, statistics)| (id.0 as usize, statistics))
            .collect();
        clients.sort_by_key(|(id, _)| *id);
        clients
    }
}

/// The report of a run.
pub fn build(scenario: &Scenario, observed: &Observed) -> Report {
    let functions = observed.functions(scenario);
    let Bill { report: cost, by_function } = bill(&usage::of_run(scenario, &functions, observed));
    let account = account(scenario);
    let function_reports: IndexMap<String, FunctionReport> = functions
        .iter()
        .zip(observed.parts(scenario))
        .map(|(function, parts)| {
            let name = function.config.name.clone();
            let cost = by_function.get(&name).copied().unwrap_or(Usd::ZERO);
            (name, function_report(function, parts, &account, cost))
        })
        .collect();
    let time_series = time_series::build(scenario, observed, &cost, &function_reports);
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: "coldstart", version: env!("CARGO_PKG_VERSION") },
        scenario: ScenarioIdentity { name: scenario.name.clone(), sha256: scenario.sha256.clone() },
        platform: scenario.platform.name.to_owned(),
        region: scenario.region.clone(),
        seed: scenario.seed,
        simulated_s: observed.end.seconds(),
        digest: digest(&function_reports, scenario, observed),
        account,
        functions: function_reports,
        queues: observed
            .queues()
            .into_iter()
            .zip(observed.sqs_requests())
            .map(|((id, statistics, cell), (_, requests))| {
                (scenario.queues[id].name.clone(), queues::report(scenario, statistics, requests, cell))
            })
            .collect(),
        event_sources: observed
            .mappings(scenario)
            .into_iter()
            .map(|(mapping, statistics)| (mapping.name, statistics))
            .chain(observed.consumers(scenario))
            .map(queues::event_source)
            .collect(),
        streams: observed
            .streams()
            .into_iter()
            .map(|(id, statistics)| {
                let stream = &scenario.streams[id];
                (stream.name.clone(), streams::report(stream, statistics))
            })
            .collect(),
        topics: push_sources::of_kind(scenario, observed, PushKind::Topic),
        buckets: push_sources::of_kind(scenario, observed, PushKind::Bucket),
        event_buses: push_sources::of_kind(scenario, observed, PushKind::EventBus),
        schedules: schedules::all(scenario, observed),
        gateways: observed
            .gateways()
            .into_iter()
            .map(|(id, statistics)| {
                let gateway = &scenario.gateways[id];
                (gateway.name.clone(), gateways::report(gateway, statistics))
            })
            .collect(),
        downstreams: observed
            .downstreams()
            .into_iter()
            .map(|(id, statistics)| (scenario.downstreams[id].name.clone(), downstreams::report(statistics)))
            .collect(),
        clients: observed
            .clients()
            .into_iter()
            .map(|(id, statistics)| (scenario.clients[id].name.clone(), client_report(statistics)))
            .collect(),
        deployments: parts::deployments(scenario, observed),
        time_series,
        cost,
        ledger: ledger(&functions, observed),
        thresholds: Vec::new(),
        assumptions: assumptions_used::list(scenario, &functions, observed),
        caveats: Vec::new(),
        fates: fates::build(scenario, observed),
        replications: None,
        batch_means: None,
    };
    report.caveats = caveats::find(scenario, &functions, &report);
    let of_part = |part| observed.statistics_of(scenario, part);
    let quantile = |subject, percentile: f64| quantile_ms(&of_part, subject, percentile / 100.0);
    let watched = |threshold| {
        let mut sliding = observed.cells.iter().filter_map(|cell| cell.statistics.sliding.as_ref());
        let found = sliding.find_map(|sliding| Some((sliding, sliding.each(threshold)?)));
        found.map_or_else(thresholds::Windows::default, |(sliding, each)| thresholds::Windows {
            worst: sliding.worst(threshold),
            each: each.to_vec(),
        })
    };
    report.thresholds = thresholds::evaluate(scenario, &report, &quantile, &watched);
    report
}

/// A percentile that the report does not carry.
fn quantile_ms<'o>(
    statistics: &dyn Fn(FunctionPart) -> Option<&'o FunctionStatistics>,
    subject: ThresholdSubject,
    share: f64,
) -> Option<f64> {
    let of_sample = |sample: &Sample| sample.quantiles_ms([share]).map(|[value]| value);
    match subject {
        ThresholdSubject::Latency(id) => of_sample(&statistics(id)?.latency),
        ThresholdSubject::Duration(id) => of_sample(&statistics(id)?.duration),
        ThresholdSubject::ClientLatency(id) => {
            let statistics = statistics(id)?;
            let has_clients = statistics.client_latency.count() > 0;
            of_sample(if has_clients { &statistics.client_latency } else { &statistics.latency })
        }
        ThresholdSubject::Concurrency(id) => statistics(id)?.concurrency().quantile(share).map(f64::from),
        ThresholdSubject::Throttles(_)
        | ThresholdSubject::ThrottleRate(_)
        | ThresholdSubject::ErrorRate(_)
        | ThresholdSubject::ColdStartRate(_)
        | ThresholdSubject::QueueDepth(_)
        | ThresholdSubject::DrainedAt(_)
        | ThresholdSubject::OldestMessageAge(_)
        | ThresholdSubject::ConnectionErrors(_)
        | ThresholdSubject::IteratorAge(_)
        | ThresholdSubject::CostTotal
        | ThresholdSubject::CostMonthly
        | ThresholdSubject::Metric(_) => None,
    }
}

/// The digest of a run is that of the digests of its functions, and of its queues where pollers or traffic had to do
/// with them, in the order of the file.
fn digest(functions: &IndexMap<String, FunctionReport>, scenario: &Scenario, observed: &Observed) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    for (name, function) in functions {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(function.digest.as_bytes());
    }
    for (id, queue, _) in observed.queues() {
        if queue.digest != Digest::default() {
            hash.update(scenario.queues[id].name.as_bytes());
            hash.update(queue.digest.value().to_le_bytes());
        }
    }
    for (id, stream) in observed.streams() {
        hash.update(scenario.streams[id].name.as_bytes());
        hash.update(stream.digest.value().to_le_bytes());
    }
    for (id, source) in observed.push_sources() {
        hash.update(scenario.push_sources[id].name.as_bytes());
        hash.update(source.digest.value().to_le_bytes());
    }
    for (id, gateway) in observed.gateways() {
        hash.update(scenario.gateways[id].name.as_bytes());
        hash.update(gateway.digest.value().to_le_bytes());
    }
    for (id, downstream) in observed.downstreams() {
        hash.update(scenario.downstreams[id].name.as_bytes());
        hash.update(downstream.digest.value().to_le_bytes());
    }
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn account(scenario: &Scenario) -> AccountReport {
    // What is provisioned without a reservation is taken from the account, too (S31).
    let taken = |function: &Function| {
        function.reserved_concurrency.unwrap_or_else(|| function.provisioned_by_qualifier().iter().sum())
    };
    let reserved: u32 = scenario.functions.iter().map(taken).sum();
    AccountReport {
        concurrency: scenario.account.concurrency,
        unreserved_concurrency: scenario.account.concurrency.map(|limit| limit.saturating_sub(reserved)),
        requests_per_second: scenario.account.requests_per_second,
    }
}

fn function_report(
    function: &ObservedFunction<'_>,
    parts: PartReports,
    account: &AccountReport,
    cost: Usd,
) -> FunctionReport {
    let statistics = function.statistics;
    let counts = &statistics.counts;
    let around = statistics.around.as_deref();
    let total = statistics.usage.total();
    let gb_s = |mb_ms: u128| mb_ms as f64 / 1_024_000.0;
    let held = parts.provisioned.as_ref().map_or(0.0, |provisioned| provisioned.held_gb_s);
    FunctionReport {
        configuration: configuration(function.config, account),
        requests: counts.requests,
        attempts: counts.attempts,
        invocations: counts.invocations,
        succeeded: counts.succeeded,
        errors: counts.errors(),
        timeouts: counts.timeouts,
        out_of_memory: counts.out_of_memory,
        errors_by_cause: ErrorsByCause {
            handler: counts.handler_errors,
            runtime_exit: counts.runtime_exits,
            init: counts.init_failures,
            response_too_large: counts.responses_too_large,
            storage_full: counts.storage_full,
        },
        rejected: counts.rejected,
        dry_runs: DryRuns { accepted: counts.dry_runs_accepted, rejected: counts.dry_runs_rejected },
        throttles: throttles(statistics),
        service_errors: around.and_then(outside::service_errors),
        blocked_calls: around.and_then(outside::blocked_calls),
        log_subscription: outside::log_subscription(function.config, around),
        network: around.and_then(outside::network),
        throttle_rate: ratio(statistics.throttles.total(), counts.attempts),
        error_rate: ratio(counts.errors() + counts.timeouts + counts.out_of_memory, counts.invocations),
        cold_starts: counts.cold_starts,
        cold_start_rate: ratio(counts.cold_starts, counts.invocations),
        cold_starts_first_s: statistics.cold_starts_span.map(|(first, _)| first.seconds()),
        cold_starts_last_s: statistics.cold_starts_span.map(|(_, last)| last.seconds()),
        suppressed_inits: counts.suppressed_inits,
        snapstart: function
            .restores
            .map(|(restores, length)| SnapStartReport { restores, restore_ms: distribution(length) }),
        presigned_urls: function.config.presigns.as_ref().map(|_| presigned_urls(&statistics.urls)),
        tmp: function.config.tmp.map(|_| TmpReport {
            starts_with_leftovers: statistics.storage.starts_with_leftovers,
            leftovers_max_mb: statistics.storage.leftovers_max_bytes as f64 / 1_048_576.0,
        }),
        latency_ms: distribution(&statistics.latency),
        client_latency_ms: distribution(&statistics.client_latency),
        duration_ms: distribution(&statistics.duration),
        init_ms: distribution(&statistics.init),
        billed_ms_total: statistics.billed_ms,
        recursions_stopped: statistics.recursions_stopped,
        concurrency: concurrency(statistics),
        environments: environments(function),
        asynchronous: asynchronous(statistics),
        provisioned: parts.provisioned,
        versions: parts.versions,
        aliases: parts.aliases,
        gb_s: GbSeconds {
            handler: gb_s(total.handler_mb_ms + total.provisioned_mb_ms),
            init: gb_s(total.init_mb_ms),
            provisioned: held,
        },
        cost_usd: cost,
        latency_cdf: statistics.latency.cdf(statistics.window().curve_points),
        digest: format!("{:016x}", statistics.digest.value()),
    }
}

fn presigned_urls(counts: &UrlCounts) -> PresignedUrls {
    let refused = RefusedUrls { expired: counts.expired, session_ended: counts.session_ended };
    PresignedUrls {
        made: counts.served + counts.expired + counts.session_ended,
        served: counts.served,
        refused,
    }
}

fn configuration(config: &Function, account: &AccountReport) -> FunctionConfiguration {
    let (limit, kind) = match (config.reserved_concurrency, account.unreserved_concurrency) {
        (Some(reserved), _) => (Some(reserved), "reserved"),
        (None, Some(unreserved)) => (Some(unreserved), "account"),
        (None, None) => (None, "unlimited"),
    };
    FunctionConfiguration {
        memory_mb: config.memory.mb(),
        arch: config.arch.to_string(),
        runtime: config.runtime.clone(),
        timeout_s: config.timeout.seconds(),
        reserved_concurrency: config.reserved_concurrency,
        concurrency_limit: limit,
        concurrency_limit_kind: kind.to_owned(),
    }
}

pub(super) fn throttles(statistics: &FunctionStatistics) -> Throttles {
    let counts = &statistics.throttles;
    let mut by_reason: IndexMap<&'static str, u64> = IndexMap::new();
    for cause in ThrottleCause::ALL {
        if counts.of(cause) > 0 {
            *by_reason.entry(cause.reason()).or_default() += counts.of(cause);
        }
    }
    Throttles {
        total: counts.total(),
        by_cause: ThrottlesByCause {
            reserved_concurrency: counts.of(ThrottleCause::ReservedConcurrency),
            account_concurrency: counts.of(ThrottleCause::AccountConcurrency),
            scaling_rate: counts.of(ThrottleCause::ScalingRate),
            account_request_rate: counts.of(ThrottleCause::AccountRequestRate),
            reserved_request_rate: counts.of(ThrottleCause::ReservedRequestRate),
        },
        by_reason,
        first_s: counts.span().map(|(first, _)| first.seconds()),
        last_s: counts.span().map(|(_, last)| last.seconds()),
    }
}

pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

pub(super) fn distribution(sample: &Sample) -> Distribution {
    let Some([p50, p90, p95, p99, p99_9]) = sample.quantiles_ms(REPORTED_SHARES) else {
        return Distribution::default();
    };
    Distribution {
        count: sample.count(),
        mean: sample.mean_ms(),
        min: sample.min_ms(),
        p50: Some(p50),
        p90: Some(p90),
        p95: Some(p95),
        p99: Some(p99),
        p99_9: Some(p99_9),
        max: sample.max_ms(),
    }
}

pub(super) fn concurrency(statistics: &FunctionStatistics) -> Concurrency {
    let level = statistics.concurrency();
    let moments = level.moments();
    let (peak, peak_at) = level.peak();
    Concurrency {
        mean: moments.map(|(mean, _)| mean),
        variance: moments.map(|(_, variance)| variance),
        p50: level.quantile(0.5),
        p90: level.quantile(0.9),
        p99: level.quantile(0.99),
        p99_9: level.quantile(0.999),
        peak,
        peak_s: (peak > 0).then(|| peak_at.seconds()),
        at_end: level.level(),
    }
}

fn environments(function: &ObservedFunction<'_>) -> Environments {
    let statistics = function.statistics;
    let counts = &statistics.environments;
    let window = statistics.window().length().nanos() as f64;
    let mean_busy = statistics.concurrency().moments().map(|(mean, _)| mean);
    let mean_idle = (window > 0.0).then(|| counts.idle_nanos as f64 / window);
    Environments {
        created: counts.created,
        replacements: counts.replacements,
        retired: counts.retired,
        alive: function.alive,
        mean: mean_busy.zip(mean_idle).map(|(busy, idle)| busy + idle),
        mean_busy,
        mean_idle,
        peak: counts.peak as u32,
        mean_life_s: (counts.retired > 0).then(|| counts.life_nanos as f64 / counts.retired as f64 / 1e9),
    }
}

fn asynchronous(statistics: &FunctionStatistics) -> AsyncReport {
    let counts = &statistics.asynchronous;
    let fates = &statistics.event_fates;
    AsyncReport {
        received: counts.received,
        attempts: counts.attempts,
        retried: counts.retried,
        succeeded: counts.succeeded,
        dead_lettered: fates.dead_lettered,
        dropped: fates.dropped,
        expired: fates.expired,
        events_dropped: counts.ended_without_success,
        dead_letter_errors: counts.dead_letter_errors,
        destination_delivery_failures: counts.destination_delivery_failures,
        pending: counts.received - fates.succeeded - fates.dead_lettered - fates.dropped - fates.expired,
        age_s: AsyncAge {
            max: counts.age_max_nanos as f64 / 1e9,
            mean_succeeded: (counts.succeeded > 0)
                .then(|| counts.age_succeeded_nanos as f64 / counts.succeeded as f64 / 1e9),
        },
    }
}

fn client_report(statistics: &ClientStatistics) -> ClientReport {
    let closed = statistics.succeeded + statistics.failed + statistics.throttled + statistics.timed_out;
    ClientReport {
        calls: statistics.calls,
        succeeded: statistics.succeeded,
        failed: statistics.failed,
        throttled: statistics.throttled,
        timed_out: statistics.timed_out,
        unfinished: statistics.calls - closed,
        attempts: statistics.attempts,
        retries: statistics.retries,
        retries_denied: statistics.retries_denied,
        abandoned: statistics.abandoned,
        client_latency_ms: distribution(&statistics.latency),
        calls_by_attempts: statistics.calls_by_attempts.clone(),
    }
}

fn ledger(functions: &[ObservedFunction<'_>], observed: &Observed) -> Ledger {
    let mut ledger = Ledger::default();
    let by_cause = &mut FailedByCause::default();
    let of_functions = functions.iter().map(|function| &function.statistics.fates);
    let of_queues = observed.cells.iter().flat_map(|cell| &cell.statistics.queues).map(|queue| &queue.fates);
    // Each owner keeps the fates of what entered with it.
    let of_streams =
        observed.cells.iter().flat_map(|cell| &cell.statistics.streams).map(|stream| &stream.fates);
    let of_pushes =
        observed.cells.iter().flat_map(|cell| &cell.statistics.push_sources).map(|source| &source.fates);
    let owners: Vec<&FateCounts> = of_functions.chain(of_queues).chain(of_streams).chain(of_pushes).collect();
    for fates in owners {
        ledger.offered += fates.offered;
        ledger.succeeded += fates.succeeded;
        ledger.throttled += fates.throttled;
        ledger.failed += fates.failed();
        ledger.dead_lettered += fates.dead_lettered;
        ledger.dropped += fates.dropped;
        ledger.expired += fates.expired;
        by_cause.function_error += fates.function_error;
        by_cause.timed_out += fates.timed_out;
        by_cause.out_of_memory += fates.out_of_memory;
        by_cause.client_timeout += fates.client_timeout;
        by_cause.rejected += fates.rejected;
        by_cause.gateway_timeout += fates.gateway_timeout;
        by_cause.service_error += fates.service_error;
    }
    ledger.failed_by_cause = *by_cause;
    // Counted from what is still in flight or waiting, not as the difference: so the sum can fail.
    ledger.unfinished = observed.cells.iter().map(|cell| cell.remains.open).sum();
    ledger.balanced = ledger.offered
        == ledger.succeeded
            + ledger.throttled
            + ledger.failed
            + ledger.dead_lettered
            + ledger.dropped
            + ledger.expired
            + ledger.unfinished;
    ledger
}
