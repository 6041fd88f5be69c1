//! The table of errors: for each way to invoke and each kind of failure, who sees what, what is tried again and when, where it
//! ends and what is billed. Each case is a small scenario that is simulated; what AWS does stands in the rules, not here.

use std::path::Path;

use serde::Serialize;

use crate::lambda::facts::{Entry, Fact, MessageChange, Observer, StreamChange};
use crate::lambda::fault::Fault;
use crate::lambda::outcome::{Fate, Outcome};
use crate::lambda::retry::EventEnd;
use crate::report::document::{Block, Column, Document, Table};
use crate::report::figures::{counted, decimal, thousands};
use crate::scenario::{Overrides, read};
use crate::simulation::{Options, simulate_observed};
use crate::units::SimTime;

/// Ways to invoke, with what their scenarios add.
const INVOCATIONS: [(&str, &str); 4] = [
    (
        "synchronous",
        "clients: {sdk: {attempts: 3, backoff: \"exponential(base=1s, cap=20s)\"}}\ntraffic: [{to: f, client: sdk, burst: 1}]",
    ),
    ("asynchronous", "queues: {lost: {}}\ntraffic: [{to: f, mode: async, burst: 1}]"),
    (
        "SQS",
        "queues: {jobs: {visibility_timeout: 30s, redrive: {dlq: lost, max_receive_count: 3}}, lost: {}}\ntraffic: [{to: jobs, burst: 1}]",
    ),
    ("stream", "queues: {lost: {}}\nstreams: {clicks: {shards: 1}}\ntraffic: [{to: clicks, burst: 1}]"),
];

/// What the function has of its own in each of them.
const SETTINGS: [&str; 4] = [
    "",
    ", async: {dead_letter: lost}",
    ", event_sources: [{queue: jobs}]",
    ", event_sources: [{stream: clicks, max_retry_attempts: 2, max_record_age: 1h, on_failure: lost}]",
];

/// Kinds of failure, with what makes the function fail so for ever.
const FAILURES: [(&str, &str); 4] = [
    ("exception", "duration: 1s, errors: 100%"),
    ("timeout", "duration: 1m"),
    // The reservation of another function leaves nothing of the account's concurrency.
    ("throttle", "duration: 1s"),
    ("system error", "duration: 1s, environment: {kms: {key: secrets, key_state: disabled}}"),
];

const ALL: &str = "
allow_invalid: true
account: {concurrency: 100}
defaults: {init: 0ms, keep_alive: 10m, max_age: never, timeout: 3s}
";

/// One failure of one way to invoke.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the JSON names are the contract")]
pub struct ErrorCase {
    pub invocation: &'static str,
    pub failure: &'static str,
    /// What the sender sees: the answer, or that it was accepted.
    pub sender_sees: String,
    /// Attempts to run the function, the first one included.
    pub attempts: u64,
    /// From the start of each attempt to that of the next.
    pub intervals_s: Vec<f64>,
    /// From the end of each attempt to the start of the next.
    pub waits_s: Vec<f64>,
    /// Where it ends.
    pub ends: String,
    /// When, after it was sent.
    pub ends_after_s: f64,
    /// Runs of the function that are billed, and for how long all together.
    pub runs: u64,
    pub billed_ms: u64,
    pub request_charges: u64,
}

/// All cases, simulated.
pub fn error_cases() -> Vec<ErrorCase> {
    let mut cases = Vec::new();
    for ((invocation, surroundings), settings) in INVOCATIONS.into_iter().zip(SETTINGS) {
        for (failure, behaviour) in FAILURES {
            cases.push(simulated(invocation, failure, &scenario(failure, behaviour, settings, surroundings)));
        }
    }
    cases
}

fn scenario(failure: &str, behaviour: &str, settings: &str, surroundings: &str) -> String {
    let other = if failure == "throttle" { ", g: {duration: 1s, reserved_concurrency: 100}" } else { "" };
    format!("{ALL}functions: {{f: {{{behaviour}{settings}}}{other}}}\n{surroundings}\n")
}

fn simulated(invocation: &'static str, failure: &'static str, text: &str) -> ErrorCase {
    let scenario = read(text, "errors.yaml", Path::new("."), &Overrides::default())
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let (_, witness) = simulate_observed(&scenario, &Options::default(), Witness::default());
    witness.into_case(invocation, failure)
}

/// What is seen of the only thing that is sent.
#[derive(Clone, Debug, Default)]
struct Witness {
    attempts: Vec<(SimTime, SimTime)>,
    outcome: Option<Outcome>,
    fault: Option<Fault>,
    /// The final answer to a caller.
    answer: Option<(SimTime, Fate)>,
    /// 202.
    is_accepted: bool,
    condition: Option<&'static str>,
    /// Something came into the queue for what is lost.
    kept: Option<SimTime>,
    given_up: bool,
    runs: u64,
    billed_ms: u64,
    request_charges: u64,
}

impl Observer for Witness {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Started(_) | Fact::Refused { .. } => self.attempts.push((now, now)),
            Fact::Faulted(fact) => {
                self.attempts.push((now, now));
                self.fault = Some(fact.fault);
            }
            Fact::Ended(ended) => {
                if let Some(last) = self.attempts.last_mut() {
                    last.1 = now;
                }
                self.outcome = Some(ended.course.outcome);
                self.runs += 1;
                self.billed_ms += ended.billed.handler_ms + ended.billed.init_ms;
                self.request_charges += ended.request_charges;
            }
            Fact::CallClosed { fate, .. } => self.answer = Some((now, *fate)),
            Fact::EventAccepted { .. } => self.is_accepted = true,
            Fact::EventEnded { end, .. } => {
                self.condition = end.map(EventEnd::condition);
            }
            Fact::Stream(fact) => self.given_up |= matches!(fact.change, StreamChange::GivenUp { .. }),
            Fact::Queue(fact)
                if matches!(fact.change, MessageChange::Entered(Entry::DeadLetter | Entry::Record)) =>
            {
                self.kept = Some(now);
            }
            _ => {}
        }
    }
}

