//! A queue: what is visible in which order, what was received, and what is too old (S53, S54).
//!
//! ## Stretches of messages, not one entry each
//! A backlog of ten million messages is one entry; only what comes one by one is kept one by one.
//!
//! ## A message may have two receipts
//! When a message becomes visible while the batch that received it still runs, another batch can receive it too, and a
//! delete with either receipt removes it. Such messages are *loose*: only for them is it written down who still
//! holds them and whether they are gone.

use std::collections::{BTreeMap, VecDeque};

use crate::scenario::model::Queue;
use crate::units::{SimDuration, SimTime};

use super::lineage::Lineage;
use super::message_groups::MessageGroups;
use super::messages::Messages;

/// The messages of a queue that nobody has received just now, and the count of those that somebody has.
#[derive(Debug)]
pub struct MessageQueue {
    index: u32,
    retention: SimDuration,
    delay: SimDuration,
    next_ordinal: u64,
    /// Of a FIFO queue: its messages; `fresh` and `again` are empty.
    groups: Option<Box<MessageGroups>>,
    /// Never received, in the order in which they were sent.
    fresh: VecDeque<Messages>,
    /// Visible again or moved here, in the order in which that happened, with its time.
    again: VecDeque<(SimTime, Messages)>,
    /// Nothing in `again` is too old before this.
    again_expires: SimTime,
    /// Received, neither deleted nor visible again.
    in_flight: u64,
    /// Messages with more than one holder, by origin and ordinal.
    loose: BTreeMap<Key, Loose>,
}

/// Origin, moves and ordinal of a message.
type Key = (u32, u16, u64);

/// A message that several batches hold, or a batch and the queue.
#[derive(Clone, Copy, Debug)]
struct Loose {
    holders: u32,
    is_gone: bool,
}

/// What a receive has found.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Messages that were taken.
    pub count: u32,
}

/// What a delete has done.
#[must_use]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Messages that are gone now.
    pub count: u32,
    /// Messages that were gone already.
    pub again: u32,
}

impl MessageQueue {
    /// The empty queue with this index within the cell.
    pub fn new(index: u32, config: &Queue) -> Self {
        Self {
            index,
            retention: config.retention,
            delay: config.delay,
            next_ordinal: 0,
            groups: config.is_fifo().then(Box::default),
            fresh: VecDeque::new(),
            again: VecDeque::new(),
            again_expires: SimTime::MAX,
            in_flight: 0,
            loose: BTreeMap::new(),
        }
    }

    /// The ordinal of the next message that arrives.
    pub fn next_ordinal(&self) -> u64 {
        self.next_ordinal
    }

    /// `count` new messages of one group arrive. [`Self::expire`] first.
    #[inline]
    pub fn send(
        &mut self,
        now: SimTime,
        count: u32,
        group: u32,
        is_offered: bool,
        lineage: Lineage,
    ) -> Messages {
        let sent = Messages {
            sent: now,
            first: self.next_ordinal,
            origin: self.index,
            count,
            receives: 0,
            moves: 0,
            lineage,
            group,
            is_offered,
            is_poison: false,
        };
        self.next_ordinal += u64::from(count);
        if let Some(groups) = &mut self.groups {
            groups.push(now + self.delay, now, sent, self.retention);
            return sent;
        }
        if !self.fresh.back_mut().is_some_and(|last| last.joins(&sent)) {
            self.fresh.push_back(sent);
        }
        sent
    }

    /// Messages of another queue are moved here; they keep their identity and age.
    pub fn accept(&mut self, now: SimTime, moved: Messages) {
        let moved = Messages { receives: 0, is_poison: false, ..moved };
        match &mut self.groups {
            Some(groups) => groups.push(now, now, moved, self.retention),
            None => self.put_again(now, moved),
        }
    }

    /// The visibility timeout of received messages has ended.
    pub fn give_back(&mut self, now: SimTime, messages: Messages) {
        self.in_flight -= u64::from(messages.count);
        let messages = Messages { is_poison: false, ..messages };
        match &mut self.groups {
            Some(groups) => {
                groups.release(messages.group, messages.count);
                groups.put_back(now, messages, self.retention);
            }
            None => self.put_again(now, messages),
        }
    }

