//! Numbers of a report by name: `api.latency.p99`, `jobs-dlq.depth`, `cost.monthly`.

use super::model::{ClientId, FunctionId, QueueId};
use super::problem::suggestion;
use super::tree::abridged;

/// A number that every run of a scenario has, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// As it is written: `api.latency.p99`.
    pub name: String,
    /// What it is.
    pub subject: Subject,
}

/// What a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sections of the report")]
pub enum Subject {
    Function(FunctionId, OfFunction),
    Queue(QueueId, OfQueue),
    Client(ClientId, OfClient),
    Cost(OfCost),
    Ledger(OfLedger),
}

/// Numbers of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub enum OfFunction {
    Latency(Summary),
    ClientLatency(Summary),
    Duration(Summary),
    Init(Summary),
    Requests,
    Attempts,
    Invocations,
    Succeeded,
    Errors,
    Timeouts,
    OutOfMemory,
    Throttles,
    ColdStarts,
    ThrottleRate,
    ErrorRate,
    ColdStartRate,
    Concurrency(Level),
    EnvironmentsCreated,
    EnvironmentsMean,
    EnvironmentsIdle,
    EnvironmentsPeak,
    DeadLettered,
    Dropped,
    Expired,
    Billed,
    Cost,
    CostPerMillion,
}

/// A number of a distribution of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub enum Summary {
    Mean,
    Min,
    P50,
    P90,
    P95,
    P99,
    P99_9,
    Max,
}

/// A number of a level over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub enum Level {
    Mean,
    P50,
    P90,
    P99,
    P99_9,
    Max,
}

/// Numbers of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub enum OfQueue {
    Sent,
    Depth,
    DepthMax,
    OldestAgeMax,
}

/// Numbers of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub enum OfClient {
    Calls,
    Succeeded,
    SuccessRate,
    Retries,
    Latency(Summary),
}

/// Numbers of the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub enum OfCost {
    Total,
    /// As the total, with what is paid for time counted by that time, not rounded up to 5 minutes or 3 hours.
    Prorated,
    Monthly,
}

/// Numbers of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub enum OfLedger {
    Offered,
    Succeeded,
    SuccessRate,
    Throttled,
    Failed,
    DeadLettered,
    Dropped,
    Expired,
    Unfinished,
}

/// What the value of a metric counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricUnit {
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
    /// A share, 0..=1.
    Share,
    /// A number of things, or a mean of such.
    Count,
    /// US dollars.
    Dollars,
}

impl MetricUnit {
    /// Its name in JSON and CSV.
    pub fn name(self) -> &'static str {
        match self {
            Self::Millis => "ms",
            Self::Seconds => "s",
            Self::Share => "share",
            Self::Count => "count",
            Self::Dollars => "USD",
        }
    }
}

const SUMMARIES: [(&str, Summary); 8] = [
    ("mean", Summary::Mean),
    ("min", Summary::Min),
    ("p50", Summary::P50),
    ("p90", Summary::P90),
    ("p95", Summary::P95),
    ("p99", Summary::P99),
    ("p99.9", Summary::P99_9),
    ("max", Summary::Max),
];

const LEVELS: [(&str, Level); 6] = [
    ("mean", Level::Mean),
    ("p50", Level::P50),
    ("p90", Level::P90),
    ("p99", Level::P99),
    ("p99.9", Level::P99_9),
    ("max", Level::Max),
];

type OfTime = fn(Summary) -> OfFunction;

const TIMES_OF_FUNCTIONS: [(&str, OfTime); 4] = [
    ("latency", OfFunction::Latency),
    ("client_latency", OfFunction::ClientLatency),
    ("duration", OfFunction::Duration),
    ("init", OfFunction::Init),
];

