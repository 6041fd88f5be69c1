//! Subscription filters: another function is told of what a log says (S69).

use crate::engine::Rank;
use crate::scenario::model::LogPattern;

use super::super::facts::{Fact, Invocation, Observer, Onward, RequestTag};
use super::super::lineage::Lineage;
use super::super::outcome::Outcome;
use super::{Event, Run, World};

/// An invocation whose lines are on their way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logged {
    request: RequestTag,
    /// Index of the function that has subscribed.
    to: u32,
    /// Index among the filters.
    filter: u32,
}

impl<O: Observer> World<'_, O> {
    /// An invocation has ended, and its lines set out if somebody waits for such.
    pub(super) fn send_logs(&mut self, run: &Run) {
        let config = self.functions[run.invocation.request.function as usize].config;
        let Invocation { request, source, ordinal, run, course, .. } = run.invocation;
        for (index, filter) in config.surroundings.log_subscriptions.iter().enumerate() {
            if !matches(filter.pattern, course.outcome) {
                continue;
            }
            let index = index as u32;
            let source = &mut self.sources[source as usize];
            let delay = source.log_delivery((index, &filter.delay), ordinal, run);
            let line = self.logged.insert(Logged { request, to: self.local(filter.to), filter: index });
            self.agenda.push(self.now + delay, Rank::Timer, Event::LogsArrive { line });
        }
    }

    /// The subscriber gets them as an asynchronous event of its own. No chain is told: nothing stops a loop through logs.
    pub(super) fn logs_arrive(&mut self, line: u32) {
        let Logged { request, to, filter } = self.logged.remove(line);
        self.tell(Fact::LogsDelivered { function: request.function, filter });
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
