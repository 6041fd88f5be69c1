//! The pollers of a queue: how many batches may be in process at once (S50, S51, S82).

use crate::platform::{Profile, ProvisionedPollerRules};
use crate::scenario::model::{ProvisionedPollers, SqsRamp};
use crate::units::{SimDuration, SimTime};

use super::poller_backoff::PollerBackoff;

/// How pollers are added and taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollerRules {
    /// At the start and after a rest.
    pub start: u32,
    /// Never more.
    pub most: u32,
    /// Added at each step.
    pub added: u32,
    /// Time between steps.
    pub step: SimDuration,
    /// A rest of this length takes the added ones away.
    pub rest: SimDuration,
    /// Batches of one poller at once.
    pub each: u32,
    /// Of provisioned pollers: how long one takes to receive a message.
    pub pace: Option<SimDuration>,
}

/// Messages of a poll at most: what `ReceiveMessage` returns.
pub const MESSAGES_OF_A_POLL: u32 = 10;

impl PollerRules {
    /// The rules of `profile`.
    pub fn of(profile: &Profile, ramp: SqsRamp) -> Self {
        let minute = SimDuration::from_secs(60);
        let per_minute = profile.sqs_pollers_added_per_minute;
        let (added, step) = match ramp {
            SqsRamp::Linear => (1, SimDuration::from_nanos(minute.nanos() / u64::from(per_minute))),
            SqsRamp::Step => (per_minute, minute),
        };
        let (start, most) = (profile.sqs_pollers_start, profile.sqs_pollers_maximum);
        Self { start, most, added, step, rest: profile.sqs_pollers_rest, each: 1, pace: None }
    }

    /// The rules of pollers that are provisioned, for batches of `batch_size` messages of `bytes` each.
    pub fn provisioned(
        rules: &ProvisionedPollerRules,
        rest: SimDuration,
        ramp: SqsRamp,
        pollers: ProvisionedPollers,
        batch_size: u32,
        bytes: u64,
    ) -> Self {
        const SECOND: u64 = 1_000_000_000;
        let minute = SimDuration::from_secs(60);
        let each = rules.batches;
        let per_minute = rules.added_per_minute;
        let (added, step) = match ramp {
            SqsRamp::Linear => {
                (each, SimDuration::from_nanos(minute.nanos() * u64::from(each) / u64::from(per_minute)))
            }
            SqsRamp::Step => (per_minute, minute),
        };
        let by_size = (u128::from(bytes) * u128::from(SECOND)).div_ceil(rules.throughput.count().into());
        let by_polls = SECOND / u64::from(rules.polls * MESSAGES_OF_A_POLL.min(batch_size)).max(1);
        let pace = u64::try_from(by_size).unwrap_or(u64::MAX).max(by_polls);
        Self {
            start: each * pollers.minimum,
            most: each * pollers.maximum,
            added,
            step,
            rest,
            each,
            pace: Some(SimDuration::from_nanos(pace)),
        }
    }
}

/// The pollers of one mapping. Each is a slot: it holds one batch, from its first message to its end.
#[derive(Clone, Debug)]
pub struct Pollers {
    rules: PollerRules,
    slots: u32,
    busy: u32,
    /// A step is on the agenda.
    is_growing: bool,
    /// Since when nothing is visible and nothing in flight.
    quiet_since: Option<SimTime>,
    backoff: PollerBackoff,
    /// Nothing more is received before.
    paced_until: SimTime,
    /// Pollers as they were told last.
    told: u32,
}

impl Pollers {
    /// Pollers that have nothing to do.
    pub fn new(rules: PollerRules) -> Self {
        Self {
            rules,
            slots: rules.start,
            busy: 0,
            is_growing: false,
            quiet_since: Some(SimTime::ZERO),
            backoff: PollerBackoff::default(),
            paced_until: SimTime::ZERO,
            told: 0,
        }
    }

