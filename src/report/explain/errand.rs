//! What an invocation calls, and what it passes on (S48, S49).

use crate::lambda::downstream::Refusal;
use crate::lambda::facts::{ErrandStep, RequestTag};
use crate::lambda::outcome::Outcome;
use crate::report::figures::thousands;
use crate::scenario::model::{Obstacle, Target};
use crate::units::{SimDuration, SimTime};

use super::invocation;
use super::paper::Step;
use super::parcel;
use super::request::Teller;
use super::words::span;

impl Teller<'_> {
    /// A call of the request's invocation.
    pub(super) fn errand(&mut self, at: SimTime, step: ErrandStep) {
        let downstream = |index: u32| self.scenario.downstreams[index as usize].name.as_str();
        let asked = |request: RequestTag| self.scenario.functions[request.function as usize].name.as_str();
        let (text, rule) = match step {
            ErrandStep::Calls { downstream: to } => (format!("It calls {}.", downstream(to)), "S48"),
            ErrandStep::Queued { downstream: to } => {
                let text = format!(
                    "{} has no room for the call: it waits, at most until the function timeout.",
                    downstream(to)
                );
                (text, "S48")
            }
            ErrandStep::Began { waited, .. } if waited == SimDuration::ZERO => return,
            ErrandStep::Began { downstream: to, waited } => {
                (format!("Its turn at {} comes after {}.", downstream(to), span(waited)), "S48")
            }
            ErrandStep::Answered { downstream: to, latency } => {
                (format!("{} has answered after {}.", downstream(to), span(latency)), "S48")
            }
            ErrandStep::Refused { downstream: to, refusal } => {
                let text =
                    format!("{} refuses the call: {}. The handler fails.", downstream(to), words(refusal));
                (text, "S48")
            }
            ErrandStep::CutOff { downstream: to } => {
                (format!("The function timeout comes before {} has answered.", downstream(to)), "S48")
            }
            ErrandStep::Blocked { obstacle } => blocked(obstacle),
            ErrandStep::Asks { asked: request } => {
                let text = format!(
                    "It calls {} synchronously, as request {}, and waits; it is billed while it does.",
                    asked(request),
                    thousands(request.number)
                );
                (text, "S49")
            }
            ErrandStep::Heard { asked: request, outcome } => {
                let then = if outcome == Outcome::Succeeded { "" } else { " The handler fails on that." };
                let text = format!("{} answers: {}.{then}", asked(request), invocation::described(outcome));
                (text, "S49")
            }
            ErrandStep::TurnedAway { asked: request } => {
                let text = format!(
                    "It calls {}, which does not run: request {} is turned away. The handler fails.",
                    asked(request),
                    thousands(request.number)
                );
                (text, "S49")
            }
            ErrandStep::Abandons { asked: request } => {
                let text = format!(
                    "The function timeout ends its wait for {}; request {} goes on for nobody.",
                    asked(request),
                    thousands(request.number)
                );
                (text, "S49")
            }
            ErrandStep::LoopStopped { function } => {
                let name = &self.scenario.functions[function as usize].name;
                (
                    format!(
                        "{name} has been invoked 16 times in this chain: the call is stopped. The handler fails."
                    ),
                    "S49",
                )
            }
        };
        self.paper.write(Step::new(at, text).rules(&[rule]));
    }

    /// Something that the invocation passes on to anything but a function.
    pub(super) fn emitted(&mut self, at: SimTime, to: Target) {
        let text =
            format!("It has succeeded, and passes a message on to {}.", parcel::name(self.scenario, to));
        self.paper.write(Step::new(at, text).rules(&["S49"]));
    }
}

fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Outage => "it is out of order",
        Refusal::Connections => "it has no connection left",
        Refusal::Concurrency => "it is busy with as many calls as it takes",
        Refusal::Rate => "its rate is used up",
        Refusal::Key => "its key cannot be used",
    }
}

fn blocked(obstacle: Obstacle) -> (String, &'static str) {
    match obstacle {
        Obstacle::NoRoute => {
            let text = "It calls out of its VPC, where no way leads: it waits for a connection that does not come about.";
            (text.to_owned(), "S28")
        }
        Obstacle::AccessDenied => {
            ("The execution role does not allow its call: AccessDenied. The handler fails.".to_owned(), "S29")
        }
        Obstacle::Key(_) => {
            ("Its call to KMS fails: the key cannot be used. The handler fails.".to_owned(), "S27")
        }
    }
}