    /// As [`Self::give_back`], while the batch that received them still runs.
    pub fn give_back_a_copy(&mut self, now: SimTime, messages: Messages) {
        for ordinal in messages.ordinals() {
            let loose = self
                .loose
                .entry((messages.origin, messages.moves, ordinal))
                .or_insert(Loose { holders: 1, is_gone: false });
            loose.holders += 1;
        }
        self.give_back(now, messages);
    }

    fn put_again(&mut self, now: SimTime, messages: Messages) {
        self.again_expires = self.again_expires.min(messages.sent + self.retention);
        self.again.push_back((now, messages));
    }

    /// Whether a receive at `now` would find something. [`Self::expire`] first.
    #[inline]
    pub fn has_visible(&self, now: SimTime) -> bool {
        if let Some(groups) = &self.groups {
            return groups.has_visible(now);
        }
        !self.again.is_empty() || self.fresh.front().is_some_and(|front| front.sent + self.delay <= now)
    }

    /// When the next message becomes visible that is delayed now.
    pub fn next_visible(&mut self, now: SimTime) -> Option<SimTime> {
        if let Some(groups) = &mut self.groups {
            return groups.next_visible(now);
        }
        let at = self.fresh.front()?.sent + self.delay;
        (at > now).then_some(at)
    }

    /// Takes up to `most` visible messages in their order. Those that were received `max_receives` times already are put into
    /// `exhausted` instead, and are no longer here. [`Self::expire`] first.
    #[inline]
    pub fn receive(
        &mut self,
        now: SimTime,
        most: u32,
        max_receives: Option<u32>,
        mut take: impl FnMut(Messages),
        exhausted: &mut Vec<Messages>,
    ) -> Received {
        let mut count = 0;
        if let Some(groups) = &mut self.groups {
            groups.begin_receive();
        }
        while count < most
            && let Some(front) = self.pop_front(now, most - count, count > 0, max_receives)
        {
            if max_receives.is_some_and(|max| front.receives >= max) {
                self.for_each_left(front, |left| exhausted.push(left));
                continue;
            }
            let received = Messages { receives: front.receives + 1, ..front };
            if self.loose.is_empty() {
                count += received.count;
                take(received);
            } else {
                self.for_each_present(received, |present| {
                    count += present.count;
                    take(present);
                });
            }
        }
        if let Some(groups) = &mut self.groups {
            groups.end_receive(count);
        }
        self.in_flight += u64::from(count);
        Received { count }
    }

    /// Takes the first visible message out for good. [`Self::expire`] first.
    pub fn take_out(&mut self, now: SimTime) -> Option<Messages> {
        if let Some(groups) = &mut self.groups {
            groups.begin_receive();
        }
        while let Some(front) = self.pop_front(now, 1, false, None) {
            let mut taken = None;
            self.for_each_left(front, |left| taken = Some(left));
            if taken.is_some() {
                return taken;
            }
        }
        None
    }

    /// The next visible messages with one history, at most `most` of them; all that are to leave at once.
    #[inline]
    fn pop_front(
        &mut self,
        now: SimTime,
        most: u32,
        has_taken: bool,
        max_receives: Option<u32>,
    ) -> Option<Messages> {
        if let Some(groups) = &mut self.groups {
            return groups.pop_front(now, most, has_taken, max_receives);
        }
        let fresh_at = self.fresh.front().map(|front| front.sent + self.delay).filter(|at| *at <= now);
        let again_at = self.again.front().map(|(at, _)| *at);
        // At one instant timers come before arrivals (S2).
        let takes_again = match (again_at, fresh_at) {
            (Some(again), Some(fresh)) => again <= fresh,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return None,
        };
        let front = if takes_again { &mut self.again.front_mut()?.1 } else { self.fresh.front_mut()? };
        let leaves = max_receives.is_some_and(|max| front.receives >= max);
        if front.count > most && !leaves {
            return Some(front.split_off_front(most));
        }
        if takes_again {
            self.again.pop_front().map(|(_, messages)| messages)
        } else {
            self.fresh.pop_front()
        }
    }

    /// Of messages that leave the lists for a batch: those that still exist.
    fn for_each_present(&mut self, messages: Messages, mut tell: impl FnMut(Messages)) {
        for message in messages.each() {
            let key = (message.origin, message.moves, message.first);
            match self.loose.get_mut(&key) {
                Some(loose) if loose.is_gone => self.let_go(key),
                _ => tell(message),
            }
        }
    }