    /// Whether a slot is free under a maximum concurrency.
    #[inline]
    pub fn has_free_slot(&self, max_concurrency: Option<u32>) -> bool {
        self.busy < self.in_force(max_concurrency)
    }

    /// Batches that may be in process.
    #[inline]
    fn in_force(&self, max_concurrency: Option<u32>) -> u32 {
        self.slots.min(max_concurrency.unwrap_or(u32::MAX)).min(self.backoff.limit())
    }

    /// Batches of one poller at once.
    pub fn each(&self) -> u32 {
        self.rules.each
    }

    /// Pollers at work, if they are others than were told last.
    #[inline]
    pub fn news(&mut self, max_concurrency: Option<u32>) -> Option<u32> {
        // What is provisioned is there and paid for, also while it holds back.
        let pollers = if self.rules.pace.is_some() { self.slots } else { self.in_force(max_concurrency) };
        (std::mem::replace(&mut self.told, pollers) != pollers).then(|| pollers.div_ceil(self.rules.each))
    }

    /// When something may be received next, if that is later than `now`.
    #[inline]
    pub fn paced(&self, now: SimTime) -> Option<SimTime> {
        (self.paced_until > now).then_some(self.paced_until)
    }

    /// When more may be received than the back-off lets pass now, if it alone stands in the way.
    #[inline]
    pub fn held_back_until(&self, max_concurrency: Option<u32>) -> Option<SimTime> {
        let others = self.slots.min(max_concurrency.unwrap_or(u32::MAX));
        (self.backoff.holds_back() && (self.backoff.limit()..others).contains(&self.busy))
            .then(|| self.backoff.minute_ends())
    }

    /// So many messages were received at `now`: what provisioned pollers have time for then.
    #[inline]
    pub fn pace(&mut self, now: SimTime, messages: u32) {
        if let Some(each) = self.rules.pace {
            let pollers = u64::from(self.slots.div_ceil(self.rules.each)).max(1);
            let taken = SimDuration::from_nanos(each.saturating_mul(messages.into()).nanos() / pollers);
            self.paced_until = self.paced_until.max(now) + taken;
        }
    }

    /// A batch ran at `now`; it counts for the back-off.
    #[inline]
    pub fn ran(&mut self, now: SimTime, has_failed: bool, max_concurrency: Option<u32>) {
        self.backoff.reach(now, self.slots.min(max_concurrency.unwrap_or(u32::MAX)));
        self.backoff.ran(has_failed);
    }

    /// Batches in process.
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// Slots, busy and free.
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// A slot takes a batch.
    #[inline]
    pub fn occupy(&mut self) {
        self.busy += 1;
    }

    /// A slot's batch has ended.
    #[inline]
    pub fn release(&mut self) {
        self.busy = self.busy.checked_sub(1).expect("a batch ends after it began");
    }

    /// Somebody polls at `now`: after a rest there are only as many pollers as at the start. Returns when the others left.
    #[inline]
    pub fn wake(&mut self, now: SimTime, max_concurrency: Option<u32>) -> Option<SimTime> {
        self.backoff.reach(now, self.slots.min(max_concurrency.unwrap_or(u32::MAX)));
        let since = self.quiet_since.filter(|since| now.since(*since) >= self.rules.rest)?;
        (self.slots > self.rules.start).then(|| {
            self.slots = self.rules.start;
            since + self.rules.rest
        })
    }

    /// A poll is over at `now`, and left nothing visible and nothing in flight, or something.
    #[inline]
    pub fn rest(&mut self, now: SimTime, is_quiet: bool) {
        self.quiet_since = if is_quiet { self.quiet_since.or(Some(now)) } else { None };
    }

    /// A poll has left visible messages: when to add pollers, unless that is planned or there are as many as can be.
    #[must_use]
    #[inline]
    pub fn plan_growth(&mut self, now: SimTime, max_concurrency: Option<u32>) -> Option<SimTime> {
        if self.is_growing || self.backoff.holds_back() || self.slots >= self.most(max_concurrency) {
            return None;
        }
        self.is_growing = true;
        Some(now + self.rules.step)
    }

