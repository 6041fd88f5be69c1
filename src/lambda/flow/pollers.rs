//! How many pollers a mapping has, and what they leave out: filters (S84).

use crate::scenario::model::{QueueSource, SqsErrorBackoff};

use super::super::facts::{Fact, MessageChange, Observer, PollersFact, QueueFact};
use super::super::pollers::PollerRules;
use super::World;

impl<O: Observer> World<'_, O> {
    /// The rules for the pollers of `function` with these settings.
    pub(super) fn poller_rules(&self, function: u32, settings: &QueueSource) -> PollerRules {
        let (platform, ramp) = (&self.scenario.platform, self.scenario.assumptions.sqs_ramp);
        let bytes = self.functions[function as usize].config.payload.request.count();
        match (settings.provisioned_pollers, &platform.sqs_provisioned) {
            (Some(pollers), Some(rules)) => {
                let rest = platform.sqs_pollers_rest;
                PollerRules::provisioned(rules, rest, ramp, pollers, settings.batch_size, bytes)
            }
            _ => PollerRules::of(platform, ramp),
        }
    }

    /// Somebody polls; after a rest the added pollers have left.
    #[inline]
    pub(super) fn wake_pollers(&mut self, mapping: u32, settings: &QueueSource) {
        let pollers = &mut self.mappings[mapping as usize].pollers;
        if let Some(at) = pollers.wake(self.now, settings.max_concurrency)
            && let Some(pollers) = pollers.news(settings.max_concurrency)
        {
            self.tell(Fact::Pollers(PollersFact { mapping, at, pollers }));
        }
    }

    /// Tells how many pollers there are, if that has changed.
    #[inline]
    pub(super) fn tell_pollers(&mut self, mapping: u32, settings: &QueueSource) {
        let pollers = &mut self.mappings[mapping as usize].pollers;
        if let Some(pollers) = pollers.news(settings.max_concurrency) {
            self.tell(Fact::Pollers(PollersFact { mapping, at: self.now, pollers }));
        }
    }

    /// Nothing more is polled for: pollers that have left since are told.
    pub(super) fn rest_pollers(&mut self) {
        for mapping in 0..self.mappings.len() as u32 {
            let settings = self.settings(mapping);
            self.wake_pollers(mapping, settings);
        }
    }

    /// A batch of a mapping ran; pollers hold back after errors, unless the function says which items failed.
    #[inline]
    pub(super) fn count_run(&mut self, mapping: u32, settings: &QueueSource, has_failed: bool) {
        let backs_off = self.scenario.assumptions.sqs_error_backoff == SqsErrorBackoff::Halve;
        if backs_off && !settings.reports_item_failures {
            let pollers = &mut self.mappings[mapping as usize].pollers;
            pollers.ran(self.now, has_failed, settings.max_concurrency);
        }
    }

    /// Deletes those messages of a batch received now that do not match the filter; returns how many.
    pub(super) fn sift(&mut self, batch: u32, from: usize, share: f64) -> u32 {
        let (now, mapping) = (self.now, self.batches.at(batch).mapping);
        let queue = self.mappings[mapping as usize].queue;
        self.divided.clear();
        self.divided.extend(self.batches.at_mut(batch).held.drain(from..));
        let mut left_out = 0;
        for index in 0..self.divided.len() {
            let held = self.divided[index];
            for message in held.messages.each() {
                if self.mappings[mapping as usize].filter.happens(share, message.first, 0) {
                    self.batches.at_mut(batch).hold(held.at, message);
                    continue;
                }
                left_out += 1;
                let observer = &mut self.observer;
                let state = &mut self.queues[queue as usize];
                let closed = &mut state.closed;
                let _ = state.messages.delete(message, false, |gone| {
                    *closed += u64::from(gone.count) * u64::from(gone.is_offered);
                    let fact = QueueFact { queue, messages: gone, change: MessageChange::Filtered };
                    observer.observe(now, &Fact::Queue(fact));
                });
            }
        }
        left_out
    }
}
