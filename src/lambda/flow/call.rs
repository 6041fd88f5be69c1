//! A client's call: attempts, patience, back-off, and the final answer (S40).

use crate::engine::Rank;
use crate::scenario::model::Mode;
use crate::units::{SimDuration, SimTime};

use super::super::client::{self, Failure, QuotaTokens, Retry};
use super::super::facts::{Detail, Fact, Observer};
use super::super::fault::Fault;
use super::super::gateway::Reply;
use super::super::outcome::{Fate, Outcome};
use super::invoke::Admission;
use super::{Asker, Event, Request, World};

/// A call of a client, from the first attempt to the final answer.
#[derive(Debug)]
pub(super) struct Call {
    request: Request,
    client: u32,
    user: Option<u32>,
    /// The attempt that the client waits for, from 0.
    attempt: u16,
    /// When the client gives up on it.
    deadline: SimTime,
    /// Time on the network of this attempt, each way.
    network_out: SimDuration,
    network_back: SimDuration,
    /// The client's own rate limit has let the current attempt through.
    has_its_turn: bool,
    /// What the service has answered, on its way back.
    reply: Option<Answer>,
    /// Tokens of this call alone, where the quota is not shared.
    own_tokens: QuotaTokens,
    /// What the last retry took.
    last_cost: u32,
    /// Events and invocations that still refer to this call.
    references: u32,
    is_open: bool,
}

impl Call {
    /// Whether the client still waits for its final answer.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }
}

/// What the service answers to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The function ran.
    Ran(Outcome),
    /// 429.
    Throttled,
    /// The service could not serve it.
    Failed(Fault),
    /// A gateway's 5xx, for a request that would end so.
    ServerError(Fate),
}