impl Witness {
    fn into_case(self, invocation: &'static str, failure: &'static str) -> ErrorCase {
        let pairs = || self.attempts.iter().zip(self.attempts.iter().skip(1));
        let seconds = |from: SimTime, to: SimTime| to.since(from).seconds();
        let sender_sees = match (self.answer, self.outcome) {
            (Some((_, Fate::Throttled)), _) => "429 TooManyRequestsException".to_owned(),
            (Some((_, fate)), Some(outcome)) if fate == Fate::of_answer(outcome) => {
                let error =
                    outcome.error_type().map_or(String::new(), |error| format!(", errorType {error}"));
                format!("200 with X-Amz-Function-Error: Unhandled{error}")
            }
            (Some((_, fate)), _) => match self.fault {
                Some(fault) => format!("{} {}", fault.status(), fault.exception()),
                None => format!("{fate:?}"),
            },
            (None, _) if self.is_accepted => "202; the error never".to_owned(),
            (None, _) => "that it was accepted; the error never".to_owned(),
        };
        let condition = self.condition.map_or(String::new(), |condition| format!(", {condition}"));
        let (ends, ends_after) = match (self.answer, self.kept) {
            (Some((at, _)), _) => ("with the caller".to_owned(), at),
            (None, Some(at)) if self.given_up => ("in the on-failure destination".to_owned(), at),
            (None, Some(at)) => (format!("in the dead-letter queue{condition}"), at),
            (None, None) => ("nowhere".to_owned(), SimTime::ZERO),
        };
        ErrorCase {
            invocation,
            failure,
            sender_sees,
            attempts: self.attempts.len() as u64,
            intervals_s: pairs().map(|(one, next)| seconds(one.0, next.0)).collect(),
            waits_s: pairs().map(|(one, next)| seconds(one.1, next.0)).collect(),
            ends,
            ends_after_s: ends_after.seconds(),
            runs: self.runs,
            billed_ms: self.billed_ms,
            request_charges: self.request_charges,
        }
    }
}

/// The cases as a document.
pub fn document(cases: &[ErrorCase]) -> Document {
    let heads = ["invocation", "failure", "the sender sees", "tried again", "ends", "billed"];
    let rows = cases.iter().map(|case| {
        let cells = [
            case.invocation.to_owned(),
            case.failure.to_owned(),
            case.sender_sees.clone(),
            case.tried_again(),
            format!("{} after {}", case.ends, span(case.ends_after_s)),
            case.billed(),
        ];
        cells.into_iter().map(Into::into).collect()
    });
    let table = Table {
        title: String::new(),
        columns: heads.map(Column::left).into(),
        keys: 2,
        rows: rows.collect(),
    };
    let notes = [
        "The function works 1 s and raises an exception each time; or would work 1 min, under a timeout of 3 s; or finds no \
         concurrency left in the account; or cannot decrypt its environment variables, as the key is disabled. Its Init takes no time.",
        "Synchronous: the client is an SDK with 3 attempts and waits of 1, 2 … s; Lambda itself tries nothing again (S40).",
        "Asynchronous: 2 retries and an age of 6 h, AWS's own values, and a dead-letter queue (S41-S45).",
        "SQS: visibility timeout 30 s, maxReceiveCount 3, one message (S52-S54). A throttled message has been received, and counts as \
         such: it may land in the dead-letter queue without ever having run.",
        "Stream: 2 retries, a record age of 1 h and an on-failure destination; AWS's own values are endless. The lane is blocked until \
         the end (S56).",
        "After an exception the environment stays warm; after a timeout it is reset, and its next Init runs inside the invoke (S18).",
    ];
    Document {
        kind: "errors",
        title: "who sees what, what is tried again, where it ends, what is billed".to_owned(),
        identity: Vec::new(),
        blocks: vec![Block::Table(table), Block::Notes(notes.map(str::to_owned).into())],
    }
}

impl ErrorCase {
    fn tried_again(&self) -> String {
        let again = self.attempts.saturating_sub(1);
        if again == 0 {
            return "never".to_owned();
        }
        let by = if self.invocation == "synchronous" { "by the client " } else { "" };
        let (spans, since) = if self.invocation == "SQS" {
            (&self.intervals_s, "after the receive")
        } else {
            (&self.waits_s, "after the failure")
        };
        let first: Vec<String> = spans.iter().take(4).map(|seconds| span(*seconds)).collect();
        let longest = spans.iter().copied().fold(0.0, f64::max);
        let all_alike = spans.iter().all(|span| (span - spans[0]).abs() < 1e-9);
        let list = if all_alike {
            format!("each {}", first[0])
        } else if spans.len() <= 4 {
            first.join(", ")
        } else {
            format!("{} … {}", first.join(", "), span(longest))
        };
        format!("{by}{}: {list} {since}", counted(again, "time", "times"))
    }

    fn billed(&self) -> String {
        if self.runs == 0 {
            return "nothing".to_owned();
        }
        let requests = counted(self.request_charges, "request", "requests");
        format!("{requests}, {} ms", thousands(self.billed_ms))
    }
}

fn span(seconds: f64) -> String {
    match seconds {
        hours if hours >= 3_600.0 => format!("{} h", decimal(hours / 3_600.0, 2)),
        seconds => format!("{} s", decimal(seconds, 3)),
    }
}
