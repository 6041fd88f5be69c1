//! The side of a client: attempts, patience, back-off and quota (S40).

use crate::lambda::client::{Failure, Retry};
use crate::lambda::facts::{Detail, Fact, GatewayChange, GatewayFact};
use crate::lambda::gateway::Reply;
use crate::report::figures::counted;
use crate::units::SimTime;

use super::paper::Step;
use super::request::{Teller, at_clock, fate_in_words};
use super::words::{self, span};

impl Teller<'_> {
    pub(super) fn client_arrival(&self, at: SimTime, client: u32, user: Option<u32>) -> Step {
        let client = &self.scenario.clients[client as usize];
        let attempts = counted(u64::from(client.attempts), "attempt", "attempts");
        let patience = client.timeout.map_or("waits however long an attempt takes".to_owned(), |timeout| {
            format!("waits {} for each", span(timeout))
        });
        let who = user.map_or(String::new(), |user| format!(" for user {}", user + 1));
        let text = format!(
            "The client {} calls {}{who}. It makes up to {attempts} and {patience}.",
            client.name,
            self.name()
        );
        Step::new(at, text).rules(&["S40"])
    }

    pub(super) fn client_fact(&mut self, at: SimTime, fact: &Fact) {
        match fact {
            Fact::CallAttempted { client, attempt, .. } => {
                self.sent = Some(at);
                if *attempt > 0 {
                    let patience = self.scenario.clients[*client as usize].timeout;
                    let until = patience.map_or(String::new(), |patience| {
                        format!(" It waits for it until {}.", words::clock(at + patience))
                    });
                    let text = format!("The client sends attempt {}.{until}", attempt + 1);
                    self.paper.write(Step::new(at, text).rules(&["S40"]));
                }
            }
            Fact::CallAbandoned { client, .. } => {
                let patience = self.scenario.clients[*client as usize].timeout.map(span).unwrap_or_default();
                let text = format!(
                    "The client gives this attempt up: {patience} without an answer. What it asked for goes on in Lambda, \
                     and is billed."
                );
                self.paper.write(Step::new(at, text).rules(&["S40"]));
            }
            Fact::Detail(Detail::RetryDecided { failure, verdict, cost, tokens_left, .. }) => {
                self.retry(at, *failure, *verdict, *cost, *tokens_left);
            }
            Fact::CallClosed { fate, attempts, .. } => {
                let text = format!(
                    "The client is done after {}: {}.",
                    counted(u64::from(*attempts), "attempt", "attempts"),
                    fate_in_words(*fate)
                );
                self.paper.write(Step::new(at, text).rules(&["S40"]));
            }
            _ => {}
        }
    }

    /// What a gateway does with the request.
    pub(super) fn gateway_fact(&mut self, at: SimTime, fact: &GatewayFact) {
        let text = match fact.change {
            GatewayChange::Came => "It comes to the gateway.".to_owned(),
            GatewayChange::GaveUp => {
                "The gateway has waited as long as it does. The function runs on, for nobody.".to_owned()
            }
            GatewayChange::Answered { reply: Reply::Refused, .. } => {
                "The gateway refuses it: 429. Its rate and burst are used up, and no function sees it."
                    .to_owned()
            }
            GatewayChange::Answered { status, latency, .. } => {
                format!("The caller gets {status} from the gateway, {} after it came.", span(latency))
            }
        };
        self.paper.write(Step::new(at, text).rules(&["S59"]));
    }

    fn retry(&mut self, at: SimTime, failure: Failure, verdict: Retry, cost: u32, left: Option<u32>) {
        let after = match failure {
            Failure::Throttle => "The 429 reaches the client",
            Failure::Timeout => "After its timeout the client decides",
            Failure::ServerError => "The gateway's error reaches the client",
        };
        let quota = left.map_or(String::new(), |left| {
            format!(
                " The retry takes {} of its quota; {left} are left.",
                counted(u64::from(cost), "token", "tokens")
            )
        });
        let text = match verdict {
            Retry::After(wait) => {
                format!("{after}: it tries again after {}, {}.{quota}", span(wait), at_clock(at + wait))
            }
            Retry::AttemptsUsedUp => format!("{after}: no attempts are left."),
            Retry::QuotaEmpty => {
                format!(
                    "{after}: it would try again, but its retry quota has too few tokens ({}).",
                    left.unwrap_or(0)
                )
            }
        };
        let formula = self.formula().filter(|_| matches!(verdict, Retry::After(_)) && self.waits == 0);
        if matches!(verdict, Retry::After(_)) {
            self.waits += 1;
        }
        let text = formula.map_or(text.clone(), |formula| format!("{text} Its waits: {formula}."));
        self.paper.write(Step::new(at, text).rules(&["S40"]));
    }

    fn formula(&self) -> Option<String> {
        let client = self.client()?;
        Some(words::backoff(&self.scenario.clients[client as usize].backoff))
    }
}
