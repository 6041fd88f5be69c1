//! What functions call: connections, concurrency, a rate, and who waits (S48).

use std::collections::VecDeque;

use crate::engine::TokenBucket;
use crate::scenario::model::{Downstream, Overload};
use crate::units::{SimDuration, SimTime};

/// Why a downstream refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is out of order.
    Outage,
    /// It has as many connections as it takes.
    Connections,
    /// It is busy with as many calls as it takes.
    Concurrency,
    /// Its rate is used up.
    Rate,
    /// A key cannot be used.
    Key,
}

impl Refusal {
    /// All, in the order of a report.
    pub const ALL: [Self; 5] = [Self::Outage, Self::Connections, Self::Concurrency, Self::Rate, Self::Key];

    /// Whether no connection came about.
    pub fn is_of_connection(self) -> bool {
        matches!(self, Self::Outage | Self::Connections)
    }
}

/// What becomes of a call.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// It begins.
    Begins,
    /// It waits for its turn.
    Waits,
    /// It fails.
    Refused(Refusal),
}

/// A call that waits, by its errand and the receipt of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which errand.
    pub errand: u32,
    /// Tells it from others in the same place.
    pub receipt: u32,
}

/// One downstream.
#[derive(Debug)]
pub struct DownstreamDoor {
    max_connections: Option<u32>,
    max_concurrency: Option<u32>,
    overload: Overload,
    bucket: Option<TokenBucket>,
    connections: u32,
    busy: u32,
    waiting: VecDeque<Waiting>,
}

/// The span of the bucket's refill: long, so that a rate may be a fraction of a call per second.
const SPAN_SECONDS: u64 = 1_000_000;

impl DownstreamDoor {
    /// The door of `downstream`, open and idle.
    pub fn new(downstream: &Downstream) -> Self {
        let bucket = downstream.rate.map(|rate| {
            let burst = rate.hertz().ceil().max(1.0) as u64;
            let refill = (rate.hertz() * SPAN_SECONDS as f64).ceil() as u64;
            TokenBucket::continuous(burst, refill, SimDuration::from_secs(SPAN_SECONDS))
        });
        // Behind a proxy its connections are a pool that calls borrow from, and wait for.
        let pool = downstream.max_connections.filter(|_| downstream.has_proxy);
        let concurrency = match (downstream.max_concurrency, pool) {
            (Some(own), Some(pool)) => Some(own.min(pool)),
            (own, pool) => own.or(pool),
        };
        Self {
            max_connections: downstream.max_connections.filter(|_| !downstream.has_proxy),
            max_concurrency: concurrency,
            overload: if downstream.has_proxy { Overload::Queue } else { downstream.on_overload },
            bucket,
            connections: 0,
            busy: 0,
            waiting: VecDeque::new(),
        }
    }

    /// Opens `count` more connections, or none.
    #[must_use]
    pub fn connects(&mut self, count: u32) -> bool {
        let fits = self.max_connections.is_none_or(|most| self.connections + count <= most);
        if fits {
            self.connections += count;
        }
        fits
    }

    /// Connections are closed.
    pub fn disconnect(&mut self, count: u32) {
        self.connections = self.connections.checked_sub(count).expect("what is closed was open");
    }

    /// Connections that are open.
    pub fn connections(&self) -> u32 {
        self.connections
    }

    /// Calls in progress.
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// Nobody waits any more; returns who did, in order.
    pub fn send_away(&mut self) -> VecDeque<Waiting> {
        std::mem::take(&mut self.waiting)
    }

    /// A call comes at `now`.
    pub fn enter(&mut self, now: SimTime, call: Waiting) -> Entrance {
        let refusal = if !self.has_slot() {
            Refusal::Concurrency
        } else if !self.has_token(now) {
            Refusal::Rate
        } else if !self.waiting.is_empty() {
            // Others came first.
            Refusal::Concurrency
        } else {
            self.begin(now);
            return Entrance::Begins;
        };
        match self.overload {
            Overload::Refuse => Entrance::Refused(refusal),
            Overload::Queue => {
                self.waiting.push_back(call);
                Entrance::Waits
            }
        }
    }

