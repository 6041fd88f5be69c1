//! Decrypts of customer keys that belong to an Init (S27, S107). Whatever the Init is for, it takes one call to KMS: of the
//! quota of the region, and of the bill.

use crate::engine::Rank;
use crate::scenario::model::{CustomerKey, KeyState};
use crate::units::{SimDuration, SimTime};

use super::super::course::{Course, Preparation};
use super::super::downstream::{Entrance, Refusal, Waiting};
use super::super::facts::{DownstreamChange, Observer};
use super::super::fault::Fault;
use super::super::fleet::Taken;
use super::{Event, World};

/// What the quota of KMS remembers: its bucket holds the calls of one second, so an earlier one has come back.
const MEMORY_OF_QUOTA: SimDuration = SimDuration::from_secs(1);

impl<'s, O: Observer> World<'s, O> {
    /// The key of the code in a place, and its state now: it is the key's, whichever version names it.
    fn key_of(&self, place: u32) -> Option<(&'s CustomerKey, KeyState)> {
        let config = self.functions[place as usize].config;
        let key = config.surroundings.key.as_ref()?;
        let function = self.functions[self.function_of_place(place) as usize].config;
        let named = function.surroundings.key.as_ref().filter(|named| named.name == key.name);
        Some((key, named.unwrap_or(key).state))
    }

    /// Whether an Init of the code in a place gets through, as far as its key is concerned.
    pub(super) fn may_decrypt(&self, place: u32) -> bool {
        self.unusable_key(place).is_none()
    }

    /// The state of the key of the code in a place, where it cannot be used.
    pub(super) fn unusable_key(&self, place: u32) -> Option<KeyState> {
        let (_, state) = self.key_of(place)?;
        Fault::of_key(state).is_some().then_some(state)
    }

    /// Lambda decrypts for an Init that begins now; the time that takes is part of the Init.
    pub(super) fn decrypt(&mut self, place: u32) -> Option<Fault> {
        let (key, state) = self.key_of(place)?;
        let refused = match Fault::of_key(state) {
            Some(_) => Some(Refusal::Key),
            None => self.enter_key_service(key),
        };
        self.tell_decrypted(place, key, self.now, refused);
        match refused {
            None => None,
            Some(Refusal::Key) => Fault::of_key(state),
            Some(_) => Some(Fault::KeyThrottled),
        }
    }

    /// An environment that was reset does its Init again: what keeps it from that. Then it is idle again, as it was.
    pub(super) fn fault_of_reset(&mut self, place: u32, taken: &Taken) -> Option<Fault> {
        if !matches!(taken.preparation, Preparation::SuppressedInit { .. }) {
            return None;
        }
        let fault = self.decrypt(place)?;
        let (now, state) = (self.now, &mut self.functions[place as usize]);
        state.fleet.give_back(taken, now, state.config);
        self.tell_lapses_of_place(place);
        Some(fault)
    }

    /// An Init that is cut at its limit or fails is done again (S15): the second one is about to begin.
    pub(super) fn plan_second_init(&mut self, place: u32, course: &Course) {
        let is_repeated = course.suppressed_init > SimDuration::ZERO;
        if is_repeated && self.functions[place as usize].config.surroundings.key.is_some() {
            let at = self.now + course.placement + course.init;
            self.agenda.push(at, Rank::Timer, Event::SecondInit { place });
        }
    }

    /// The course of that invocation is known already: a refusal is counted, and changes nothing in it.
    pub(super) fn second_init(&mut self, place: u32) {
        let _ = self.decrypt(place);
    }

    /// Successors of old environments have had their Init, possibly some time ago.
    pub(super) fn decrypt_for_successors(&mut self, place: u32) {
        for at in std::mem::take(&mut self.functions[place as usize].successors) {
            let Some((key, _)) = self.key_of(place) else { return };
            let is_remembered = at + MEMORY_OF_QUOTA > self.now;
            let refused = if is_remembered { self.enter_key_service(key) } else { None };
            self.tell_decrypted(place, key, at, refused);
        }
    }

    pub(super) fn build_keys(&mut self) {
        if self.scenario.key_service().is_some() {
            (0..self.parts.functions()).for_each(|function| self.watch_key(function));
        }
    }

    /// Whether the state of a key has changed, and with it whether successors can be made.
    pub(super) fn watch_key(&mut self, function: u32) {
        for place in 0..self.functions.len() as u32 {
            if self.function_of_place(place) != function {
                continue;
            }
            let makes_successors = self.may_decrypt(place);
            let (now, state) = (self.now, &mut self.functions[place as usize]);
            if state.fleet.makes_successors() != makes_successors {
                state.fleet.catch_up(now, state.config);
                state.fleet.make_successors(makes_successors);
                self.tell_lapses_of_place(place);
            }
        }
    }

    fn enter_key_service(&mut self, key: &CustomerKey) -> Option<Refusal> {
        let service = self.local_downstream(key.service);
        let nobody = Waiting { errand: u32::MAX, receipt: 0 };
        let door = &mut self.downstreams[service as usize].door;
        match door.enter(self.now, nobody) {
            Entrance::Begins => {
                door.leave();
                None
            }
            Entrance::Refused(refusal) => Some(refusal),
            Entrance::Waits => unreachable!("the key service refuses what is above its quota"),
        }
    }

    fn tell_decrypted(&mut self, place: u32, key: &CustomerKey, at: SimTime, refused: Option<Refusal>) {
        let service = self.local_downstream(key.service);
        let function = self.function_of_place(place);
        self.tell_downstream(service, function, DownstreamChange::Decrypted { at, refused });
    }
}