const PLAIN_OF_FUNCTIONS: [(&str, OfFunction); 22] = [
    ("throttle_rate", OfFunction::ThrottleRate),
    ("error_rate", OfFunction::ErrorRate),
    ("cold_start_rate", OfFunction::ColdStartRate),
    ("requests", OfFunction::Requests),
    ("attempts", OfFunction::Attempts),
    ("invocations", OfFunction::Invocations),
    ("succeeded", OfFunction::Succeeded),
    ("errors", OfFunction::Errors),
    ("timeouts", OfFunction::Timeouts),
    ("out_of_memory", OfFunction::OutOfMemory),
    ("throttles", OfFunction::Throttles),
    ("cold_starts", OfFunction::ColdStarts),
    ("environments.created", OfFunction::EnvironmentsCreated),
    ("environments.mean", OfFunction::EnvironmentsMean),
    ("environments.idle", OfFunction::EnvironmentsIdle),
    ("environments.max", OfFunction::EnvironmentsPeak),
    ("async.dead_lettered", OfFunction::DeadLettered),
    ("async.dropped", OfFunction::Dropped),
    ("async.expired", OfFunction::Expired),
    ("billed_ms", OfFunction::Billed),
    ("cost", OfFunction::Cost),
    ("cost_per_million", OfFunction::CostPerMillion),
];

const OF_QUEUES: [(&str, OfQueue); 4] = [
    ("sent", OfQueue::Sent),
    ("depth", OfQueue::Depth),
    ("depth.max", OfQueue::DepthMax),
    ("oldest_message_age.max", OfQueue::OldestAgeMax),
];

const PLAIN_OF_CLIENTS: [(&str, OfClient); 4] = [
    ("success_rate", OfClient::SuccessRate),
    ("calls", OfClient::Calls),
    ("succeeded", OfClient::Succeeded),
    ("retries", OfClient::Retries),
];

const OF_COST: [(&str, OfCost); 3] =
    [("total", OfCost::Total), ("prorated", OfCost::Prorated), ("monthly", OfCost::Monthly)];

const OF_LEDGER: [(&str, OfLedger); 9] = [
    ("success_rate", OfLedger::SuccessRate),
    ("offered", OfLedger::Offered),
    ("succeeded", OfLedger::Succeeded),
    ("throttled", OfLedger::Throttled),
    ("failed", OfLedger::Failed),
    ("dead_lettered", OfLedger::DeadLettered),
    ("dropped", OfLedger::Dropped),
    ("expired", OfLedger::Expired),
    ("unfinished", OfLedger::Unfinished),
];

/// The names that metrics may begin with, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Owners<'o> {
    /// Functions.
    pub functions: Vec<&'o str>,
    /// Queues.
    pub queues: Vec<&'o str>,
    /// Clients.
    pub clients: Vec<&'o str>,
}

impl<'o> Owners<'o> {
    /// Those of a scenario.
    pub fn of(scenario: &'o super::Scenario) -> Self {
        Self {
            functions: scenario.functions.iter().map(|one| one.name.as_str()).collect(),
            queues: scenario.queues.iter().map(|one| one.name.as_str()).collect(),
            clients: scenario.clients.iter().map(|one| one.name.as_str()).collect(),
        }
    }
}

/// What is wrong with a name, and a hint.
pub type Refusal = (String, String);

impl Metric {
    /// Every metric of a scenario: functions, queues and clients in the order of the file, then cost and ledger.
    pub fn all(owners: &Owners<'_>) -> Vec<Self> {
        let mut metrics = Vec::new();
        let mut add = |owner: &str, quantity: &str, subject| {
            metrics.push(Self { name: format!("{owner}.{quantity}"), subject });
        };
        for (index, name) in owners.functions.iter().enumerate() {
            for (quantity, of) in of_functions() {
                add(name, &quantity, Subject::Function(FunctionId(index as u32), of));
            }
        }
        for (index, name) in owners.queues.iter().enumerate() {
            for (quantity, of) in OF_QUEUES {
                add(name, quantity, Subject::Queue(QueueId(index as u32), of));
            }
        }
        for (index, name) in owners.clients.iter().enumerate() {
            for (quantity, of) in of_clients() {
                add(name, &quantity, Subject::Client(ClientId(index as u32), of));
            }
        }
        for (quantity, of) in OF_COST {
            add("cost", quantity, Subject::Cost(of));
        }
        for (quantity, of) in OF_LEDGER {
            add("ledger", quantity, Subject::Ledger(of));
        }
        metrics
    }

