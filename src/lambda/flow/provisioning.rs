//! Provisioned concurrency: pools of initialised environments, one for each qualifier that has any (S61, S65).
//!
//! A pool is a place behind those of functions and versions. Its environments are created when an allocation is complete,
//! stay, and are replaced when they are old; a request that finds none idle spills over to the version's own environments.

use crate::engine::Rank;
use crate::scenario::model::{
    Alias, ColdStart, Function, ProvisionedConcurrency, Qualifier, Recurrence, Version,
};
use crate::units::{SimDuration, SimTime};

use super::super::autoscaling::TargetTracking;
use super::super::facts::{Fact, Observer, ProvisionedChange, ProvisionedFact};
use super::super::fleet::{Fleet, Taken};
use super::super::lapse::Lapse;
use super::super::meter::{Consumption, Tariff};
use super::super::outcome::EnvironmentAfter;
use super::super::provisioned::{Change, FIRST_SERIAL, Provisioned};
use super::super::request_rate::RequestRate;
use super::{Event, FunctionState, Run, World};

const MINUTE: SimDuration = SimDuration::from_secs(60);

/// When Inits of an allocation that KMS has turned away are made again (S107).
const DECRYPTS_AGAIN: SimDuration = SimDuration::from_secs(1);

/// Environments kept for one qualifier.
pub(super) struct Pool<'s> {
    /// Index of the function.
    pub function: u32,
    /// Index of the version or alias; `None` is the bare name.
    pub part: Option<u32>,
    /// The place whose code its environments have.
    place: u32,
    /// Where the environments of earlier generations belong.
    former_places: Vec<u32>,
    rule: Option<&'s ProvisionedConcurrency>,
    capacity: Provisioned,
    /// Busy environments that leave when they end.
    surplus: u32,
    /// Ten times the capacity a second; what is beyond spills over (S33).
    rate: RequestRate,
    tracking: Option<TargetTracking>,
    /// Of the allocation with this number, so many Inits have decrypted.
    decrypted: (u32, u32),
    /// Counts the rules that have been watched: minutes and actions of an earlier one are void.
    watch: u16,
}

impl<'s, O: Observer> World<'s, O> {
    /// The pools of all qualifiers that have provisioned concurrency at some time, ready at t = 0.
    pub(super) fn build_pools(&mut self) {
        for function in 0..self.parts.functions() {
            let always = self.configurations(function);
            if always.iter().any(|config| config.provisioned.is_some()) {
                self.build_pool(function, None, function, always[0].provisioned.as_ref());
            }
            for (part, found) in
                self.parts.all().filter(|(_, part)| part.function == function).collect::<Vec<_>>()
            {
                match found.qualifier {
                    Qualifier::Version(index) => {
                        let rule = always[0].versions[index].config.provisioned.as_ref();
                        if rule.is_some() {
                            self.build_pool(function, Some(part), part, rule);
                        }
                    }
                    Qualifier::Alias(index) => {
                        let rule = |config: &'s Function| config.aliases[index].provisioned.as_ref();
                        if always.iter().any(|config| rule(config).is_some()) {
                            let place = self.route_mut(part).place;
                            self.build_pool(function, Some(part), place, rule(always[0]));
                        }
                    }
                }
            }
        }
        if !self.pools.is_empty() {
            self.carve();
        }
    }

