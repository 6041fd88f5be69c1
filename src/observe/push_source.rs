//! Statistics of topics, buckets and event buses, and their audit (S83).

use crate::lambda::facts::{PushChange, PushFact};
use crate::lambda::flow::PushRemains;
use crate::lambda::outcome::Fate;
use crate::scenario::model::{Function, Metered, PushKind, PushSource, Scenario, Service, Target};
use crate::units::SimTime;

use super::counts::FateCounts;
use super::digest::Digest;
use super::metering::MeteredUsage;
use super::statistics::Window;

/// One push source.
#[derive(Clone, Debug)]
pub struct PushStatistics {
    window: Window,
    /// Messages, objects or events.
    pub published: u64,
    /// Accepted and not delivered, as their deduplication ids were known.
    pub deduplicated: u64,
    /// By subscription: what was handed over.
    pub handed_over: Vec<u64>,
    /// Deliveries that did not match.
    pub filtered: u64,
    /// Attempts that failed.
    pub failures: u64,
    /// Deliveries that were given up: those in a dead-letter queue, and the others.
    pub dead_lettered: u64,
    /// See [`Self::dead_lettered`].
    pub lost: u64,
    /// Of deliveries that have not arrived: what has arrived is in the books of who got it.
    pub fates: FateCounts,
    /// What each of them is charged as.
    charges: Vec<(Metered, u128)>,
    /// What is billed, where it is on the bill.
    pub metered: Option<MeteredUsage>,
    /// Of everything that happened.
    pub digest: Digest,
}

impl PushStatistics {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario, source: &PushSource, window: Window) -> Self {
        let bytes = u128::from(bytes(scenario, source));
        let (service, charges) = match source.kind {
            PushKind::Topic if source.fifo.is_some() => {
                (Some(Service::Sns), vec![(Metered::SnsFifoPublishes, 1), (Metered::SnsFifoPayload, bytes)])
            }
            PushKind::Topic => (Some(Service::Sns), vec![(Metered::SnsPublishes, 1)]),
            PushKind::EventBus => {
                let chunk = u128::from(scenario.platform.eventbridge_event_chunk.count());
                (Some(Service::EventBridge), vec![(Metered::EventBridgeEvents, bytes.div_ceil(chunk).max(1))])
            }
            // S3 charges the put, not the notification.
            PushKind::Bucket => (None, Vec::new()),
        };
        let is_billed = service.is_some_and(|service| scenario.pricing.includes(service));
        Self {
            window,
            published: 0,
            deduplicated: 0,
            handed_over: vec![0; source.subscriptions.len()],
            filtered: 0,
            failures: 0,
            dead_lettered: 0,
            lost: 0,
            fates: FateCounts::default(),
            charges,
            metered: is_billed.then(|| MeteredUsage::new(scenario.start_unix_s)),
            digest: Digest::default(),
        }
    }

    pub(super) fn observe(&mut self, now: SimTime, fact: &PushFact) {
        let word = match fact.change {
            PushChange::Published => {
                self.published += 1;
                self.charge(now);
                0
            }
            PushChange::Deduplicated => {
                self.deduplicated += 1;
                self.charge(now);
                5
            }
            PushChange::Filtered { subscription } => {
                self.filtered += 1;
                1 | u64::from(subscription) << 3
            }
            PushChange::Waits { subscription } => {
                self.fates.offered += 1;
                2 | u64::from(subscription) << 3
            }
            PushChange::HandedOver { subscription, failures, has_waited } => {
                self.handed_over[subscription as usize] += 1;
                self.failures += u64::from(failures);
                self.fates.offered -= u64::from(has_waited);
                3 | u64::from(subscription) << 3
            }
            PushChange::GivenUp { subscription, failures, is_kept, has_waited } => {
                self.failures += u64::from(failures);
                self.fates.offered += u64::from(!has_waited);
                self.fates.close_many(if is_kept { Fate::DeadLettered } else { Fate::Dropped }, 1);
                *(if is_kept { &mut self.dead_lettered } else { &mut self.lost }) += 1;
                4 | u64::from(subscription) << 3
            }
        };
        self.digest.word(now.nanos());
        self.digest.word(word);
    }

    /// Something was published; a duplicate costs the same.
    fn charge(&mut self, now: SimTime) {
        if let Some(metered) = &mut self.metered {
            for (charge, quantity) in &self.charges {
                metered.add(now, *charge, *quantity, self.window.counts(now));
            }
        }
    }
}

/// Bytes of what is published: the largest request of a function that is told, be it by way of a queue or a topic.
fn bytes(scenario: &Scenario, source: &PushSource) -> u64 {
    let request = |function: &Function| function.payload.request.count();
    let of = |target: Target| match target {
        Target::Function(id) => request(&scenario.functions[id.0 as usize]),
        Target::Queue(id) => {
            let reads = |function: &&Function| function.event_sources.iter().any(|one| one.queue == id);
            scenario.functions.iter().filter(reads).map(request).max().unwrap_or(0)
        }
        Target::Push(id) => bytes(scenario, &scenario.push_sources[id.0 as usize]),
        Target::Stream(_) => 0,
    };
    source.subscriptions.iter().map(|subscription| of(subscription.to)).max().unwrap_or(0)
}

/// Books of one push source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PushBooks {
    published: u64,
    deduplicated: u64,
    left_out: u64,
    /// What arrived or was given up: at once, and after having waited.
    at_once: u64,
    later: u64,
    began_to_wait: u64,
    given_up: u64,
}

impl PushBooks {
    pub fn observe(&mut self, fact: &PushFact) {
        match fact.change {
            PushChange::Published => self.published += 1,
            PushChange::Deduplicated => self.deduplicated += 1,
            PushChange::Filtered { .. } => self.left_out += 1,
            PushChange::Waits { .. } => self.began_to_wait += 1,
            PushChange::HandedOver { has_waited, .. } => self.ends(has_waited),
            PushChange::GivenUp { has_waited, .. } => {
                self.given_up += 1;
                self.ends(has_waited);
            }
        }
    }

    fn ends(&mut self, has_waited: bool) {
        *(if has_waited { &mut self.later } else { &mut self.at_once }) += 1;
    }

    /// Compares them with what is still on its way and with the statistics; returns deliveries that are open.
    pub fn verify(&self, index: usize, remains: &PushRemains, statistics: &PushStatistics) -> u64 {
        let open = self.began_to_wait.checked_sub(self.later).expect("no delivery ends twice");
        assert_eq!(self.published + self.deduplicated, remains.told, "published, push source {index}");
        assert_eq!(open, remains.waiting, "deliveries, push source {index}");
        let all = self.published * statistics.handed_over.len() as u64;
        assert_eq!(all, self.left_out + self.at_once + self.later + open, "fan-out, push source {index}");
        let arrived: u64 = statistics.handed_over.iter().sum();
        assert_eq!(arrived, self.at_once + self.later - self.given_up, "handed over, push source {index}");
        assert_eq!(statistics.fates.closed(), self.given_up, "given up, push source {index}");
        assert_eq!(statistics.fates.offered, self.given_up + open, "offered, push source {index}");
        open
    }
}
