//! Arrivals: what a traffic source sets in motion, by invocation type.

use crate::engine::Rank;
use crate::random::{Purpose, Stream};
use crate::scenario::model::{Arrivals, Function, Mode};
use crate::traffic::ArrivalStream;
use crate::units::{SimDuration, SimTime};

use super::super::facts::{Detail, Fact, Observer, RequestTag};
use super::super::fleet::span;
use super::super::lineage::Lineage;
use super::super::outcome::{Fate, Rejection};
use super::super::source::{Given, Source};
use super::{Asker, Entrance, Event, Request, TrafficState, UserModel, World};

impl<O: Observer> World<'_, O> {
    pub(super) fn build_traffic(&mut self) {
        let scenario = self.scenario;
        for &index in &self.cell.traffic {
            let traffic = &scenario.traffic[index];
            let source = self.traffic.len() as u32;
            let users = match &traffic.arrivals {
                Arrivals::Users { count, think_time } => {
                    for user in 0..*count {
                        self.agenda.push(traffic.at, Rank::Arrival, Event::UserCalls { source, user });
                    }
                    Some(UserModel {
                        until: scenario
                            .horizon
                            .map_or(traffic.until, |h| Some(traffic.until.map_or(h, |u| u.min(h))))
                            .unwrap_or(SimTime::MAX),
                        think: Stream::new(scenario.seed, &traffic.name, Purpose::ThinkTime),
                        think_time: think_time.clone(),
                    })
                }
                _ => None,
            };
            let arrivals = users
                .is_none()
                .then(|| ArrivalStream::new(traffic, scenario.seed, scenario.start_unix_s, scenario.horizon));
            let client = traffic.client.map(|id| {
                self.cell.clients.binary_search(&id).expect("cells are closed under clients") as u32
            });
            self.traffic.push(TrafficState {
                entrance: Entrance {
                    function: self.local(traffic.function().expect("feeds send to the rest")),
                    mode: traffic.mode,
                    client,
                    via: traffic.via.map(|id| {
                        self.cell.gateways.binary_search(&id).expect("cells are closed under gateways") as u32
                    }),
                },
                arrivals,
                users,
            });
            self.sources.push(Source::new(scenario.seed, &traffic.name, traffic.overrides.clone()));
            self.schedule_next_arrival(source);
        }
    }

    fn schedule_next_arrival(&mut self, source: u32) {
        let Some(arrivals) = &mut self.traffic[source as usize].arrivals else { return };
        if let Some(at) = arrivals.next_arrival() {
            self.agenda.push(at, Rank::Arrival, Event::Arrival { source });
        }
    }

    #[inline(always)]
    pub(super) fn arrive(&mut self, source: u32) {
        let TrafficState { entrance, arrivals, .. } = &mut self.traffic[source as usize];
        let entrance = *entrance;
        let arrivals = arrivals.as_mut().expect("only open sources schedule arrivals");
        if arrivals.is_plain() {
            if let Some(at) = arrivals.next_arrival() {
                self.agenda.push(at, Rank::Arrival, Event::Arrival { source });
            }
            self.enter(source, entrance, Given::default(), None);
        } else {
            self.arrive_otherwise(source, entrance);
        }
    }

    /// Several requests at once, or one that a trace tells more of.
    #[inline(never)]
    fn arrive_otherwise(&mut self, source: u32, mut entrance: Entrance) {
        let arrivals = self.traffic[source as usize].arrivals.as_ref();
        let arrivals = arrivals.expect("only open sources schedule arrivals");
        let (row, multiplicity) = (arrivals.row(), arrivals.multiplicity());
        let mut given = Given::default();
        if let Some(row) = row {
            entrance.function = row.function.map_or(entrance.function, |id| self.local(id));
            given = Given {
                duration: row.duration,
                init: row.init,
                payload_bytes: row.payload.map(crate::units::Bytes::count),
            };
        }
        self.schedule_next_arrival(source);
        for _ in 0..multiplicity {
            self.enter(source, entrance, given, None);
        }
    }

    /// A user of a closed model calls.
    #[inline(never)]
    pub(super) fn user_calls(&mut self, source: u32, user: u32) {
        let entrance = self.traffic[source as usize].entrance;
        self.enter(source, entrance, Given::default(), Some(user));
    }

    /// A user has the answer, thinks, and calls again if there is time.
    pub(super) fn user_thinks(&mut self, source: u32, user: u32) {
        self.user_thinks_after(SimDuration::ZERO, source, user);
    }

    /// As [`Self::user_thinks`], when the answer is still on its way for `way`.
    fn user_thinks_after(&mut self, way: SimDuration, source: u32, user: u32) {
        let now = self.now + way;
        let model = self.traffic[source as usize].users.as_mut().expect("the source is a closed model");
        let next = now + span(model.think_time.sample(&mut model.think));
        if next < model.until {
            self.agenda.push(next, Rank::Arrival, Event::UserCalls { source, user });
        }
    }

    #[inline(always)]
    fn enter(&mut self, source: u32, entrance: Entrance, given: Given, user: Option<u32>) {
        let Entrance { function, mode, client, via } = entrance;
        let state = &mut self.sources[source as usize];
        let (ordinal, has_own_payload) = (state.next_ordinal(), state.has_own_payload());
        self.offered += 1;
        let tag = RequestTag { function, number: self.offered, born: self.now };
        self.open(tag, mode);
        let asker = user.map_or(Asker::Caller, |user| Asker::User { user });
        let request = Request { tag, source, ordinal, attempt: 0, run: 0, given, asker };
        if O::DETAILED {
            let payload_bytes = self.request_bytes(&request);
            let detail = Detail::Entered { request: tag, source, ordinal, payload_bytes, client, user };
            self.tell(Fact::Detail(detail));
        }
        // Only then may Lambda refuse it before it looks for an environment.
        let special = client.is_some() || given.payload_bytes.is_some() || has_own_payload;
        if (special || !self.functions[function as usize].is_open)
            && let Some(why) = self.turned_away(request, mode, client)
        {
            self.turn_away(request, mode, client, why);
            return;
        }
        match (mode, client) {
            (Mode::DryRun, _) => {
                self.tell(Fact::DryRunAnswered { request: tag, accepted: true });
                self.close(tag, Mode::DryRun, Fate::Succeeded);
            }
            (Mode::Async, _) => self.accept_event(request, Lineage::NEW),
            (Mode::Sync, Some(client)) => self.open_call(request, client, user),
            (Mode::Sync, None) => match via {
                None => self.call_directly(request),
                Some(gateway) => self.enter_gateway(gateway, request),
            },
        }
    }

    /// What Lambda refuses before it looks for an environment (F 4.1, 4.2).
    #[inline(never)]
    fn turned_away(&self, request: Request, mode: Mode, client: Option<u32>) -> Option<Rejection> {
        if client.is_some_and(|client| !self.clients[client as usize].config.may_invoke) {
            return Some(Rejection::AccessDenied);
        }
        let config = self.functions[request.tag.function as usize].config;
        let created = config.surroundings.created.map_or(SimTime::ZERO, |created| created.at);
        // A synchronous call is an attempt, which its client makes again or not.
        if self.now < created && mode != Mode::Sync {
            return Some(Rejection::FunctionNotFound);
        }
        let platform = &self.scenario.platform;
        let limit = match mode {
            Mode::Sync | Mode::DryRun => platform.sync_request_maximum,
            Mode::Async => platform.async_request_maximum,
        };
        (self.request_bytes(&request) > limit.count()).then_some(Rejection::RequestTooLarge)
    }

    #[inline(never)]
    fn turn_away(&mut self, request: Request, mode: Mode, client: Option<u32>, why: Rejection) {
        self.tell(Fact::Rejected { request: request.tag, why });
        if mode == Mode::DryRun {
            self.tell(Fact::DryRunAnswered { request: request.tag, accepted: false });
        }
        if let (Some(client), Mode::Sync) = (client, mode) {
            self.tell(Fact::CallOpened { client, request: request.tag });
            self.tell(Fact::CallAttempted { client, request: request.tag, attempt: 0 });
            self.tell(Fact::CallClosed { client, request: request.tag, fate: Fate::Rejected, attempts: 1 });
        }
        self.close(request.tag, mode, Fate::Rejected);
        if let Asker::User { user } = request.asker {
            let way = client.map_or(SimDuration::ZERO, |client| {
                let network = &self.clients[client as usize].config.network;
                self.sources[request.source as usize].network(network, request.ordinal, 0)
            });
            self.user_thinks_after(way, request.source, user);
        }
    }

    fn request_bytes(&self, request: &Request) -> u64 {
        let config = self.functions[request.tag.function as usize].config;
        request.bytes(&self.sources[request.source as usize], config)
    }
}

impl Request {
    /// Size of its payload.
    #[inline(always)]
    pub(super) fn bytes(&self, source: &Source, config: &Function) -> u64 {
        self.given.payload_bytes.unwrap_or_else(|| source.payload(config).request.count())
    }
}
