//! Batches of messages on their way through a function, in places that are used again.

use crate::units::SimTime;

use super::facts::RequestTag;
use super::lineage::Lineage;
use super::messages::Messages;

/// Messages that were received together.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// When they were received.
    pub at: SimTime,
    /// Which.
    pub messages: Messages,
}

/// What a batch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// It is being gathered.
    Gathering,
    /// Its invocation runs.
    Running,
    /// It was throttled, and its poller will try again.
    Retrying,
    /// It was throttled or has failed; its messages wait for their visibility timeout.
    Waiting,
}

/// A batch. Its vectors stay with its place.
#[derive(Debug)]
#[expect(missing_docs, reason = "explained by their types")]
pub struct Batch {
    pub mapping: u32,
    /// Tells a batch from earlier ones in the same place.
    pub receipt: u32,
    pub state: BatchState,
    /// The request that its invocation is; none while it is gathered.
    pub request: RequestTag,
    /// Ordinal of the batch in its mapping.
    pub ordinal: u64,
    /// Ordinal of its first message among all that left.
    pub first_record: u64,
    /// Earlier attempts to invoke.
    pub attempts: u32,
    /// Messages, the earliest receive first.
    pub held: Vec<Held>,
    /// Messages that are visible again while the invocation runs.
    pub overdue: Vec<Messages>,
    /// The end of its earliest visibility timeout is on the agenda.
    pub is_watched: bool,
}

impl Batch {
    /// Messages in it.
    #[inline]
    pub fn size(&self) -> u32 {
        self.held.iter().map(|held| held.messages.count).sum::<u32>()
            + self.overdue.iter().map(|messages| messages.count).sum::<u32>()
    }

    /// The chain that it belongs to: that of its first message.
    pub fn lineage(&self) -> Lineage {
        let first = self.held.first().map(|held| held.messages.lineage);
        first.or_else(|| self.overdue.first().map(|messages| messages.lineage)).unwrap_or_default()
    }

    /// Messages that the function does not fail on; `in_order`: none behind one that it fails on is among them.
    pub fn sound(&self, in_order: bool) -> u32 {
        let all = self.overdue.iter().chain(self.held.iter().map(|held| &held.messages));
        let before = all.take_while(|messages| !in_order || !messages.is_poison);
        before.filter(|messages| !messages.is_poison).map(|messages| messages.count).sum()
    }

    /// Adds messages that were received at `at`.
    #[inline]
    pub fn hold(&mut self, at: SimTime, messages: Messages) {
        if let Some(last) = self.held.last_mut()
            && last.at == at
            && last.messages.joins(&messages)
        {
            return;
        }
        self.held.push(Held { at, messages });
    }

    /// Whether one of its messages is poison for the function.
    #[inline]
    pub fn has_poison(&self) -> bool {
        self.held.iter().any(|held| held.messages.is_poison)
            || self.overdue.iter().any(|messages| messages.is_poison)
    }

    /// The earliest receive of what it still holds.
    #[inline]
    pub fn received_first(&self) -> Option<SimTime> {
        self.held.first().map(|held| held.at)
    }
}

/// All batches of a cell.
#[derive(Debug, Default)]
pub struct Batches {
    places: Vec<Batch>,
    free: Vec<u32>,
}

impl Batches {
    /// A batch that is being gathered for `mapping`.
    #[inline]
    pub fn open(&mut self, mapping: u32) -> u32 {
        if let Some(index) = self.free.pop() {
            let batch = &mut self.places[index as usize];
            batch.mapping = mapping;
            batch.state = BatchState::Gathering;
            return index;
        }
        let index = u32::try_from(self.places.len()).expect("fewer than 2^32 batches at once");
        self.places.push(Batch {
            mapping,
            receipt: 0,
            state: BatchState::Gathering,
            request: RequestTag { function: 0, number: 0, born: SimTime::ZERO },
            ordinal: 0,
            first_record: 0,
            attempts: 0,
            held: Vec::new(),
            overdue: Vec::new(),
            is_watched: false,
        });
        index
    }

    /// The batch at `index`.
    #[inline]
    pub fn at(&self, index: u32) -> &Batch {
        &self.places[index as usize]
    }

    /// The batch at `index`, to be changed.
    #[inline]
    pub fn at_mut(&mut self, index: u32) -> &mut Batch {
        &mut self.places[index as usize]
    }

    /// Whether the batch at `index` is still the one with this receipt.
    pub fn is_current(&self, index: u32, receipt: u32) -> bool {
        self.at(index).receipt == receipt
    }

    /// Forgets a batch that holds nothing any more.
    #[inline]
    pub fn close(&mut self, index: u32) {
        let batch = &mut self.places[index as usize];
        assert!(batch.held.is_empty() && batch.overdue.is_empty(), "a batch is closed with messages in it");
        batch.receipt = batch.receipt.wrapping_add(1);
        batch.attempts = 0;
        batch.is_watched = false;
        self.free.push(index);
    }

    /// All batches that hold something.
    pub fn iter(&self) -> impl Iterator<Item = &Batch> {
        self.places.iter().filter(|batch| !batch.held.is_empty() || !batch.overdue.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_used_again_under_another_receipt() {
        let mut batches = Batches::default();
        let first = batches.open(0);
        let receipt = batches.at(first).receipt;
        batches.close(first);
        assert_eq!(batches.open(1), first);
        assert!(!batches.is_current(first, receipt));
    }
}