    /// Messages leave the lists for good; tells those that existed until now.
    fn for_each_left(&mut self, messages: Messages, mut tell: impl FnMut(Messages)) {
        if self.loose.is_empty() {
            return tell(messages);
        }
        for message in messages.each() {
            let key = (message.origin, message.moves, message.first);
            match self.loose.get_mut(&key) {
                None => tell(message),
                Some(loose) => {
                    if !std::mem::replace(&mut loose.is_gone, true) {
                        tell(message);
                    }
                    self.let_go(key);
                }
            }
        }
    }

    fn let_go(&mut self, key: Key) {
        let loose = self.loose.get_mut(&key).expect("the message is loose");
        loose.holders -= 1;
        if loose.holders == 0 {
            self.loose.remove(&key);
        }
    }

    /// A batch deletes messages that it has received. `overdue`: they were visible again before.
    #[inline]
    pub fn delete(&mut self, messages: Messages, overdue: bool, mut tell: impl FnMut(Messages)) -> Deleted {
        if !overdue {
            self.in_flight -= u64::from(messages.count);
            if let Some(groups) = &mut self.groups {
                groups.release(messages.group, messages.count);
            }
        }
        if self.loose.is_empty() {
            tell(messages);
            return Deleted { count: messages.count, again: 0 };
        }
        let mut count = 0;
        self.for_each_left(messages, |left| {
            count += left.count;
            tell(left);
        });
        Deleted { count, again: messages.count - count }
    }

    /// A batch that has failed lets go of messages that were visible again before.
    pub fn forget(&mut self, overdue: Messages) {
        for ordinal in overdue.ordinals() {
            self.let_go((overdue.origin, overdue.moves, ordinal));
        }
    }

    /// Removes what is too old at `now` and tells when each left. What is in flight is looked at when it is visible again.
    #[inline]
    pub fn expire(&mut self, now: SimTime, mut tell: impl FnMut(SimTime, Messages)) {
        while let Some(oldest) = self.fresh.front()
            && oldest.sent + self.retention <= now
        {
            let leaves = oldest.sent + self.retention;
            if let Some(old) = self.fresh.pop_front() {
                tell(leaves, old);
            }
        }
        if self.again_expires <= now {
            self.expire_again(now, &mut tell);
        }
        if self.groups.as_ref().is_some_and(|groups| groups.may_expire(now)) {
            self.expire_groups(now, &mut tell);
        }
    }

    #[cold]
    fn expire_groups(&mut self, now: SimTime, tell: &mut impl FnMut(SimTime, Messages)) {
        let Some(groups) = &mut self.groups else { return };
        for (at, messages) in groups.take_old(now, self.retention) {
            self.for_each_left(messages, |left| tell(at, left));
        }
    }

    #[cold]
    fn expire_again(&mut self, now: SimTime, tell: &mut impl FnMut(SimTime, Messages)) {
        self.again_expires = SimTime::MAX;
        for _ in 0..self.again.len() {
            let Some((since, messages)) = self.again.pop_front() else { return };
            let leaves = messages.sent + self.retention;
            if leaves <= now {
                let at = leaves.max(since);
                self.for_each_left(messages, |left| tell(at, left));
            } else {
                self.again_expires = self.again_expires.min(leaves);
                self.again.push_back((since, messages));
            }
        }
    }

    /// Messages that were received and are neither deleted nor visible again.
    #[inline]
    pub fn in_flight(&self) -> u64 {
        self.in_flight
    }

    /// The messages in the lists that still exist.
    pub fn lying(&self) -> impl Iterator<Item = Messages> {
        let in_groups = self.groups.iter().flat_map(|groups| groups.lying());
        let all = self.fresh.iter().chain(self.again.iter().map(|(_, messages)| messages)).chain(in_groups);
        all.flat_map(|messages| self.existing(*messages))
    }

