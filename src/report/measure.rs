//! The value of a metric in a report.

use super::model::{ClientReport, CostLine, Distribution, FunctionReport, Ledger, QueueReport, Report};
use crate::scenario::metric::{Level, OfClient, OfCost, OfFunction, OfLedger, OfQueue, Subject, Summary};
use crate::units::Usd;

/// The value, in the unit of the metric; `None` where nothing was measured.
pub fn measure(report: &Report, subject: Subject) -> Option<f64> {
    match subject {
        Subject::Function(id, OfFunction::CostPerMillion) => {
            let (name, function) = report.functions.get_index(id.0 as usize)?;
            per_million(report, name, function)
        }
        Subject::Function(id, of) => of_function(report.functions.get_index(id.0 as usize)?.1, of),
        Subject::Queue(id, of) => Some(of_queue(report.queues.get_index(id.0 as usize)?.1, of)),
        Subject::Client(id, of) => of_client(report.clients.get_index(id.0 as usize)?.1, of),
        Subject::Cost(OfCost::Total) => report.cost.priced.then(|| report.cost.total.dollars()),
        Subject::Cost(OfCost::Prorated) => {
            report.cost.priced.then(|| report.cost.prorated.unwrap_or(report.cost.total).dollars())
        }
        Subject::Cost(OfCost::Monthly) => report.cost.monthly.map(Usd::dollars),
        Subject::Ledger(of) => of_ledger(&report.ledger, of),
    }
}

fn of_function(function: &FunctionReport, of: OfFunction) -> Option<f64> {
    let environments = &function.environments;
    let count = match of {
        OfFunction::Latency(summary) => return of_distribution(&function.latency_ms, summary),
        OfFunction::ClientLatency(summary) => {
            // What clients saw; where nobody has a network or gives up, that is the latency of the function.
            let clients = &function.client_latency_ms;
            return of_distribution(if clients.count > 0 { clients } else { &function.latency_ms }, summary);
        }
        OfFunction::Duration(summary) => return of_distribution(&function.duration_ms, summary),
        OfFunction::Init(summary) => return of_distribution(&function.init_ms, summary),
        OfFunction::ThrottleRate => return function.throttle_rate,
        OfFunction::ErrorRate => return function.error_rate,
        OfFunction::ColdStartRate => return function.cold_start_rate,
        OfFunction::Concurrency(level) => return of_level(function, level),
        OfFunction::EnvironmentsMean => return environments.mean,
        OfFunction::EnvironmentsIdle => return environments.mean_idle,
        OfFunction::Cost => return Some(function.cost_usd.dollars()),
        OfFunction::CostPerMillion => return None,
        OfFunction::Requests => function.requests,
        OfFunction::Attempts => function.attempts,
        OfFunction::Invocations => function.invocations,
        OfFunction::Succeeded => function.succeeded,
        OfFunction::Errors => function.errors,
        OfFunction::Timeouts => function.timeouts,
        OfFunction::OutOfMemory => function.out_of_memory,
        OfFunction::Throttles => function.throttles.total,
        OfFunction::ColdStarts => function.cold_starts,
        OfFunction::EnvironmentsCreated => environments.created,
        OfFunction::EnvironmentsPeak => environments.peak.into(),
        OfFunction::DeadLettered => function.asynchronous.dead_lettered,
        OfFunction::Dropped => function.asynchronous.dropped,
        OfFunction::Expired => function.asynchronous.expired,
        OfFunction::Billed => function.billed_ms_total,
    };
    Some(count as f64)
}

/// What a million of its billed requests would cost at the price of this run; what is paid for time counts by that time.
fn per_million(report: &Report, name: &str, function: &FunctionReport) -> Option<f64> {
    let is_of = |line: &&CostLine| {
        line.service == "lambda" && line.item == "requests" && line.function.as_deref() == Some(name)
    };
    let requests: f64 = report.cost.lines.iter().filter(is_of).map(|line| line.quantity).sum();
    let cost = report.cost.prorated_by_function.get(name).copied().unwrap_or(function.cost_usd);
    (report.cost.priced && requests > 0.0).then(|| cost.dollars() / requests * 1e6)
}

fn of_distribution(distribution: &Distribution, summary: Summary) -> Option<f64> {
    match summary {
        Summary::Mean => distribution.mean,
        Summary::Min => distribution.min,
        Summary::P50 => distribution.p50,
        Summary::P90 => distribution.p90,
        Summary::P95 => distribution.p95,
        Summary::P99 => distribution.p99,
        Summary::P99_9 => distribution.p99_9,
        Summary::Max => distribution.max,
    }
}

fn of_level(function: &FunctionReport, level: Level) -> Option<f64> {
    let concurrency = &function.concurrency;
    match level {
        Level::Mean => concurrency.mean,
        Level::P50 => concurrency.p50.map(f64::from),
        Level::P90 => concurrency.p90.map(f64::from),
        Level::P99 => concurrency.p99.map(f64::from),
        Level::P99_9 => concurrency.p99_9.map(f64::from),
        Level::Max => Some(concurrency.peak.into()),
    }
}

fn of_queue(queue: &QueueReport, of: OfQueue) -> f64 {
    match of {
        OfQueue::Sent => queue.sent as f64,
        OfQueue::Depth => queue.depth as f64,
        OfQueue::DepthMax => queue.depth_max as f64,
        OfQueue::OldestAgeMax => queue.oldest_age_max_s,
    }
}

fn of_client(client: &ClientReport, of: OfClient) -> Option<f64> {
    match of {
        OfClient::Calls => Some(client.calls as f64),
        OfClient::Succeeded => Some(client.succeeded as f64),
        OfClient::SuccessRate => share(client.succeeded, client.calls),
        OfClient::Retries => Some(client.retries as f64),
        OfClient::Latency(summary) => of_distribution(&client.client_latency_ms, summary),
    }
}

fn of_ledger(ledger: &Ledger, of: OfLedger) -> Option<f64> {
    let count = match of {
        OfLedger::SuccessRate => return share(ledger.succeeded, ledger.offered),
        OfLedger::Offered => ledger.offered,
        OfLedger::Succeeded => ledger.succeeded,
        OfLedger::Throttled => ledger.throttled,
        OfLedger::Failed => ledger.failed,
        OfLedger::DeadLettered => ledger.dead_lettered,
        OfLedger::Dropped => ledger.dropped,
        OfLedger::Expired => ledger.expired,
        OfLedger::Unfinished => ledger.unfinished,
    };
    Some(count as f64)
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::scenario::metric::{Metric, Owners};

    #[test]
    fn a_metric_is_the_number_of_the_report() {
        let report = sample::busy();
        let owners = Owners {
            functions: report.functions.keys().map(String::as_str).collect(),
            queues: report.queues.keys().map(String::as_str).collect(),
            clients: report.clients.keys().map(String::as_str).collect(),
        };
        let value = |name: &str| measure(&report, Metric::find(name, &owners).unwrap().subject);
        let checkout = &report.functions["checkout"];
        assert_eq!(value("checkout.latency.p99"), checkout.latency_ms.p99);
        assert_eq!(value("checkout.throttle_rate"), checkout.throttle_rate);
        assert_eq!(value("checkout.concurrency.max"), Some(checkout.concurrency.peak.into()));
        assert_eq!(value("cost.total"), Some(report.cost.total.dollars()));
        assert_eq!(value("ledger.offered"), Some(report.ledger.offered as f64));
        assert!(
            Metric::all(&owners).iter().filter(|one| measure(&report, one.subject).is_some()).count() > 100
        );
    }
}