    /// The metric that `text` names, written `api.latency.p99` or, as in thresholds, `api.latency p99`.
    ///
    /// # Errors
    /// When there is none, with the nearest match.
    pub fn find(text: &str, owners: &Owners<'_>) -> Result<Self, Refusal> {
        let name: String = text.split_whitespace().collect::<Vec<_>>().join(".");
        // Names may contain dots: the longest that fits is meant. A function called `cost` comes before the bill.
        let all = owners.functions.iter().chain(&owners.queues).chain(&owners.clients).copied();
        let all = all.chain(["cost", "ledger"]);
        let fits = |owner: &&str| name.strip_prefix(*owner).is_some_and(|rest| rest.starts_with('.'));
        let Some(owner) = all.clone().filter(fits).max_by_key(|owner| owner.len()) else {
            let first = name.split('.').next().unwrap_or_default();
            return Err((format!("there is no metric `{}`", abridged(text)), suggestion(first, all)));
        };
        let quantity = &name[owner.len() + 1..];
        let of_owner = only(owners, owner);
        let known = Self::all(&of_owner);
        // Ids count within all owners, not within the one that was looked at.
        if let Some(metric) = known.into_iter().find(|metric| metric.name == name) {
            Ok(Self { subject: metric.subject.renumbered(owners, owner), name })
        } else {
            let names: Vec<String> = Self::all(&of_owner)
                .into_iter()
                .filter_map(|metric| metric.name.strip_prefix(&format!("{owner}.")).map(str::to_owned))
                .collect();
            let hint = suggestion(quantity, names.iter().map(String::as_str));
            Err((format!("`{owner}` has no metric `{}`", abridged(quantity)), hint))
        }
    }

    /// Whether a reader looks for it first.
    pub fn is_headline(&self) -> bool {
        match self.subject {
            Subject::Function(_, of) => matches!(
                of,
                OfFunction::Latency(Summary::Mean | Summary::P50 | Summary::P99)
                    | OfFunction::ThrottleRate
                    | OfFunction::ErrorRate
                    | OfFunction::ColdStartRate
                    | OfFunction::Concurrency(Level::Max)
                    | OfFunction::DeadLettered
                    | OfFunction::Cost
            ),
            Subject::Queue(_, of) => matches!(of, OfQueue::Depth),
            Subject::Client(_, of) => matches!(of, OfClient::SuccessRate | OfClient::Latency(Summary::P99)),
            Subject::Cost(of) => of != OfCost::Prorated,
            Subject::Ledger(of) => matches!(of, OfLedger::SuccessRate),
        }
    }

    /// What its value counts in.
    pub fn unit(&self) -> MetricUnit {
        match self.subject {
            Subject::Function(_, of) => of.unit(),
            Subject::Queue(_, OfQueue::OldestAgeMax) => MetricUnit::Seconds,
            Subject::Client(_, OfClient::Latency(_)) => MetricUnit::Millis,
            Subject::Client(_, OfClient::SuccessRate) | Subject::Ledger(OfLedger::SuccessRate) => {
                MetricUnit::Share
            }
            Subject::Cost(_) => MetricUnit::Dollars,
            Subject::Queue(..) | Subject::Client(..) | Subject::Ledger(_) => MetricUnit::Count,
        }
    }
}

