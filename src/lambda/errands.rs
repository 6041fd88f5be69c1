//! Errands: what an invocation does outside, call after call, in places that are used again.

use crate::units::SimTime;

use super::facts::RequestTag;
use super::lineage::Lineage;

/// What an errand does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrandState {
    /// It waits for its turn at a downstream (by index within the cell).
    Waiting(u32),
    /// A downstream works for it.
    Talking(u32),
    /// Its call is on the way to a function.
    OnTheWay,
    /// No way leads to whom it calls; it waits for a connection in vain.
    Hanging,
    /// A function runs for it.
    Asking,
    /// Its invocation has ended while a function ran for it.
    Orphaned,
    /// Nothing; its place is free.
    Over,
}

/// The calls of one invocation.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "explained by their names")]
pub struct Errand {
    /// Tells an errand from earlier ones in the same place.
    pub receipt: u32,
    pub state: ErrandState,
    pub function: u32,
    /// Where its environment lives: the function itself, a version or provisioned concurrency.
    pub place: u32,
    pub environment: u32,
    /// The call that is being made, in the order of the list.
    pub step: u32,
    /// When the invoke phase began, and when the function timeout ends it.
    pub began: SimTime,
    pub deadline: SimTime,
    /// When the current call began to wait, or to be served.
    pub since: SimTime,
    /// The request to the function that it asks.
    pub asked: RequestTag,
    /// The functions that the invocation has come through.
    pub lineage: Lineage,
}

/// All errands of a cell.
#[derive(Debug, Default)]
pub struct Errands {
    places: Vec<Errand>,
    free: Vec<u32>,
}

impl Errands {
    /// Begins an errand; its receipt is that of its place.
    pub fn open(&mut self, errand: Errand) -> u32 {
        if let Some(index) = self.free.pop() {
            let place = &mut self.places[index as usize];
            *place = Errand { receipt: place.receipt, ..errand };
            return index;
        }
        self.places.push(errand);
        self.places.len() as u32 - 1
    }

    /// The errand at `index`.
    pub fn at(&self, index: u32) -> &Errand {
        &self.places[index as usize]
    }

    /// The errand at `index`, to be changed.
    pub fn at_mut(&mut self, index: u32) -> &mut Errand {
        &mut self.places[index as usize]
    }

    /// Whether the errand at `index` is still the one with this receipt.
    pub fn is_current(&self, index: u32, receipt: u32) -> bool {
        self.at(index).receipt == receipt
    }

    /// The invocation has ended; what still runs for it runs for nobody.
    pub fn close(&mut self, index: u32) {
        let place = &mut self.places[index as usize];
        place.receipt = place.receipt.wrapping_add(1);
        if place.state == ErrandState::Asking {
            place.state = ErrandState::Orphaned;
        } else {
            self.free(index);
        }
    }

    /// What ran for a closed errand has ended.
    pub fn free(&mut self, index: u32) {
        self.places[index as usize].state = ErrandState::Over;
        self.free.push(index);
    }

    /// Errands in progress.
    pub fn iter(&self) -> impl Iterator<Item = &Errand> {
        self.places.iter().filter(|errand| errand.state != ErrandState::Over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_when_neither_its_invocation_nor_what_runs_for_it_is_left() {
        let errand = Errand {
            receipt: 0,
            state: ErrandState::Asking,
            function: 0,
            place: 0,
            environment: 0,
            step: 0,
            began: SimTime::ZERO,
            deadline: SimTime::ZERO,
            since: SimTime::ZERO,
            asked: RequestTag { function: 0, number: 0, born: SimTime::ZERO },
            lineage: Lineage::NEW,
        };
        let mut errands = Errands::default();
        let first = errands.open(errand);
        errands.close(first);
        assert_eq!(errands.at(first).state, ErrandState::Orphaned);
        assert_eq!(errands.open(errand), 1);
        errands.free(first);
        assert_eq!((errands.open(errand), errands.at(first).receipt), (first, 1));
    }
}