    /// A call in progress has ended.
    pub fn leave(&mut self) {
        self.busy = self.busy.checked_sub(1).expect("what ends has begun");
    }

    /// The first that waits begins, if it can; `is_alive` says who still waits.
    #[must_use]
    pub fn next(&mut self, now: SimTime, is_alive: impl Fn(Waiting) -> bool) -> Option<Waiting> {
        while let Some(first) = self.waiting.front().copied() {
            if !is_alive(first) {
                self.waiting.pop_front();
                continue;
            }
            if !self.has_slot() || !self.has_token(now) {
                return None;
            }
            self.waiting.pop_front();
            self.begin(now);
            return Some(first);
        }
        None
    }

    /// When the first that waits can begin, if only its rate keeps it.
    pub fn next_turn(&mut self, now: SimTime) -> Option<SimTime> {
        if self.waiting.is_empty() || !self.has_slot() {
            return None;
        }
        self.bucket.as_mut().map(|bucket| bucket.next_token(now))
    }

    fn has_slot(&self) -> bool {
        self.max_concurrency.is_none_or(|most| self.busy < most)
    }

    fn has_token(&mut self, now: SimTime) -> bool {
        self.bucket.as_mut().is_none_or(|bucket| bucket.has_token(now))
    }

    fn begin(&mut self, now: SimTime) {
        self.busy += 1;
        if let Some(bucket) = &mut self.bucket {
            bucket.take(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Rate;

    fn downstream() -> Downstream {
        Downstream {
            name: "db".into(),
            max_connections: None,
            max_concurrency: None,
            rate: None,
            on_overload: Overload::Queue,
            has_proxy: false,
        }
    }

    fn call(errand: u32) -> Waiting {
        Waiting { errand, receipt: 0 }
    }

    fn at(millis: u64) -> SimTime {
        SimTime::from_nanos(millis * 1_000_000)
    }

    #[test]
    fn calls_wait_in_their_order_for_a_slot() {
        let mut door = DownstreamDoor::new(&Downstream { max_concurrency: Some(1), ..downstream() });
        assert_eq!(door.enter(at(0), call(0)), Entrance::Begins);
        assert_eq!(
            (door.enter(at(0), call(1)), door.enter(at(1), call(2))),
            (Entrance::Waits, Entrance::Waits)
        );
        assert_eq!(door.next(at(5), |_| true), None);
        door.leave();
        assert_eq!(door.next(at(5), |waiting| waiting != call(1)), Some(call(2)));
    }

    #[test]
    fn a_rate_lets_the_next_begin_when_it_has_a_token() {
        let rate = Some(Rate::per_second(2.0));
        let mut door = DownstreamDoor::new(&Downstream { rate, ..downstream() });
        let entered: Vec<_> = (0..3).map(|errand| door.enter(at(0), call(errand))).collect();
        assert_eq!(entered, [Entrance::Begins, Entrance::Begins, Entrance::Waits]);
        assert_eq!(door.next_turn(at(0)), Some(at(500)));
        assert_eq!(door.next(at(499), |_| true), None);
        assert_eq!(door.next(at(500), |_| true), Some(call(2)));
    }

    #[test]
    fn connections_are_refused_above_their_maximum_and_come_back() {
        let mut door = DownstreamDoor::new(&Downstream { max_connections: Some(3), ..downstream() });
        assert!(door.connects(2) && !door.connects(2) && door.connects(1));
        door.disconnect(1);
        assert!(door.connects(1));
        assert_eq!(door.connections(), 3);
    }

    #[test]
    fn behind_a_proxy_the_connections_are_a_pool_that_calls_wait_for() {
        let proxied = Downstream {
            max_connections: Some(1),
            has_proxy: true,
            on_overload: Overload::Refuse,
            ..downstream()
        };
        let mut door = DownstreamDoor::new(&proxied);
        assert!(door.connects(50));
        assert_eq!(
            (door.enter(at(0), call(0)), door.enter(at(0), call(1))),
            (Entrance::Begins, Entrance::Waits)
        );
    }
}