    /// Those of `messages` that are not gone.
    pub fn existing(&self, messages: Messages) -> impl Iterator<Item = Messages> {
        let whole = self.loose.is_empty().then_some(messages);
        let each = (!self.loose.is_empty()).then(|| messages.each());
        let exists = |message: &Messages| {
            self.loose.get(&(message.origin, message.moves, message.first)).is_none_or(|loose| !loose.is_gone)
        };
        whole.into_iter().chain(each.into_iter().flatten().filter(exists))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    fn queue() -> MessageQueue {
        let config = Queue {
            name: "q".to_owned(),
            message_groups: None,
            deduplication_ids: None,
            backlog: 0,
            visibility_timeout: SimDuration::from_secs(30),
            retention: SimDuration::from_secs(1_000),
            delay: SimDuration::ZERO,
            redrive: None,
        };
        MessageQueue::new(0, &config)
    }

    fn received(queue: &mut MessageQueue, now: SimTime, most: u32) -> Vec<Messages> {
        let mut taken = Vec::new();
        let mut exhausted = Vec::new();
        let found = queue.receive(now, most, None, |messages| taken.push(messages), &mut exhausted);
        assert_eq!(found.count, taken.iter().map(|messages| messages.count).sum::<u32>());
        taken
    }

    fn ordinals(messages: &[Messages]) -> Vec<u64> {
        messages.iter().flat_map(Messages::ordinals).collect()
    }

    #[test]
    fn a_backlog_is_one_entry_and_leaves_in_order() {
        let mut queue = queue();
        queue.send(at(0), 1_000_000, 0, true, Lineage::NEW);
        assert_eq!(queue.fresh.len(), 1);
        assert_eq!(ordinals(&received(&mut queue, at(0), 3)), [0, 1, 2]);
        assert_eq!(ordinals(&received(&mut queue, at(0), 2)), [3, 4]);
        assert_eq!(queue.in_flight(), 5);
    }

    #[test]
    fn what_is_visible_again_waits_for_what_was_there_before() {
        let mut queue = queue();
        queue.send(at(0), 1, 0, true, Lineage::NEW);
        let first = received(&mut queue, at(0), 1);
        queue.send(at(10), 1, 0, true, Lineage::NEW);
        queue.give_back(at(30), first[0]);
        queue.send(at(30), 1, 0, true, Lineage::NEW);
        assert_eq!(ordinals(&received(&mut queue, at(40), 3)), [1, 0, 2]);
    }

    #[test]
    fn a_delete_with_the_older_receipt_removes_the_message_from_the_queue_and_from_the_newer_batch() {
        let mut queue = queue();
        queue.send(at(0), 2, 0, true, Lineage::NEW);
        let [first] = received(&mut queue, at(0), 2)[..] else { panic!() };
        queue.give_back_a_copy(at(30), first);
        let [second] = received(&mut queue, at(30), 1)[..] else { panic!() };
        assert_eq!((second.first, second.receives), (0, 2));
        assert_eq!(queue.delete(first, true, |_| ()), Deleted { count: 2, again: 0 });
        assert!(received(&mut queue, at(50), 2).is_empty(), "the copy of message 1 is gone");
        assert_eq!(queue.delete(second, false, |_| ()), Deleted { count: 0, again: 1 });
        assert!(queue.loose.is_empty() && queue.in_flight() == 0 && queue.lying().next().is_none());
    }

    #[test]
    fn what_was_received_too_often_is_put_aside_and_the_batch_filled_with_others() {
        let mut queue = queue();
        queue.send(at(0), 1, 0, true, Lineage::NEW);
        let mut again = received(&mut queue, at(0), 1)[0];
        again.receives = 3;
        queue.give_back(at(30), again);
        queue.send(at(31), 1, 0, true, Lineage::NEW);
        let (mut taken, mut exhausted) = (Vec::new(), Vec::new());
        let found = queue.receive(at(40), 10, Some(3), |messages| taken.push(messages), &mut exhausted);
        assert_eq!((found.count, ordinals(&taken), ordinals(&exhausted)), (1, vec![1], vec![0]));
    }

    #[test]
    fn each_message_leaves_when_its_retention_ends() {
        let mut queue = queue();
        queue.send(at(0), 2, 0, true, Lineage::NEW);
        let first = received(&mut queue, at(0), 1)[0];
        queue.give_back(at(30), first);
        let mut left = Vec::new();
        queue.expire(at(999), |when, messages| left.push((when, messages.first)));
        assert!(left.is_empty());
        queue.expire(at(1_500), |when, messages| left.push((when, messages.first)));
        assert_eq!(left, [(at(1_000), 1), (at(1_000), 0)]);
    }

    #[test]
    fn delayed_messages_are_invisible_at_first() {
        let mut queue = MessageQueue { delay: SimDuration::from_secs(5), ..queue() };
        queue.send(at(1), 1, 0, true, Lineage::NEW);
        assert!(!queue.has_visible(at(5)));
        assert_eq!(queue.next_visible(at(1)), Some(at(6)));
        assert!(queue.has_visible(at(6)) && queue.next_visible(at(6)).is_none());
    }
}
