//! Observers whose type the model does not know.
//!
//! Everything in `flow` is compiled once more for each type of observer. Those that are not there in every run share two of
//! these compilations: one for all that want details and one for all that do not.

use crate::units::SimTime;

use super::{Fact, Observer};

/// What is asked of an [`Observer`] of any type.
trait Watch {
    fn watch(&mut self, now: SimTime, fact: &Fact);
    fn rest(&mut self, now: SimTime);
}

impl<O: Observer> Watch for O {
    fn watch(&mut self, now: SimTime, fact: &Fact) {
        self.observe(now, fact);
    }

    fn rest(&mut self, now: SimTime) {
        Observer::rest(self, now);
    }
}

/// Any observer, as one that wants details (`DETAILED`) or does without. All facts come by [`Observer::observe`].
pub struct Watched<'o, const DETAILED: bool>(&'o mut (dyn Watch + 'o));

impl<'o, const DETAILED: bool> Watched<'o, DETAILED> {
    /// `observer`, without its type.
    pub fn by<O: Observer + 'o>(observer: &'o mut O) -> Self {
        Self(observer)
    }
}

impl<const DETAILED: bool> Observer for Watched<'_, DETAILED> {
    const DETAILED: bool = DETAILED;

    fn observe(&mut self, now: SimTime, fact: &Fact) {
        self.0.watch(now, fact);
    }

    fn rest(&mut self, now: SimTime) {
        self.0.rest(now);
    }
}
