//! Through a gateway: let in or refused, the way to the function, its patience, the answer (S59).

use crate::engine::{Rank, compact};
use crate::scenario::model::{Gateway, Mode};
use crate::units::{SimDuration, SimTime};

use super::super::facts::{Fact, GatewayChange, GatewayFact, Observer};
use super::super::gateway::{GatewayDoor, Reply};
use super::super::outcome::Outcome;
use super::invoke::Admission;
use super::{Asker, Event, Request, World};

compact! {
    /// Something the agenda will do with a request in a gateway.
    #[derive(Clone, Copy, Debug)]
    pub(super) enum GatewayEvent {
        /// It reaches the function.
        Invoke { passage: u32 },
        /// The gateway stops waiting.
        GiveUp { passage: u32 },
        /// The answer reaches the caller.
        Answer { passage: u32 },
    }
}

/// One gateway while it is simulated.
pub(super) struct GatewayState<'s> {
    config: &'s Gateway,
    door: GatewayDoor,
}

/// A request on its way through a gateway and back.
#[derive(Debug)]
pub(super) struct Passage {
    /// With the asker that the gateway will answer.
    request: Request,
    gateway: u32,
    came: SimTime,
    way_back: SimDuration,
    /// What it will answer, once that is known.
    reply: Option<Reply>,
    is_open: bool,
    /// Events and invocations that still refer to it.
    references: u32,
}

impl Passage {
    /// Whether a caller without a client still waits for it.
    pub(super) fn is_awaited_by_caller(&self) -> bool {
        self.is_open && matches!(self.request.asker, Asker::Caller | Asker::User { .. })
    }
}

impl<O: Observer> World<'_, O> {
    pub(super) fn build_gateways(&mut self) {
        for id in &self.cell.gateways {
            let config = &self.scenario.gateways[id.0 as usize];
            self.gateways.push(GatewayState { config, door: GatewayDoor::new(config) });
        }
    }

    /// Requests that wait in each gateway.
    pub(super) fn waiting_in_gateways(&self) -> Vec<u64> {
        let mut waiting = vec![0; self.gateways.len()];
        for (_, passage) in self.passages.iter().filter(|(_, passage)| passage.is_open) {
            waiting[passage.gateway as usize] += 1;
        }
        waiting
    }

    pub(super) fn dispatch_gateway(&mut self, event: GatewayEvent) {
        match event {
            GatewayEvent::Invoke { passage } => self.invoke_through(passage),
            GatewayEvent::GiveUp { passage } => self.gateway_gives_up(passage),
            GatewayEvent::Answer { passage } => self.gateway_answers(passage),
        }
    }

    /// A request comes to a gateway; whoever asked gets the answer through it.
    pub(super) fn enter_gateway(&mut self, gateway: u32, request: Request) {
        let change = GatewayChange::Came;
        self.tell(Fact::Gateway(GatewayFact { gateway, request: request.tag, change }));
        let state = &mut self.gateways[gateway as usize];
        let is_admitted = state.door.admits(self.now);
        let source = &mut self.sources[request.source as usize];
        let latency = source.gateway_latency(&state.config.latency, request.ordinal, request.attempt);
        let way_in = latency.half();
        let passage = self.passages.insert(Passage {
            request,
            gateway,
            came: self.now,
            way_back: latency - way_in,
            reply: None,
            is_open: true,
            references: 1,
        });
        if !is_admitted {
            self.passages.at_mut(passage).way_back = SimDuration::ZERO;
            self.send_back(passage, Reply::Refused);
            self.leave_passage(passage);
        } else if way_in == SimDuration::ZERO {
            self.invoke_through(passage);
        } else {
            let event = Event::Gateway(GatewayEvent::Invoke { passage });
            self.agenda.push(self.now + way_in, Rank::Arrival, event);
        }
    }

    /// The request reaches the function. The passage's reference is now that of the invocation.
    fn invoke_through(&mut self, passage: u32) {
        let place = self.passages.at(passage);
        let timeout = self.gateways[place.gateway as usize].config.timeout;
        let request = Request { asker: Asker::Gateway { passage }, ..place.request };
        match self.attempt(request) {
            Admission::Admitted(end) => {
                let gives_up = timeout.map(|timeout| self.now + timeout);
                if let Some(at) = gives_up.filter(|at| end.is_none_or(|end| end > *at)) {
                    self.passages.at_mut(passage).references += 1;
                    self.agenda.push(at, Rank::Timer, Event::Gateway(GatewayEvent::GiveUp { passage }));
                }
            }
            Admission::Refused(_) => {
                self.send_back(passage, Reply::Throttled);
                self.leave_passage(passage);
            }
            Admission::Failed(fault) => {
                self.send_back(passage, Reply::Failed(fault));
                self.leave_passage(passage);
            }
        }
    }

    /// The invocation has ended; nobody may be interested any more.
    pub(super) fn gateway_hears(&mut self, passage: u32, outcome: Outcome) {
        if self.passages.at(passage).reply.is_none() {
            self.send_back(passage, Reply::Ran(outcome));
        }
        self.leave_passage(passage);
    }

    fn gateway_gives_up(&mut self, passage: u32) {
        let place = self.passages.at(passage);
        let (gateway, request, is_unanswered) = (place.gateway, place.request.tag, place.reply.is_none());
        if is_unanswered {
            let change = GatewayChange::GaveUp;
            self.tell(Fact::Gateway(GatewayFact { gateway, request, change }));
            self.send_back(passage, Reply::TimedOut);
        }
        self.leave_passage(passage);
    }

    /// The answer sets out; it arrives at once where the gateway takes no time.
    fn send_back(&mut self, passage: u32, reply: Reply) {
        let place = self.passages.at_mut(passage);
        place.reply = Some(reply);
        place.references += 1;
        if place.way_back == SimDuration::ZERO {
            self.gateway_answers(passage);
        } else {
            let at = self.now + place.way_back;
            self.agenda.push(at, Rank::Completion, Event::Gateway(GatewayEvent::Answer { passage }));
        }
    }

    fn gateway_answers(&mut self, passage: u32) {
        let place = self.passages.at_mut(passage);
        place.is_open = false;
        let (request, gateway, came) = (place.request, place.gateway, place.came);
        let reply = place.reply.expect("an answer was sent");
        let kind = self.gateways[gateway as usize].config.kind;
        let status = reply.status(kind, &self.scenario.platform);
        let is_final = matches!(request.asker, Asker::Caller | Asker::User { .. });
        let change = GatewayChange::Answered { reply, status, latency: self.now.since(came), is_final };
        self.tell(Fact::Gateway(GatewayFact { gateway, request: request.tag, change }));
        match request.asker {
            Asker::Caller => self.close(request.tag, Mode::Sync, reply.fate()),
            Asker::User { user } => {
                self.close(request.tag, Mode::Sync, reply.fate());
                self.user_thinks(request.source, user);
            }
            Asker::Call { call, attempt } => self.gateway_answers_call(call, attempt, status, reply),
            Asker::Event { .. }
            | Asker::Batch { .. }
            | Asker::Gateway { .. }
            | Asker::Errand { .. }
            | Asker::Lane { .. } => {
                unreachable!("only callers and clients come through gateways")
            }
        }
        self.leave_passage(passage);
    }

    /// A passage is forgotten when nothing refers to it any more.
    fn leave_passage(&mut self, passage: u32) {
        let place = self.passages.at_mut(passage);
        place.references -= 1;
        if place.references == 0 {
            self.passages.remove(passage);
        }
    }
}
