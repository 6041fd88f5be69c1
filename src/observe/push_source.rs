//! Statistics of topics, buckets and event buses, and their audit (S83).

use crate::lambda::facts::{PushChange, PushFact};
use crate::lambda::outcome::Fate;
use crate::scenario::model::{Metered, PushKind, PushSource, Scenario, Service};
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
    charge: Option<Metered>,
    /// What is billed, where it is on the bill.
    pub metered: Option<MeteredUsage>,
    /// Of everything that happened.
    pub digest: Digest,
}

impl PushStatistics {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario, source: &PushSource, window: Window) -> Self {
        let (service, charge) = match source.kind {
            PushKind::Topic => (Some(Service::Sns), Some(Metered::SnsPublishes)),
            PushKind::EventBus => (Some(Service::EventBridge), Some(Metered::EventBridgeEvents)),
            // S3 charges the put, not the notification.
            PushKind::Bucket => (None, None),
        };
        let is_billed = service.is_some_and(|service| scenario.pricing.includes(service));
        Self {
            window,
            published: 0,
            handed_over: vec![0; source.subscriptions.len()],
            filtered: 0,
            failures: 0,
            dead_lettered: 0,
            lost: 0,
            fates: FateCounts::default(),
            charge,
            metered: is_billed.then(|| MeteredUsage::new(scenario.start_unix_s)),
            digest: Digest::default(),
        }
    }

    pub(super) fn observe(&mut self, now: SimTime, fact: &PushFact) {
        let word = match fact.change {
            PushChange::Published => {
                self.published += 1;
                if let (Some(metered), Some(charge)) = (&mut self.metered, self.charge) {
                    metered.add(now, charge, 1, self.window.counts(now));
                }
                0
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
}

/// Books of one push source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PushBooks {
    published: u64,
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
    pub fn verify(&self, index: usize, waiting: u64, statistics: &PushStatistics) -> u64 {
        let open = self.began_to_wait.checked_sub(self.later).expect("no delivery ends twice");
        assert_eq!(open, waiting, "deliveries, push source {index}");
        let all = self.published * statistics.handed_over.len() as u64;
        assert_eq!(all, self.left_out + self.at_once + self.later + open, "fan-out, push source {index}");
        let arrived: u64 = statistics.handed_over.iter().sum();
        assert_eq!(arrived, self.at_once + self.later - self.given_up, "handed over, push source {index}");
        assert_eq!(statistics.fates.closed(), self.given_up, "given up, push source {index}");
        assert_eq!(statistics.fates.offered, self.given_up + open, "offered, push source {index}");
        open
    }
}