impl OfFunction {
    fn unit(self) -> MetricUnit {
        match self {
            Self::Latency(_) | Self::ClientLatency(_) | Self::Duration(_) | Self::Init(_) | Self::Billed => {
                MetricUnit::Millis
            }
            Self::ThrottleRate | Self::ErrorRate | Self::ColdStartRate => MetricUnit::Share,
            Self::Cost | Self::CostPerMillion => MetricUnit::Dollars,
            Self::Requests
            | Self::Attempts
            | Self::Invocations
            | Self::Succeeded
            | Self::Errors
            | Self::Timeouts
            | Self::OutOfMemory
            | Self::Throttles
            | Self::ColdStarts
            | Self::Concurrency(_)
            | Self::EnvironmentsCreated
            | Self::EnvironmentsMean
            | Self::EnvironmentsIdle
            | Self::EnvironmentsPeak
            | Self::DeadLettered
            | Self::Dropped
            | Self::Expired => MetricUnit::Count,
        }
    }
}

impl Subject {
    fn renumbered(self, owners: &Owners<'_>, owner: &str) -> Self {
        let place = |names: &[&str]| names.iter().position(|name| *name == owner).unwrap_or(0) as u32;
        match self {
            Self::Function(_, of) => Self::Function(FunctionId(place(&owners.functions)), of),
            Self::Queue(_, of) => Self::Queue(QueueId(place(&owners.queues)), of),
            Self::Client(_, of) => Self::Client(ClientId(place(&owners.clients)), of),
            Self::Cost(_) | Self::Ledger(_) => self,
        }
    }
}

/// `owners` with this one only.
fn only<'o>(owners: &Owners<'o>, owner: &str) -> Owners<'o> {
    let named = |names: &[&'o str]| names.iter().copied().filter(|name| *name == owner).collect();
    Owners {
        functions: named(&owners.functions),
        queues: named(&owners.queues),
        clients: named(&owners.clients),
    }
}

fn of_functions() -> Vec<(String, OfFunction)> {
    let times = TIMES_OF_FUNCTIONS
        .iter()
        .flat_map(|(time, of)| SUMMARIES.map(|(name, summary)| (format!("{time}.{name}"), of(summary))));
    let levels = LEVELS.map(|(name, level)| (format!("concurrency.{name}"), OfFunction::Concurrency(level)));
    let plain = PLAIN_OF_FUNCTIONS.map(|(name, of)| (name.to_owned(), of));
    times.chain(levels).chain(plain).collect()
}

fn of_clients() -> Vec<(String, OfClient)> {
    let times = SUMMARIES.map(|(name, summary)| (format!("latency.{name}"), OfClient::Latency(summary)));
    let plain = PLAIN_OF_CLIENTS.map(|(name, of)| (name.to_owned(), of));
    times.into_iter().chain(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners() -> Owners<'static> {
        Owners { functions: vec!["web", "api"], queues: vec!["jobs.fifo"], clients: vec!["sdk"] }
    }

    fn told(text: &str) -> (String, String) {
        Metric::find(text, &owners()).unwrap_err()
    }

    #[test]
    fn every_metric_is_found_by_its_own_name_and_no_two_are_called_the_same() {
        let all = Metric::all(&owners());
        for metric in &all {
            assert_eq!(Metric::find(&metric.name, &owners()).as_ref(), Ok(metric));
        }
        let mut names: Vec<_> = all.iter().map(|metric| metric.name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn the_words_of_thresholds_are_understood() {
        let found = Metric::find("api.latency p99.9", &owners()).unwrap();
        assert_eq!(found.name, "api.latency.p99.9");
        assert_eq!(found.subject, Subject::Function(FunctionId(1), OfFunction::Latency(Summary::P99_9)));
        assert_eq!(found.unit(), MetricUnit::Millis);
    }

    #[test]
    fn a_metric_that_is_not_there_is_told_with_the_nearest_match() {
        assert_eq!(told("apj.latency.p99").1, "did you mean `api`?");
        assert_eq!(told("api.latency.p98").1, "did you mean `latency.p99`?");
        assert_eq!(told("api.throtle_rate").1, "did you mean `throttle_rate`?");
        assert!(told("latency").0.contains("there is no metric `latency`"));
    }
}