    /// A step of the growth is due; it comes to nothing where nothing is left waiting.
    pub fn grow(&mut self, is_waiting: bool, max_concurrency: Option<u32>) {
        self.is_growing = false;
        if is_waiting && !self.backoff.holds_back() {
            let most = self.most(max_concurrency);
            self.slots = self.slots.saturating_add(self.rules.added).min(most).max(self.slots);
        }
    }

    fn most(&self, max_concurrency: Option<u32>) -> u32 {
        self.rules.most.min(max_concurrency.unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(millis)
    }

    fn pollers(ramp: SqsRamp) -> Pollers {
        Pollers::new(PollerRules::of(&Profile::current(), ramp))
    }

    /// F 12 item 10.
    #[test]
    fn pollers_grow_by_300_a_minute_up_to_1250() {
        let mut pollers = pollers(SqsRamp::Linear);
        let mut now = at(0);
        while let Some(due) = pollers.plan_growth(now, None) {
            now = due;
            pollers.grow(true, None);
            if now == at(60_000) {
                assert_eq!(pollers.slots(), 305);
            }
        }
        assert_eq!((now, pollers.slots()), (at(249_000), 1_250));
    }

    #[test]
    fn in_steps_300_come_at_once() {
        let mut pollers = pollers(SqsRamp::Step);
        assert_eq!(pollers.plan_growth(at(0), None), Some(at(60_000)));
        pollers.grow(true, None);
        assert_eq!(pollers.slots(), 305);
    }

    #[test]
    fn a_maximum_concurrency_is_the_ceiling() {
        let mut pollers = pollers(SqsRamp::Linear);
        pollers.grow(true, Some(6));
        assert_eq!(pollers.slots(), 6);
        assert_eq!(pollers.plan_growth(at(0), Some(6)), None);
        assert!(pollers.has_free_slot(Some(2)));
        pollers.occupy();
        pollers.occupy();
        assert!(!pollers.has_free_slot(Some(2)) && pollers.has_free_slot(None));
    }

    #[test]
    fn a_minute_of_rest_takes_the_added_pollers_away() {
        let mut pollers = pollers(SqsRamp::Linear);
        pollers.grow(true, None);
        pollers.rest(at(0), false);
        pollers.rest(at(1_000), true);
        assert_eq!(pollers.wake(at(60_999), None), None);
        assert_eq!(pollers.slots(), 6);
        pollers.rest(at(60_999), true);
        assert_eq!(pollers.wake(at(61_000), None), Some(at(61_000)));
        assert_eq!(pollers.slots(), 5);
    }

    /// F 5.2: 10 polls of 10 messages, or 1 MB, a second; 10 batches; 1,000 more a minute.
    #[test]
    fn a_provisioned_poller_has_ten_batches_and_a_hundred_messages_a_second() {
        let rules = |batch_size, bytes| {
            let pollers = ProvisionedPollers { minimum: 2, maximum: 200 };
            let current = Profile::current();
            let rules = current.sqs_provisioned.unwrap();
            PollerRules::provisioned(
                &rules,
                current.sqs_pollers_rest,
                SqsRamp::Linear,
                pollers,
                batch_size,
                bytes,
            )
        };
        let of = rules(10, 2_048);
        assert_eq!((of.start, of.most, of.pace), (20, 2_000, Some(SimDuration::from_millis(10))));
        assert_eq!((of.added, of.step), (10, SimDuration::from_millis(600)));
        let millis = |millis| Some(SimDuration::from_millis(millis));
        assert_eq!((rules(1, 0).pace, rules(10_000, 262_144).pace), (millis(100), millis(250)));
        let mut pollers = Pollers::new(of);
        pollers.pace(at(0), 10);
        assert_eq!((pollers.paced(at(0)), pollers.paced(at(50))), (Some(at(50)), None));
    }
}
