//! Subscription filters: another function is told of what a log says (S69).

use crate::engine::Rank;
use crate::scenario::model::LogPattern;

use super::super::facts::{Fact, Observer, Onward, RequestTag};
use super::super::lineage::Lineage;
use super::super::outcome::Outcome;
use super::{Event, Run, World};

/// An invocation whose lines are on their way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logged {
    request: RequestTag,
    /// Index of the function that has subscribed.
    to: u32,
}

impl<O: Observer> World<'_, O> {
    /// An invocation has ended, and its lines set out if somebody waits for such.
    pub(super) fn send_logs(&mut self, run: &Run) {
        let config = self.functions[run.invocation.request.function as usize].config;
        let Some(filter) = &config.surroundings.log_subscription else { return };
        if !matches(filter.pattern, run.invocation.course.outcome) {
            return;
        }
        let source = &mut self.sources[run.invocation.source as usize];
        let delay = source.log_delivery(&filter.delay, run.invocation.ordinal, run.invocation.run);
        let line = self.logged.insert(Logged { request: run.invocation.request, to: self.local(filter.to) });
        self.agenda.push(self.now + delay, Rank::Timer, Event::LogsArrive { line });
    }

    /// The subscriber gets them as an asynchronous event of its own. No chain is told: nothing stops a loop through logs.
    pub(super) fn logs_arrive(&mut self, line: u32) {
        let Logged { request, to } = self.logged.remove(line);
        self.tell(Fact::LogsDelivered { function: request.function });
        let source = self.onward_source(request.function, (to, None));
        self.pass_event((request, Onward::Log), to, source, Lineage::NEW);
    }
}

fn matches(pattern: LogPattern, outcome: Outcome) -> bool {
    match pattern {
        LogPattern::All => true,
        LogPattern::Timeout => outcome == Outcome::TimedOut,
        LogPattern::Error => outcome != Outcome::Succeeded,
    }
}
