//! Statistics of gateways, and their audit.

use std::collections::BTreeMap;

use crate::lambda::cell::Cell;
use crate::lambda::facts::{GatewayChange, GatewayFact};
use crate::lambda::gateway::Reply;
use crate::scenario::model::{GatewayId, GatewayKind, Metered, Scenario, Service};
use crate::units::SimTime;

use super::capacity_units::CapacityUnits;
use super::digest::Digest;
use super::gauge::Gauge;
use super::metering::MeteredUsage;
use super::sample::Sample;
use super::statistics::Window;

/// One gateway. Counts belong to requests that arrived after the warm-up.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct GatewayStatistics {
    window: Window,
    pub requests: u64,
    /// Refused by its own rate and burst.
    pub refused: u64,
    /// Throttled by Lambda.
    pub throttled: u64,
    pub errors: u64,
    pub timeouts: u64,
    pub succeeded: u64,
    pub by_status: BTreeMap<u16, u64>,
    /// From coming to the answer.
    pub latency: Sample,
    /// Of all requests, those of the warm-up included.
    pub came: u64,
    pub answered: u64,
    /// Requests in it.
    pub open: Gauge,
    /// What is billed for it, where it is on the bill.
    pub metered: Option<MeteredUsage>,
    charge: Metered,
    /// Of a load balancer that is on the bill.
    capacity: Option<CapacityUnits>,
    pub digest: Digest,
}

impl GatewayStatistics {
    /// Nothing has come yet.
    pub fn new(scenario: &Scenario, cell: &Cell, id: GatewayId, window: Window) -> Self {
        let (service, charge) = match scenario.gateways[id.0 as usize].kind {
            GatewayKind::RestApi => (Some(Service::ApiGateway), Metered::RestApiRequests),
            GatewayKind::HttpApi => (Some(Service::ApiGateway), Metered::HttpApiRequests),
            GatewayKind::Alb => (Some(Service::Alb), Metered::AlbTime),
            // A function URL costs nothing beside the invocation.
            GatewayKind::FunctionUrl => (None, Metered::LambdaRequests),
        };
        let is_billed = service.is_some_and(|service| scenario.pricing.includes(service));
        Self {
            window,
            requests: 0,
            refused: 0,
            throttled: 0,
            errors: 0,
            timeouts: 0,
            succeeded: 0,
            by_status: BTreeMap::new(),
            latency: Sample::default(),
            came: 0,
            answered: 0,
            open: Gauge::new(window),
            metered: is_billed.then(|| MeteredUsage::new(scenario.start_unix_s)),
            charge,
            capacity: (is_billed && charge == Metered::AlbTime)
                .then(|| CapacityUnits::new(scenario, cell, id)),
            digest: Digest::default(),
        }
    }

    pub(super) fn observe(&mut self, now: SimTime, fact: &GatewayFact) {
        let counts = self.window.counts(fact.request.born);
        match fact.change {
            GatewayChange::Came => {
                self.came += 1;
                self.open.set(now, self.came - self.answered);
                self.requests += u64::from(counts);
                if let (Some(capacity), Some(usage)) = (&mut self.capacity, &mut self.metered) {
                    capacity.came(now, fact.request.function, counts, usage);
                }
            }
            GatewayChange::GaveUp => self.digest.word(now.nanos() << 1 | 1),
            GatewayChange::Answered { reply, status, latency, .. } => {
                self.answered += 1;
                self.open.set(now, self.came - self.answered);
                self.digest.word(now.nanos() << 10 | u64::from(status));
                // What the gateway itself refuses is not charged.
                if reply != Reply::Refused && self.charge != Metered::AlbTime {
                    let charge = self.charge;
                    self.metered.iter_mut().for_each(|usage| usage.add(now, charge, 1, counts));
                }
                if let (Reply::Ran(_), Some(capacity), Some(usage)) =
                    (reply, &mut self.capacity, &mut self.metered)
                {
                    capacity.answered(now, fact.request.function, counts, usage);
                }
                if counts {
                    self.count(reply, status);
                    if !reply.fate().is_refusal() {
                        self.latency.record(latency);
                    }
                }
            }
        }
    }

    fn count(&mut self, reply: Reply, status: u16) {
        *self.by_status.entry(status).or_default() += 1;
        let counter = match reply {
            Reply::Refused => &mut self.refused,
            Reply::Throttled => &mut self.throttled,
            Reply::TimedOut => &mut self.timeouts,
            Reply::Ran(_) if reply.fate() == crate::lambda::outcome::Fate::Succeeded => &mut self.succeeded,
            Reply::Ran(_) | Reply::Failed(_) => &mut self.errors,
        };
        *counter += 1;
    }

    /// The run ended at `end`: a load balancer is paid by the hour.
    pub(super) fn finish(&mut self, end: SimTime) {
        self.open.set(end, self.came - self.answered);
        self.latency.close();
        if self.charge == Metered::AlbTime
            && let Some(usage) = &mut self.metered
        {
            usage.add_span(SimTime::ZERO, end, Metered::AlbTime, self.window);
            self.capacity.iter_mut().for_each(|capacity| capacity.close(usage));
        }
    }
}

/// Books of one gateway: what came and what was answered, once more, and the sums of the answers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct GatewayBooks {
    came: u64,
    /// By kind: refused, throttled, ran, given up.
    answers: [u64; 4],
    given_up: u64,
}

impl GatewayBooks {
    pub fn observe(&mut self, fact: &GatewayFact) {
        match fact.change {
            GatewayChange::Came => self.came += 1,
            GatewayChange::GaveUp => self.given_up += 1,
            GatewayChange::Answered { reply, .. } => {
                let kind = match reply {
                    Reply::Refused => 0,
                    Reply::Throttled => 1,
                    Reply::Ran(_) | Reply::Failed(_) => 2,
                    Reply::TimedOut => 3,
                };
                self.answers[kind] += 1;
            }
        }
    }

    /// Compares them with the statistics and with what still waits in the gateway.
    pub fn verify(&self, index: usize, open: u64, statistics: &GatewayStatistics) {
        let answered: u64 = self.answers.iter().sum();
        assert_eq!(self.came, answered + open, "requests, gateway {index}");
        assert_eq!((self.came, answered), (statistics.came, statistics.answered), "gateway {index}");
        assert!(self.answers[3] <= self.given_up, "timeouts, gateway {index}");
        let counted = statistics.by_status.values().sum::<u64>();
        let parts = statistics.refused
            + statistics.throttled
            + statistics.errors
            + statistics.timeouts
            + statistics.succeeded;
        assert_eq!(counted, parts, "answers, gateway {index}");
    }
}
