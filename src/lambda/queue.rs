//! A standard queue as a target: messages in it, and their retention.

use std::collections::VecDeque;

use crate::units::{SimDuration, SimTime};

/// Messages in a queue that nobody reads.
#[derive(Debug)]
pub struct MessageQueue {
    retention: SimDuration,
    sent: VecDeque<SimTime>,
}

impl MessageQueue {
    /// An empty queue.
    pub fn new(retention: SimDuration) -> Self {
        Self { retention, sent: VecDeque::new() }
    }

    /// A message arrives. [`Self::expire`] first.
    pub fn send(&mut self, now: SimTime) {
        self.sent.push_back(now);
    }

    /// Removes what is too old at `now` and tells when each left.
    pub fn expire(&mut self, now: SimTime, mut tell: impl FnMut(SimTime)) {
        while let Some(&oldest) = self.sent.front() {
            let leaves = oldest + self.retention;
            if leaves > now {
                return;
            }
            self.sent.pop_front();
            tell(leaves);
        }
    }

    /// Messages in the queue.
    pub fn depth(&self) -> u64 {
        self.sent.len() as u64
    }

    /// When the oldest message in the queue was sent.
    pub fn oldest(&self) -> Option<SimTime> {
        self.sent.front().copied()
    }
}
