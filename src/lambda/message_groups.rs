//! The messages of a FIFO queue: in order within their group, and none of a group while others of it are in flight (S55).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::units::{SimDuration, SimTime};

use super::messages::Messages;

/// Messages that nobody has received just now, by group.
#[derive(Debug)]
pub struct MessageGroups {
    lines: BTreeMap<u32, Line>,
    /// Groups of which nothing is in flight, with what is first in each: the one that was visible first comes first.
    ready: BTreeSet<Head>,
    /// The group that the receive under way takes from.
    receiving: Option<u32>,
    /// When messages become visible that are delayed, in order.
    delayed: VecDeque<SimTime>,
    /// Nothing is too old before this.
    expires: SimTime,
}

/// When the first message of a group is visible, when it was sent, its ordinal, and the group.
type Head = (SimTime, SimTime, u64, u32);

#[derive(Debug)]
struct Line {
    /// With the time at which they are visible.
    waiting: VecDeque<(SimTime, Messages)>,
    in_flight: u32,
    /// When messages came back last, and how many entries have done so since.
    returned: (SimTime, usize),
}

impl Line {
    fn head(&self, group: u32) -> Option<Head> {
        let (visible, first) = self.waiting.front()?;
        (self.in_flight == 0).then_some((*visible, first.sent, first.first, group))
    }
}

impl Default for MessageGroups {
    fn default() -> Self {
        Self {
            lines: BTreeMap::new(),
            ready: BTreeSet::new(),
            receiving: None,
            delayed: VecDeque::new(),
            expires: SimTime::MAX,
        }
    }
}

impl MessageGroups {
    /// Messages come in behind all others of their group.
    pub fn push(&mut self, visible: SimTime, now: SimTime, messages: Messages, retention: SimDuration) {
        self.expires = self.expires.min(messages.sent + retention);
        if visible > now && self.delayed.back() != Some(&visible) {
            self.delayed.push_back(visible);
        }
        self.change(messages.group, |line| {
            let goes_on = |(at, last): &mut (SimTime, Messages)| *at == visible && last.joins(&messages);
            if !line.waiting.back_mut().is_some_and(goes_on) {
                line.waiting.push_back((visible, messages));
            }
        });
    }

    /// Messages come back before all others of their group, in the order in which they are told.
    pub fn put_back(&mut self, now: SimTime, messages: Messages, retention: SimDuration) {
        self.expires = self.expires.min(messages.sent + retention);
        self.change(messages.group, |line| {
            let place = if line.returned.0 == now { line.returned.1.min(line.waiting.len()) } else { 0 };
            line.waiting.insert(place, (now, messages));
            line.returned = (now, place + 1);
        });
    }

    /// So many messages of a group were received.
    fn hold(&mut self, group: u32, count: u32) {
        self.change(group, |line| line.in_flight += count);
    }

    /// So many messages of a group are in flight no more.
    pub fn release(&mut self, group: u32, count: u32) {
        self.change(group, |line| line.in_flight -= count);
    }

    fn change(&mut self, group: u32, with: impl FnOnce(&mut Line)) {
        let line = self.lines.entry(group).or_insert_with(|| Line {
            waiting: VecDeque::new(),
            in_flight: 0,
            returned: (SimTime::MAX, 0),
        });
        let before = line.head(group);
        with(line);
        let after = line.head(group);
        if line.in_flight == 0 && line.waiting.is_empty() {
            self.lines.remove(&group);
        }
        if before != after {
            before.map(|head| self.ready.remove(&head));
            after.map(|head| self.ready.insert(head));
        }
    }

    /// Whether a receive would find something.
    pub fn has_visible(&self, now: SimTime) -> bool {
        self.ready.first().is_some_and(|(visible, ..)| *visible <= now)
    }

    /// When the next message becomes visible that is delayed now.
    pub fn next_visible(&mut self, now: SimTime) -> Option<SimTime> {
        while self.delayed.front().is_some_and(|at| *at <= now) {
            self.delayed.pop_front();
        }
        self.delayed.front().copied()
    }

    /// A receive begins: it takes from one group.
    pub fn begin_receive(&mut self) {
        self.receiving = None;
    }

    /// A receive ends, that has taken so many messages.
    pub fn end_receive(&mut self, taken: u32) {
        if let Some(group) = self.receiving.take().filter(|_| taken > 0) {
            self.hold(group, taken);
        }
    }

    /// The next visible messages of the group that the receive takes from, as [`super::queue::MessageQueue`] does.
    /// While it has taken nothing it goes on to another group.
    pub fn pop_front(
        &mut self,
        now: SimTime,
        most: u32,
        has_taken: bool,
        max_receives: Option<u32>,
    ) -> Option<Messages> {
        let has_more = |group: &u32| {
            let front = self.lines.get(group).and_then(|line| line.waiting.front());
            front.is_some_and(|(visible, _)| *visible <= now)
        };
        let group = match self.receiving.filter(|group| has_more(group)) {
            Some(group) => group,
            None if has_taken => return None,
            None => {
                let (visible, .., group) = *self.ready.first()?;
                if visible > now {
                    return None;
                }
                group
            }
        };
        self.receiving = Some(group);
        let mut taken = None;
        self.change(group, |line| {
            let Some((_, front)) = line.waiting.front_mut() else { return };
            let leaves = max_receives.is_some_and(|max| front.receives >= max);
            taken = if front.count > most && !leaves {
                Some(front.split_off_front(most))
            } else {
                line.waiting.pop_front().map(|(_, messages)| messages)
            };
            // What comes back from now on is before what is left.
            line.returned = (SimTime::MAX, 0);
        });
        taken
    }

    /// Whether something may be too old at `now`.
    pub fn may_expire(&self, now: SimTime) -> bool {
        self.expires <= now
    }

    /// Takes out what is too old at `now`, with the time at which it left.
    pub fn take_old(&mut self, now: SimTime, retention: SimDuration) -> Vec<(SimTime, Messages)> {
        let mut old = Vec::new();
        let groups: Vec<u32> = self.lines.keys().copied().collect();
        let mut expires = SimTime::MAX;
        for group in groups {
            self.change(group, |line| {
                line.waiting.retain(|(visible, messages)| {
                    let leaves = messages.sent + retention;
                    if leaves <= now {
                        old.push((leaves.max(*visible), *messages));
                    } else {
                        expires = expires.min(leaves);
                    }
                    leaves > now
                });
            });
        }
        self.expires = expires;
        old.sort_by_key(|(at, messages)| (*at, messages.origin, messages.first));
        old
    }

    /// Everything that lies here.
    pub fn lying(&self) -> impl Iterator<Item = &Messages> {
        self.lines.values().flat_map(|line| line.waiting.iter().map(|(_, messages)| messages))
    }
}