    /// The configuration of a function at the start, and after each change.
    fn configurations(&self, function: u32) -> Vec<&'s Function> {
        let id = self.cell.functions[function as usize].0 as usize;
        let later = self.scenario.changes.iter().map(|change| &change.functions[id]);
        std::iter::once(&self.scenario.functions[id]).chain(later).collect()
    }

    fn build_pool(
        &mut self,
        function: u32,
        part: Option<u32>,
        place: u32,
        rule: Option<&'s ProvisionedConcurrency>,
    ) {
        let pool = self.pools.len() as u32;
        let config = self.held_form(place);
        let own = &self.functions[function as usize].config.name;
        let named = part.and_then(|part| self.parts.part(part));
        let name = match named {
            // No name of a function, version or alias has a space.
            Some(part) => format!("{own}:{} provisioned", self.parts.name(part, self.scenario, self.cell)),
            None => format!("{own} provisioned"),
        };
        let fleet = Fleet::numbered_from(FIRST_SERIAL, self.scenario.seed, &name);
        let mut state = FunctionState { is_divided: true, fleet, ..self.state_of(config) };
        // The code of any version may move in.
        for version in &self.functions[function as usize].config.versions[..] {
            state.makes_calls |= !version.config.calls.is_empty();
            state.has_partners |= state.makes_calls || !version.config.emits.is_empty();
        }
        self.functions.push(state);
        self.functions[function as usize].is_divided = true;
        let capacity = rule.map_or(0, |rule| rule.capacity);
        let is_sound = self.initialises(place);
        self.pools.push(Pool {
            function,
            part,
            place,
            former_places: Vec::new(),
            rule,
            capacity: if is_sound { Provisioned::with(capacity) } else { Provisioned::failed_with(capacity) },
            surplus: 0,
            rate: RequestRate::new(Some(0.0)),
            tracking: None,
            decrypted: (0, 0),
            watch: 0,
        });
        // What is ready at the start had its Init before.
        self.add_environments(pool, if is_sound { capacity } else { 0 }, false);
        self.capacity_changed(pool);
        self.track(pool);
    }

    /// How environments of a place live on provisioned concurrency.
    fn held_form(&self, place: u32) -> &'s Function {
        let version = self.parts.part(place).and_then(|part| part.version(self.scenario, self.cell));
        let version: Option<&'s Version> = version;
        if let Some(version) = version {
            return &version.held;
        }
        let config: &'s Function = self.functions[place as usize].config;
        config.held.as_deref().unwrap_or(config)
    }

    /// Whether environments of a place ever get through their Init, which may take as long as the limit of provisioned
    /// concurrency (S15).
    fn initialises(&self, place: u32) -> bool {
        let config = self.functions[place as usize].config;
        let limit = self.scenario.platform.snapshot_init_limit.max(config.timeout);
        let is_too_long = match &config.cold_start {
            ColdStart::Phases { init, .. } => init.is_constant() && init.mean() > limit.nanos() as f64,
            ColdStart::Whole(_) => false,
        };
        config.init_errors < 1.0 && !is_too_long && self.may_decrypt(place)
    }

    /// The function that a place belongs to.
    pub(super) fn function_of_place(&self, place: u32) -> u32 {
        match place.checked_sub(self.parts.places()) {
            Some(pool) => self.pools[pool as usize].function,
            None => self.parts.function_of(place),
        }
    }

    /// Versions whose code may move into a pool; none where the place is none.
    pub(super) fn versions_of_pool(&self, place: u32) -> &'s [Version] {
        let Some(pool) = place.checked_sub(self.parts.places()) else { return &[] };
        &self.functions[self.pools[pool as usize].function as usize].config.versions
    }

    /// Passes on what the fleet of any place has found out.
    pub(super) fn tell_lapses_of_place(&mut self, place: u32) {
        match place.checked_sub(self.parts.places()) {
            Some(pool) => self.tell_pool_lapses(pool, self.pools[pool as usize].place),
            None => self.tell_lapses(place),
        }
    }

    fn pool_place(&self, pool: u32) -> usize {
        (self.parts.places() + pool) as usize
    }

    /// The pool that a call by this qualifier may use.
    pub(super) fn pool_of(&self, function: u32, part: Option<u32>) -> Option<u32> {
        let found = self.pools.iter().position(|pool| (pool.function, pool.part) == (function, part))?;
        (self.pools[found].capacity.requested() > 0).then_some(found as u32)
    }

    /// An idle environment of the pool, if the pool's request rate allows one.
    pub(super) fn take_provisioned(&mut self, index: u32) -> Option<Taken> {
        let (now, place) = (self.now, self.pool_place(index));
        let pool = &mut self.pools[index as usize];
        if !pool.rate.allows(now) {
            return None;
        }
        let state = &mut self.functions[place];
        let taken = state.fleet.take(now, state.config, self.scenario.assumptions.environment_choice);
        if taken.is_some() {
            pool.rate.charge(now);
        }
        self.meter_pool(index);
        self.tell_pool_lapses(index, self.pools[index as usize].place);
        taken
    }

    /// The place whose code an environment of the pool has.
    pub(super) fn place_of_environment(&self, pool: u32, environment: u32) -> u32 {
        let generation = self.functions[self.pool_place(pool)].fleet.generation(environment);
        let pool = &self.pools[pool as usize];
        pool.former_places.get(generation as usize).copied().unwrap_or(pool.place)
    }

    /// An invocation in an environment of the pool has ended; one too many leaves.
    pub(super) fn release_provisioned(&mut self, index: u32, environment: u32, after: EnvironmentAfter) {
        let now = self.now;
        let told = self.place_of_environment(index, environment);
        let place = self.pool_place(index);
        let state = &mut self.functions[place];
        let pool = &mut self.pools[index as usize];
        let is_current = state.fleet.generation(environment) as usize == pool.former_places.len();
        let is_surplus = is_current && pool.surplus > 0;
        let is_missed = is_current && !is_surplus && after == EnvironmentAfter::Destroyed;
        pool.surplus -= u32::from(is_surplus);
        let after = if is_surplus { EnvironmentAfter::Destroyed } else { after };
        state.fleet.release(environment, now, after, state.config);
        self.tell_pool_lapses(index, told);
        if is_missed {
            let _ = self.decrypt(place as u32);
        }
        self.add_environments(index, u32::from(is_missed), true);
        self.meter_pool(index);
    }

    /// Initialised environments join the pool.
    fn add_environments(&mut self, index: u32, count: u32, billed: bool) {
        let (now, place) = (self.now, self.pool_place(index));
        let state = &mut self.functions[place];
        for _ in 0..count {
            state.fleet.provision(now, state.config, billed, Run::PLACEHOLDER);
        }
        self.tell_pool_lapses(index, self.pools[index as usize].place);
    }

    /// Another capacity is asked for, if the function's reservation and the account leave room for it.
    pub(super) fn request_capacity(&mut self, index: u32, wanted: u32) {
        let now = self.now;
        let Some(rule) = self.pools[index as usize].rule else { return };
        if !self.is_permitted(index, wanted) {
            return self.tell_capacity(index, Some(wanted));
        }
        match self.pools[index as usize].capacity.request(now, wanted, rule) {
            Change::Nothing => {}
            Change::Withdraw(surplus) => {
                let place = self.pool_place(index);
                let gone = self.functions[place].fleet.withdraw(now, surplus);
                self.pools[index as usize].surplus += surplus - gone;
                self.tell_pool_lapses(index, self.pools[index as usize].place);
            }
            Change::ReadyAt { at, number } => {
                self.schedule_if_seen(at, Rank::Timer, Event::PoolReady { pool: index, number });
            }
        }
        self.capacity_changed(index);
        self.carve();
    }

    /// An allocation is complete: all of it is usable.
    pub(super) fn pool_ready(&mut self, index: u32, number: u32) {
        if !self.initialises(self.pools[index as usize].place) {
            if self.pools[index as usize].capacity.fail(number) {
                self.capacity_changed(index);
                self.carve();
            }
            return;
        }
        if !self.decrypts_for_allocation(index, number) {
            let again = self.now + DECRYPTS_AGAIN;
            return self.schedule_if_seen(again, Rank::Timer, Event::PoolReady { pool: index, number });
        }
        if let Some(more) = self.pools[index as usize].capacity.complete(number) {
            self.add_environments(index, more, true);
            self.capacity_changed(index);
        }
    }

    /// Decrypts for the Inits of an allocation; `false` when KMS has turned some away. Those that got through count.
    fn decrypts_for_allocation(&mut self, index: u32, number: u32) -> bool {
        let place = self.pool_place(index) as u32;
        let pool = &mut self.pools[index as usize];
        if pool.decrypted.0 != number {
            pool.decrypted = (number, 0);
        }
        let Some(missing) = pool.capacity.missing(number) else { return true };
        for _ in pool.decrypted.1..missing {
            if self.decrypt(place).is_some() {
                return false;
            }
            self.pools[index as usize].decrypted.1 += 1;
        }
        true
    }

    /// The pool has the code of another place from now on: what is there leaves, and as much is allocated anew.
    pub(super) fn move_pool(&mut self, index: u32, place: u32) {
        let now = self.now;
        let (own, config) = (self.pool_place(index), self.held_form(place));
        let old_place = self.pools[index as usize].place;
        let state = &mut self.functions[own];
        state.fleet.retire_all(now, state.config);
        self.tell_pool_lapses(index, old_place);
        let state = &mut self.functions[own];
        state.former.push(state.config);
        state.config = config;
        let pool = &mut self.pools[index as usize];
        pool.former_places.push(old_place);
        pool.place = place;
        pool.surplus = 0;
        if let Some(rule) = pool.rule
            && let Change::ReadyAt { at, number } = pool.capacity.reallocate(now, rule)
        {
            self.schedule_if_seen(at, Rank::Timer, Event::PoolReady { pool: index, number });
        }
        self.capacity_changed(index);
    }

    /// Pools of a function whose configuration has changed: other capacities, other code.
    pub(super) fn reconfigure_pools(&mut self, function: u32, config: &'s Function, retired: bool) {
        for index in 0..self.pools.len() as u32 {
            let pool = &self.pools[index as usize];
            if pool.function != function {
                continue;
            }
            let rule = match pool.part.and_then(|part| self.parts.part(part)).map(|part| part.qualifier) {
                None => config.provisioned.as_ref(),
                Some(Qualifier::Version(_)) => continue,
                Some(Qualifier::Alias(alias)) => {
                    let alias: &'s Alias = &config.aliases[alias];
                    alias.provisioned.as_ref()
                }
            };
            let (before, place, part) = (pool.rule, pool.place, pool.part);
            if rule != before {
                self.pools[index as usize].rule = rule.or(before);
                self.request_capacity(index, rule.map_or(0, |rule| rule.capacity));
                self.pools[index as usize].rule = rule;
                self.track(index);
            }
            let leads_to = part.map_or(place, |alias| self.route_mut(alias).place);
            if leads_to != place || (retired && place == function) {
                self.move_pool(index, leads_to);
            }
        }
    }

    /// Target tracking and scheduled actions of the pool begin, and those of the rule before end.
    fn track(&mut self, index: u32) {
        let now = self.now;
        let pool = &mut self.pools[index as usize];
        pool.watch = pool.watch.wrapping_add(1);
        let watch = pool.watch;
        let Some(scaling) = pool.rule.and_then(|rule| rule.scaling.as_ref()) else {
            pool.tracking = None;
            return;
        };
        pool.tracking = Some(TargetTracking::new(scaling, now, pool.capacity.ready()));
        let minutes = now.nanos() / MINUTE.nanos() + 1;
        let first = SimTime::ZERO + MINUTE.saturating_mul(minutes);
        self.schedule_if_seen(first, Rank::Timer, Event::PoolMinute { pool: index, watch });
        for action in 0..scaling.schedule.len() as u16 {
            self.schedule_action(index, action, true);
        }
    }

    fn schedule_action(&mut self, pool: u32, action: u16, at_once: bool) {
        let watch = self.pools[pool as usize].watch;
        let rule = self.pools[pool as usize].rule.and_then(|rule| rule.scaling.as_ref());
        let Some(when) =
            rule.and_then(|rule| rule.schedule.get(usize::from(action))).map(|action| &action.when)
        else {
            return;
        };
        let next = match when {
            Recurrence::Every(interval) => Some(self.now + *interval),
            Recurrence::Cron(cron) => {
                let start = self.scenario.start_unix_s;
                let seconds = self.now.nanos() / 1_000_000_000 + u64::from(!at_once);
                let next = cron.next_at_or_after(start + seconds.cast_signed());
                next.map(|unix| SimTime::ZERO + SimDuration::from_secs((unix - start).unsigned_abs()))
            }
        };
        if let Some(next) = next {
            self.schedule_if_seen(next, Rank::Control, Event::PoolAction { pool, action, watch });
        }
    }

    /// A scheduled action moves the bounds of the pool.
    pub(super) fn pool_action(&mut self, index: u32, action: u16, watch: u16) {
        let pool = &mut self.pools[index as usize];
        if pool.watch != watch {
            return;
        }
        let rule = pool.rule.and_then(|rule| rule.scaling.as_ref());
        let Some(bounds) = rule.and_then(|rule| rule.schedule.get(usize::from(action))) else { return };
        let requested = pool.capacity.requested();
        let wanted =
            pool.tracking.as_mut().and_then(|tracking| tracking.bound(bounds.min, bounds.max, requested));
        if let Some(wanted) = wanted {
            self.request_capacity(index, wanted);
        }
        self.schedule_action(index, action, false);
    }

    /// A minute of utilisation is over.
    pub(super) fn pool_minute(&mut self, index: u32, watch: u16) {
        let now = self.now;
        let pool = &mut self.pools[index as usize];
        if pool.watch != watch {
            return;
        }
        let (requested, is_allocating) = (pool.capacity.requested(), pool.capacity.is_allocating());
        let Some(tracking) = &mut pool.tracking else { return };
        let wanted = tracking.minute_ends(now, requested, is_allocating);
        if let Some(wanted) = wanted {
            self.request_capacity(index, wanted);
        }
        self.schedule_if_seen(now + MINUTE, Rank::Timer, Event::PoolMinute { pool: index, watch });
    }

    fn meter_pool(&mut self, index: u32) {
        let now = self.now;
        let busy = self.functions[self.pool_place(index)].fleet.busy();
        let pool = &mut self.pools[index as usize];
        if let Some(tracking) = &mut pool.tracking {
            tracking.meter(now, busy, pool.capacity.ready());
        }
    }

    /// The request rate, the utilisation and the observers follow the capacity.
    fn capacity_changed(&mut self, index: u32) {
        let now = self.now;
        self.meter_pool(index);
        let factor = f64::from(self.scenario.platform.request_rate_factor);
        let pool = &mut self.pools[index as usize];
        pool.rate.resize(now, Some(f64::from(pool.capacity.ready()) * factor));
        self.tell_capacity(index, None);
    }

    /// How much there is, and what was refused.
    fn tell_capacity(&mut self, index: u32, refused: Option<u32>) {
        let config = self.functions[self.pool_place(index)].config;
        let pool = &self.pools[index as usize];
        let capacity = &pool.capacity;
        let (requested, ready, failed) = (capacity.requested(), capacity.ready(), capacity.is_failed());
        let fact = ProvisionedFact {
            function: pool.function,
            pool: index,
            part: pool.part,
            arch: config.arch,
            memory: config.memory,
            change: ProvisionedChange { requested, ready, failed },
            refused,
        };
        self.tell(Fact::Provisioned(fact));
    }

    /// Passes on what the pool's fleet has found out, for the place whose code the environments have.
    fn tell_pool_lapses(&mut self, index: u32, place: u32) {
        let own = self.pool_place(index);
        let Self { functions, observer, scenario, now, .. } = self;
        let state = &mut functions[own];
        let config = state.config;
        let FunctionState { gone, successors, makes_calls, fleet, .. } = state;
        let tariff = Tariff { provisioned: true, ..Tariff::of(config, &scenario.platform) };
        fleet.take_lapses(|lapse| {
            if let Lapse::Retired { environment, at, .. } = lapse
                && *makes_calls
            {
                gone.push((environment, at));
            }
            if let Lapse::Replacement { at, .. } = lapse
                && config.surroundings.key.is_some()
            {
                successors.push(at);
            }
            let consumption = match lapse {
                Lapse::Replacement { init, .. } | Lapse::Allocated { init, .. } => {
                    Consumption::of_init_at(init, config, &scenario.platform, tariff)
                }
                Lapse::IdlePeriodEnded { .. } | Lapse::Retired { .. } => Consumption::default(),
            };
            observer.observe(*now, &Fact::Lapse { function: place, arch: config.arch, consumption, lapse });
        });
        self.decrypt_for_successors(own as u32);
    }

    /// The run is over: what the pools' fleets have lived through.
    pub(super) fn finish_pools(&mut self, end: SimTime) {
        for index in 0..self.pools.len() as u32 {
            let place = self.pool_place(index);
            let state = &mut self.functions[place];
            state.fleet.finish(end, state.config);
            self.tell_pool_lapses(index, self.pools[index as usize].place);
            self.disconnect_gone(place as u32);
        }
    }

    /// Environments alive in pools, by the place whose code they have.
    pub(super) fn alive_in_pools(&self) -> Vec<u64> {
        let mut alive = vec![0; self.parts.places() as usize];
        for (index, pool) in self.pools.iter().enumerate() {
            for (generation, count) in
                self.functions[self.pool_place(index as u32)].fleet.alive_by_generation()
            {
                let place = pool.former_places.get(generation as usize).copied().unwrap_or(pool.place);
                alive[place as usize] += count;
            }
        }
        alive
    }

    /// Sets aside what is provisioned: within a reservation for the function, else out of the account's pool (S31).
    pub(super) fn carve(&mut self) {
        let mut carved = 0;
        for function in 0..self.parts.functions() {
            let own = self.pools.iter().filter(|pool| pool.function == function);
            let provisioned: u32 = own.map(|pool| pool.capacity.held()).sum();
            let state = &mut self.functions[function as usize];
            if let Some(reserved) = state.concurrency.reserved() {
                state.concurrency.set_aside(provisioned);
                carved += reserved;
            } else {
                state.concurrency.set_aside(0);
                carved += provisioned;
            }
        }
        self.account.resize(self.now, self.account_config, carved);
    }

    /// Whether the function's reservation, or the account less the hundred that stay unreserved, has room (S31).
    fn is_permitted(&self, index: u32, wanted: u32) -> bool {
        let pool = &self.pools[index as usize];
        if wanted <= pool.capacity.requested() {
            return true;
        }
        let more = wanted - pool.capacity.requested();
        let concurrency = &self.functions[pool.function as usize].concurrency;
        match (concurrency.reserved(), self.account.concurrency.unreserved_limit()) {
            (Some(reserved), _) => concurrency.is_set_aside() + more <= reserved,
            (None, Some(unreserved)) => more + self.scenario.platform.unreserved_minimum <= unreserved,
            (None, None) => true,
        }
    }
}
