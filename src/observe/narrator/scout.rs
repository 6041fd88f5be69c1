//! A first look at a run: how many requests there are, and which of them teach most.

use crate::lambda::facts::{Fact, Observer};
use crate::lambda::outcome::Fate;
use crate::units::{SimDuration, SimTime};

/// Finds the slowest request, the first that was throttled and the first that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scout {
    /// Requests in all.
    pub requests: u64,
    /// Number of the request that took longest from its arrival to its end, and how long.
    pub slowest: Option<(u64, SimDuration)>,
    /// The first request that an attempt of was refused.
    pub first_throttled: Option<u64>,
    /// The first request that did not end in success.
    pub first_failed: Option<u64>,
}

impl Observer for Scout {
    #[inline]
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Offered { .. } => self.requests += 1,
            Fact::Closed { request, fate, .. } => {
                let took = now.since(request.born);
                if self.slowest.is_none_or(|(_, longest)| took > longest) {
                    self.slowest = Some((request.number, took));
                }
                if *fate != Fate::Succeeded && self.first_failed.is_none() {
                    self.first_failed = Some(request.number);
                }
            }
            Fact::Refused { request, .. } if self.first_throttled.is_none() => {
                self.first_throttled = Some(request.number);
            }
            _ => {}
        }
    }
}
