//! Statistics of downstreams, and their audit.

use crate::lambda::downstream::Refusal;
use crate::lambda::facts::{DownstreamChange, DownstreamFact};
use crate::lambda::flow::DownstreamRemains;
use crate::units::SimTime;

use super::digest::Digest;
use super::gauge::Gauge;
use super::sample::Sample;
use super::series::Series;
use super::statistics::Window;

/// One downstream, over the whole run.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct DownstreamStatistics {
    pub calls: u64,
    pub succeeded: u64,
    pub refused: [u64; Refusal::ALL.len()],
    pub queued: u64,
    /// The function timeout ended the wait, or the call.
    pub gave_up_waiting: u64,
    pub abandoned: u64,
    /// Calls in progress, and most at once.
    pub busy: u64,
    pub busy_max: u64,
    pub in_progress: Gauge,
    /// Connections opened, open, and most at once.
    pub opened: u64,
    pub connections: u64,
    pub connections_max: u64,
    pub connections_max_at: SimTime,
    /// Of calls that were served.
    pub wait: Sample,
    pub latency: Sample,
    /// Connections opened (`created`) and closed (`retired`) per interval.
    pub series: Series,
    pub digest: Digest,
}

impl DownstreamStatistics {
    /// Nothing has come yet.
    pub fn new(window: Window) -> Self {
        Self {
            calls: 0,
            succeeded: 0,
            refused: Default::default(),
            queued: 0,
            gave_up_waiting: 0,
            abandoned: 0,
            busy: 0,
            busy_max: 0,
            in_progress: Gauge::new(window),
            opened: 0,
            connections: 0,
            connections_max: 0,
            connections_max_at: SimTime::ZERO,
            wait: Sample::default(),
            latency: Sample::default(),
            series: Series::new(window.step, window.intervals),
            digest: Digest::default(),
        }
    }

    /// Calls that failed because no connection came about.
    pub fn connection_errors(&self) -> u64 {
        let of = Refusal::ALL.iter().zip(self.refused).filter(|(refusal, _)| refusal.is_of_connection());
        of.map(|(_, count)| count).sum()
    }

    pub(super) fn observe(&mut self, now: SimTime, fact: &DownstreamFact) {
        let word = match fact.change {
            DownstreamChange::Called => {
                self.calls += 1;
                return;
            }
            DownstreamChange::Queued => {
                self.queued += 1;
                1
            }
            DownstreamChange::Refused(refusal) => {
                self.refused[refusal as usize] += 1;
                8 + refusal as u64
            }
            DownstreamChange::Began { waited } => {
                self.busy += 1;
                self.busy_max = self.busy_max.max(self.busy);
                self.wait.record(waited);
                2
            }
            DownstreamChange::Ended { latency } => {
                self.busy -= 1;
                self.succeeded += 1;
                self.latency.record(latency);
                3
            }
            DownstreamChange::Decrypted { at, refused } => {
                self.calls += 1;
                let word = match refused {
                    None => {
                        self.succeeded += 1;
                        13
                    }
                    Some(refusal) => {
                        self.refused[refusal as usize] += 1;
                        8 + refusal as u64
                    }
                };
                return self.digest.word(at.nanos() << 4 | word);
            }
            DownstreamChange::GaveUpWaiting => {
                self.gave_up_waiting += 1;
                4
            }
            DownstreamChange::Abandoned => {
                self.busy -= 1;
                self.abandoned += 1;
                5
            }
            DownstreamChange::Connected { count } => {
                self.opened += u64::from(count);
                self.connections += u64::from(count);
                self.series.at(now).created += count;
                if self.connections > self.connections_max {
                    (self.connections_max, self.connections_max_at) = (self.connections, now);
                }
                6
            }
            DownstreamChange::Disconnected { count, at } => {
                self.connections -= u64::from(count);
                self.series.at(at).retired += count;
                return self.digest.word(at.nanos() << 4 | 7);
            }
        };
        self.in_progress.set(now, self.busy);
        self.digest.word(now.nanos() << 4 | word);
    }

    /// The run is over.
    pub(super) fn finish(&mut self, end: SimTime) {
        self.in_progress.set(end, self.busy);
        self.wait.close();
        self.latency.close();
        self.series.settle();
    }
}

/// Books of one downstream: where every call has gone, counted once more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DownstreamBooks {
    calls: u64,
    refused: u64,
    began: u64,
    ended: u64,
    abandoned: u64,
    gave_up: u64,
    connected: u64,
    disconnected: u64,
}

impl DownstreamBooks {
    pub fn observe(&mut self, fact: &DownstreamFact) {
        match fact.change {
            DownstreamChange::Called => self.calls += 1,
            DownstreamChange::Queued => {}
            DownstreamChange::Refused(_) => self.refused += 1,
            DownstreamChange::Began { .. } => self.began += 1,
            DownstreamChange::Ended { .. } => self.ended += 1,
            DownstreamChange::Decrypted { refused, .. } => {
                self.calls += 1;
                let served = u64::from(refused.is_none());
                self.refused += 1 - served;
                self.began += served;
                self.ended += served;
            }
            DownstreamChange::GaveUpWaiting => self.gave_up += 1,
            DownstreamChange::Abandoned => self.abandoned += 1,
            DownstreamChange::Connected { count } => self.connected += u64::from(count),
            DownstreamChange::Disconnected { count, .. } => self.disconnected += u64::from(count),
        }
    }

    /// Compares them with what is left and with the statistics.
    pub fn verify(&self, index: usize, remains: DownstreamRemains, statistics: &DownstreamStatistics) {
        let gone = self.refused + self.gave_up + self.began;
        assert_eq!(self.calls, gone + remains.waiting, "calls, downstream {index}");
        assert_eq!(
            self.began,
            self.ended + self.abandoned + remains.talking,
            "in progress, downstream {index}"
        );
        assert_eq!(
            self.connected,
            self.disconnected + remains.connections,
            "connections, downstream {index}"
        );
        assert_eq!(self.calls, statistics.calls, "calls, downstream {index}");
        assert_eq!(self.refused, statistics.refused.iter().sum::<u64>(), "refused, downstream {index}");
        assert_eq!(remains.connections, statistics.connections, "connections, downstream {index}");
        assert_eq!(remains.talking, statistics.busy, "in progress, downstream {index}");
    }
}