impl<O: Observer> World<'_, O> {
    pub(super) fn open_call(&mut self, request: Request, client: u32, user: Option<u32>) {
        let state = &mut self.clients[client as usize];
        let own_tokens = QuotaTokens::full(state.config);
        let call = self.calls.insert(Call {
            request,
            client,
            user,
            attempt: 0,
            deadline: SimTime::MAX,
            network_out: SimDuration::ZERO,
            network_back: SimDuration::ZERO,
            has_its_turn: false,
            reply: None,
            own_tokens,
            last_cost: 0,
            references: 1,
            is_open: true,
        });
        self.tell(Fact::CallOpened { client, request: request.tag });
        self.send_call(call);
    }

    /// The client has an attempt to send; one that adapts its rate may have it wait for its turn.
    pub(super) fn send_call(&mut self, index: u32) {
        let now = self.now;
        let call = self.calls.at_mut(index);
        let limiter = &mut self.clients[call.client as usize].limiter;
        if let Some(limiter) = limiter.as_mut().filter(|_| !call.has_its_turn) {
            let wait = limiter.turn(now);
            if wait > SimDuration::ZERO {
                call.has_its_turn = true;
                // The call keeps its own reference while it waits.
                self.agenda.push(now + wait, Rank::Timer, Event::CallSend { call: index });
                return;
            }
        }
        self.send_attempt(index);
    }

    /// The client sends the current attempt.
    fn send_attempt(&mut self, index: u32) {
        let now = self.now;
        let call = self.calls.at_mut(index);
        call.has_its_turn = false;
        let config = self.clients[call.client as usize].config;
        let source = &mut self.sources[call.request.source as usize];
        let network = source.network(&config.network, call.request.ordinal, u32::from(call.attempt));
        call.network_out = network.half();
        call.network_back = network - call.network_out;
        call.deadline = config.timeout.map_or(SimTime::MAX, |timeout| now + timeout);
        call.reply = None;
        let (attempt, deadline, reaches) = (call.attempt, call.deadline, now + call.network_out);
        let fact = Fact::CallAttempted {
            client: call.client,
            request: call.request.tag,
            attempt: u32::from(attempt),
        };
        self.tell(fact);
        if reaches == now {
            self.call_reaches_service(index, attempt);
            return;
        }
        self.calls.at_mut(index).references += 1;
        self.agenda.push(reaches, Rank::Arrival, Event::CallReach { call: index, attempt });
        if deadline <= reaches {
            self.schedule_timeout(index, attempt, deadline);
        }
    }

    /// An attempt arrives at the service after its way through the network.
    pub(super) fn attempt_arrives(&mut self, index: u32, attempt: u16) {
        self.call_reaches_service(index, attempt);
        self.drop_reference(index);
    }

    fn call_reaches_service(&mut self, index: u32, attempt: u16) {
        let is_awaited = self.waits_for(index, attempt);
        let mut request = self.calls.at(index).request;
        request.attempt = u32::from(attempt);
        request.run = u32::from(attempt);
        request.asker = Asker::Call { call: index, attempt };
        if let Some(gateway) = self.traffic[request.source as usize].entrance.via {
            return self.call_reaches_gateway(index, gateway, request, is_awaited);
        }
        let admission = self.attempt(request);
        match admission {
            Admission::Admitted(end) => {
                let call = self.calls.at_mut(index);
                call.references += 1;
                let deadline = call.deadline;
                let in_time = end.is_some_and(|end| end + call.network_back <= deadline);
                if is_awaited && !in_time && deadline < SimTime::MAX {
                    self.schedule_timeout(index, attempt, deadline);
                }
            }
            Admission::Refused(_) => {
                if is_awaited {
                    self.send_answer(index, attempt, Answer::Throttled);
                }
            }
            Admission::Failed(fault) => {
                if is_awaited {
                    self.send_answer(index, attempt, Answer::Failed(fault));
                }
            }
        }
    }

    /// As [`Self::call_reaches_service`], with a gateway in between: nobody knows when it will answer.
    fn call_reaches_gateway(&mut self, index: u32, gateway: u32, request: Request, is_awaited: bool) {
        let call = self.calls.at_mut(index);
        call.references += 1;
        let (attempt, deadline) = (call.attempt, call.deadline);
        if is_awaited && deadline < SimTime::MAX {
            self.schedule_timeout(index, attempt, deadline);
        }
        self.enter_gateway(gateway, request);
    }

    /// A gateway has an answer to an attempt.
    pub(super) fn gateway_answers_call(&mut self, index: u32, attempt: u16, status: u16, reply: Reply) {
        if self.waits_for(index, attempt) {
            let answer = match status {
                429 => Answer::Throttled,
                200 => Answer::Ran(Outcome::Succeeded),
                _ => Answer::ServerError(reply.fate()),
            };
            self.send_answer(index, attempt, answer);
        }
        self.drop_reference(index);
    }

    fn schedule_timeout(&mut self, index: u32, attempt: u16, deadline: SimTime) {
        self.calls.at_mut(index).references += 1;
        self.agenda.push(deadline, Rank::Timer, Event::CallTimeout { call: index, attempt });
    }

    /// An invocation that a call asked for has ended.
    #[inline]
    pub(super) fn service_answers_call(&mut self, index: u32, attempt: u16, outcome: Outcome) {
        if self.waits_for(index, attempt) {
            self.send_answer(index, attempt, Answer::Ran(outcome));
        }
        self.drop_reference(index);
    }

    /// The service's answer sets out for the client; it arrives at once where there is no network.
    fn send_answer(&mut self, index: u32, attempt: u16, answer: Answer) {
        let arrives = self.now + self.calls.at(index).network_back;
        let is_watched = self.traffic_via(index).is_some();
        let call = self.calls.at_mut(index);
        call.reply = Some(answer);
        if arrives == self.now {
            self.answer_reaches_client(index);
        } else if arrives <= call.deadline {
            call.references += 1;
            self.agenda.push(arrives, Rank::Completion, Event::CallReply { call: index, attempt });
        } else if matches!(answer, Answer::Throttled | Answer::Failed(_)) && !is_watched {
            let deadline = call.deadline;
            self.schedule_timeout(index, attempt, deadline);
        }
    }

    pub(super) fn reply_reaches_client(&mut self, index: u32, attempt: u16) {
        if self.waits_for(index, attempt) {
            self.answer_reaches_client(index);
        }
        self.drop_reference(index);
    }

    fn answer_reaches_client(&mut self, index: u32) {
        let answer = self.calls.at_mut(index).reply.take().expect("an answer was sent");
        self.limiter_learns(index, answer == Answer::Throttled);
        match answer {
            Answer::Ran(outcome) => {
                self.give_tokens_back(index);
                self.close_call(index, Fate::of_answer(outcome));
            }
            Answer::Throttled => self.retry_or_close(index, Failure::Throttle, Fate::Throttled),
            Answer::Failed(fault) if fault.is_retried() => {
                self.retry_or_close(index, Failure::ServerError, Fate::ServiceError);
            }
            Answer::Failed(_) => self.close_call(index, Fate::ServiceError),
            Answer::ServerError(fate) => self.retry_or_close(index, Failure::ServerError, fate),
        }
    }

    /// The client's patience is at its end; what it asked for goes on without it.
    pub(super) fn client_gives_up(&mut self, index: u32, attempt: u16) {
        if self.waits_for(index, attempt) {
            let call = self.calls.at(index);
            let fact = Fact::CallAbandoned {
                client: call.client,
                request: call.request.tag,
                attempt: u32::from(attempt),
            };
            self.tell(fact);
            self.limiter_learns(index, false);
            self.retry_or_close(index, Failure::Timeout, Fate::ClientTimeout);
        }
        self.drop_reference(index);
    }

    fn retry_or_close(&mut self, index: u32, failure: Failure, last_answer: Fate) {
        let call = self.calls.at_mut(index);
        let state = &mut self.clients[call.client as usize];
        let source = &mut self.sources[call.request.source as usize];
        let jitter = source.backoff_jitter(call.request.ordinal, u32::from(call.attempt));
        let tokens =
            if client::shares_quota(state.config) { &mut state.tokens } else { &mut call.own_tokens };
        let (verdict, cost) = client::decide(state.config, u32::from(call.attempt), failure, tokens, jitter);
        let (client, request) = (call.client, call.request.tag);
        let tokens_left = tokens.left(state.config);
        if O::DETAILED {
            let detail = Detail::RetryDecided { request, failure, verdict, cost, tokens_left };
            self.tell(Fact::Detail(detail));
        }
        let call = self.calls.at_mut(index);
        match verdict {
            Retry::After(wait) => {
                call.attempt += 1;
                call.last_cost = cost;
                if wait == SimDuration::ZERO {
                    self.send_call(index);
                } else {
                    // The call keeps its own reference while it waits.
                    self.agenda.push(self.now + wait, Rank::Timer, Event::CallSend { call: index });
                }
            }
            Retry::AttemptsUsedUp => self.close_call(index, last_answer),
            Retry::QuotaEmpty => {
                self.tell(Fact::RetryDenied { client, request });
                self.close_call(index, last_answer);
            }
        }
    }

    fn limiter_learns(&mut self, index: u32, is_throttle: bool) {
        let client = self.calls.at(index).client;
        if let Some(limiter) = &mut self.clients[client as usize].limiter {
            limiter.answered(self.now, is_throttle);
        }
    }

    fn give_tokens_back(&mut self, index: u32) {
        let call = self.calls.at_mut(index);
        let state = &mut self.clients[call.client as usize];
        if client::shares_quota(state.config) {
            state.tokens.give_back(call.last_cost, state.config);
        }
    }

    fn close_call(&mut self, index: u32, fate: Fate) {
        let call = self.calls.at_mut(index);
        call.is_open = false;
        let (client, request, user, attempts) =
            (call.client, call.request, call.user, u32::from(call.attempt) + 1);
        self.tell(Fact::CallClosed { client, request: request.tag, fate, attempts });
        self.close(request.tag, Mode::Sync, fate);
        self.drop_reference(index);
        if let Some(user) = user {
            self.user_thinks(request.source, user);
        }
    }

    /// The gateway that a call comes through.
    fn traffic_via(&self, index: u32) -> Option<u32> {
        self.traffic[self.calls.at(index).request.source as usize].entrance.via
    }

    fn waits_for(&self, index: u32, attempt: u16) -> bool {
        let call = self.calls.at(index);
        call.is_open && call.attempt == attempt
    }

    /// A call is forgotten when nothing refers to it any more.
    fn drop_reference(&mut self, index: u32) {
        let call = self.calls.at_mut(index);
        call.references -= 1;
        if call.references == 0 {
            self.calls.remove(index);
        }
    }
}
