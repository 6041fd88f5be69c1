//! The execution environments of one function: creation, choice, idleness, age, replacement (S10-S19).
//!
//! ## Idle environments have no timers, not one timer each
//! When an environment becomes idle, the end of that idle period is drawn. Nobody needs to know that it has left
//! before somebody looks: at the next request, at a change of configuration, at the end of the run. What happened
//! until then is told as [`Lapse`]s with the time at which it happened.

use std::collections::VecDeque;

use crate::engine::Arena;
use crate::random::{Entity, Purpose, Stream};
use crate::scenario::model::{ColdStart, EnvironmentChoice, FirstInvoke, Function, KeepAlive};
use crate::units::{SimDuration, SimTime};

use super::course::Preparation;
use super::cpu;
use super::lapse::Lapse;
use super::outcome::EnvironmentAfter;

/// An idle environment that takes a request.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub environment: u32,
    /// Order of creation within the function.
    pub serial: u64,
    /// Since when it was idle.
    pub idle_since: SimTime,
    /// What its invoke begins with.
    pub preparation: Preparation,
}

/// A new environment for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColdStartDraw {
    /// Phases of their own, then the handler.
    Phases(Preparation),
    /// The whole response, handler included (`cold_duration`).
    Whole(SimDuration),
}

#[derive(Debug)]
struct Environment<R> {
    /// Order of creation within the function.
    serial: u64,
    created: SimTime,
    age_limit: SimTime,
    /// Init as drawn at creation; a suppressed init takes the same time again (S15, S18).
    init: SimDuration,
    next_invoke: NextInvoke,
    /// Which code and configuration it has (S19).
    generation: u32,
    run: R,
}

/// What the next invoke in an environment begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NextInvoke {
    Warm,
    /// First invoke of a pre-initialised runtime.
    Fresh,
    /// After a reset.
    SuppressedInit,
}

#[derive(Clone, Copy, Debug)]
struct Idle {
    environment: u32,
    since: SimTime,
    until: SimTime,
    age_limit: SimTime,
}

impl Idle {
    /// Whether nothing has happened to it until `now`.
    #[inline(always)]
    fn lasts(&self, now: SimTime) -> bool {
        now < self.until && now < self.age_limit
    }
}

/// All environments of one function. `R` is what the caller keeps about the invocation that runs in one.
// In this order in memory: what every invocation touches shares lines of the cache (measured on W6: docs/performance.md).
#[repr(C)]
pub struct Fleet<R> {
    /// Idle ones, in the order of release: the most recently used at the back.
    idle: VecDeque<Idle>,
    environments: Arena<Environment<R>>,
    busy: u32,
    /// Changes of code or configuration so far.
    generation: u32,
    /// Last take or release, for the policies that watch the whole pool.
    last_use: SimTime,
    lapses: Vec<Lapse>,
    next_serial: u64,
    /// Environments created since the last change of code or configuration.
    starts: u64,
    /// Until when the pool has been halved since its last use (`aws-2020-pool`).
    halved_until: SimTime,
    makes_successors: bool,
    streams: LifeStreams,
}

struct LifeStreams {
    placement: Stream,
    init: Stream,
    init_extra: Stream,
    init_error: Stream,
    first_invoke: Stream,
    cold_response: Stream,
    keep_alive: Stream,
    early_end: Stream,
    maximum_age: Stream,
    replacement: Stream,
    choice: Stream,
    decryption: Stream,
}

impl<R: Copy> Fleet<R> {
    /// The empty fleet of the function called `name`.
    pub fn new(seed: u64, name: &str) -> Self {
        let entity = Entity::new(seed, name);
        let stream = |purpose| entity.stream(purpose);
        Self {
            environments: Arena::default(),
            idle: VecDeque::new(),
            busy: 0,
            generation: 0,
            next_serial: 0,
            starts: 0,
            last_use: SimTime::ZERO,
            halved_until: SimTime::ZERO,
            makes_successors: true,
            streams: LifeStreams {
                placement: stream(Purpose::Placement),
                init: stream(Purpose::Init),
                init_extra: stream(Purpose::InitExtra),
                init_error: stream(Purpose::InitError),
                first_invoke: stream(Purpose::FirstInvoke),
                cold_response: stream(Purpose::ColdResponse),
                keep_alive: stream(Purpose::KeepAlive),
                early_end: stream(Purpose::EarlyEnd),
                maximum_age: stream(Purpose::MaximumAge),
                replacement: stream(Purpose::ProactiveReplacement),
                choice: stream(Purpose::EnvironmentChoice),
                decryption: stream(Purpose::Decryption),
            },
            lapses: Vec::new(),
        }
    }

    /// As [`Self::new`], with environments numbered from `first` on.
    pub fn numbered_from(first: u64, seed: u64, name: &str) -> Self {
        Self { next_serial: first, ..Self::new(seed, name) }
    }

    /// An initialised environment joins the idle ones. `billed`: its Init belongs to this run.
    pub fn provision(&mut self, now: SimTime, function: &Function, billed: bool, run: R) {
        let init = self.draw_init(function);
        let serial = self.next_serial;
        let age_limit = self.draw_age_limit(now, function);
        let environment = self.environments.insert(Environment {
            serial,
            created: now,
            age_limit,
            init,
            next_invoke: NextInvoke::Fresh,
            generation: self.generation,
            run,
        });
        self.next_serial += 1;
        self.become_idle(environment, age_limit, now, function);
        let init = if billed { init } else { SimDuration::ZERO };
        self.lapses.push(Lapse::Allocated { environment: serial, at: now, init });
    }

    /// An environment that was taken could not do its Init again: it is idle, reset as it was.
    pub fn give_back(&mut self, taken: &Taken, now: SimTime, function: &Function) {
        self.lapses.push(Lapse::IdlePeriodEnded { since: taken.idle_since, until: now });
        self.release(taken.environment, now, EnvironmentAfter::Reset, function);
    }

    /// Whether an Init for a successor (S17) would get through.
    pub fn makes_successors(&self) -> bool {
        self.makes_successors
    }

    /// From now on it would, or not.
    pub fn make_successors(&mut self, would: bool) {
        self.makes_successors = would;
    }

    /// So many idle environments leave, least recently used first, as far as there are any; returns how many have left.
    pub fn withdraw(&mut self, now: SimTime, count: u32) -> u32 {
        for gone in 0..count {
            let Some(idle) = self.idle.pop_front() else { return gone };
            self.leave(idle, now);
        }
        count
    }

    /// Environments that exist, by the changes of code or configuration before their creation.
    pub fn alive_by_generation(&self) -> std::collections::BTreeMap<u32, u64> {
        let mut alive = std::collections::BTreeMap::new();
        for (_, place) in self.environments.iter() {
            *alive.entry(place.generation).or_default() += 1;
        }
        alive
    }

    /// Takes an idle environment for a request, if there is one (S12).
    pub fn take(&mut self, now: SimTime, function: &Function, choice: EnvironmentChoice) -> Option<Taken> {
        if choice == EnvironmentChoice::MostRecentlyUsed
            && let Some(taken) = self.take_most_recent(now, function)
        {
            return Some(taken);
        }
        self.take_otherwise(now, function, choice)
    }

    /// The most recently used idle environment, unless it may have left: then [`Self::take`] finds out.
    #[inline(always)]
    pub fn take_most_recent(&mut self, now: SimTime, function: &Function) -> Option<Taken> {
        self.apply_pool_policy(now, function);
        self.last_use = now;
        let idle = *self.idle.back()?;
        if !idle.lasts(now) {
            return None;
        }
        self.idle.pop_back();
        self.busy += 1;
        Some(self.begin_invoke(idle, function))
    }

    /// Another choice, or the most recently used one may have left.
    #[inline(never)]
    fn take_otherwise(
        &mut self,
        now: SimTime,
        function: &Function,
        choice: EnvironmentChoice,
    ) -> Option<Taken> {
        self.apply_pool_policy(now, function);
        self.last_use = now;
        while let Some(candidate) = self.pick(choice) {
            let Some(idle) = self.settle(candidate, now, function) else { continue };
            self.busy += 1;
            return Some(self.begin_invoke(idle, function));
        }
        None
    }

    /// Creates an environment for a request that found none idle. `given_init` replaces the drawn Init.
    pub fn create(
        &mut self,
        now: SimTime,
        function: &Function,
        given_init: Option<SimDuration>,
        run: R,
    ) -> (u32, ColdStartDraw) {
        let draw = self.draw_cold_start(function, given_init);
        let init = match draw {
            ColdStartDraw::Phases(Preparation::Cold { init, .. }) => init,
            ColdStartDraw::Phases(_) | ColdStartDraw::Whole(_) => SimDuration::ZERO,
        };
        let environment = Environment {
            serial: self.next_serial,
            created: now,
            age_limit: self.draw_age_limit(now, function),
            init,
            next_invoke: NextInvoke::Warm,
            generation: self.generation,
            run,
        };
        self.next_serial += 1;
        self.busy += 1;
        (self.environments.insert(environment), draw)
    }

    /// The invocation in `environment` ended at `now`.
    #[inline(always)]
    pub fn release(&mut self, environment: u32, now: SimTime, after: EnvironmentAfter, function: &Function) {
        self.apply_pool_policy(now, function);
        self.busy -= 1;
        self.last_use = now;
        let place = self.environments.at_mut(environment);
        match after {
            EnvironmentAfter::Warm => place.next_invoke = NextInvoke::Warm,
            EnvironmentAfter::Reset => place.next_invoke = NextInvoke::SuppressedInit,
            EnvironmentAfter::Destroyed => return self.retire(environment, now),
        }
        let mut age_limit = place.age_limit;
        if place.generation != self.generation {
            return self.retire(environment, now);
        }
        if age_limit <= now {
            if !self.replace(environment, now, function) {
                return self.retire(environment, now);
            }
            age_limit = self.environments.at(environment).age_limit;
        }
        self.become_idle(environment, age_limit, now, function);
    }

    /// Code or configuration changed: idle environments leave now, busy ones when they end (S19).
    pub fn retire_all(&mut self, now: SimTime, function: &Function) {
        self.catch_up(now, function);
        while let Some(idle) = self.idle.pop_front() {
            self.leave(idle, now);
        }
        self.generation += 1;
        self.starts = 0;
    }

    /// Lives through the idle time until `now` by the rules of `function`, which are about to change.
    pub fn catch_up(&mut self, now: SimTime, function: &Function) {
        self.apply_pool_policy(now, function);
        self.settle_all(now, function);
    }

    /// Changes of code or configuration before `environment` was created.
    #[inline]
    pub fn generation(&self, environment: u32) -> u32 {
        self.environments.at(environment).generation
    }

    /// Whether `environment`, which has just finished an invocation, may take another request (S17, S19).
    pub fn takes_requests(&self, environment: u32, now: SimTime) -> bool {
        let place = self.environments.at(environment);
        place.generation == self.generation && now < place.age_limit
    }

    /// Tells everything that happened until `end`; idle periods that go on are told as far as they got.
    pub fn finish(&mut self, end: SimTime, function: &Function) {
        self.catch_up(end, function);
        for idle in &self.idle {
            self.lapses.push(Lapse::IdlePeriodEnded { since: idle.since, until: end });
        }
    }

    /// Whether anything has happened since [`Self::take_lapses`] was called last.
    #[inline]
    pub fn has_lapses(&self) -> bool {
        !self.lapses.is_empty()
    }

    /// What has happened since the last call, in the order in which it was found out.
    #[inline]
    pub fn take_lapses(&mut self, mut tell: impl FnMut(Lapse)) {
        for lapse in self.lapses.drain(..) {
            tell(lapse);
        }
    }

    /// What the caller keeps about the invocation in `environment`.
    #[inline(always)]
    pub fn run(&self, environment: u32) -> &R {
        &self.environments.at(environment).run
    }

    /// The invocation in `environment` is about to end: what the caller keeps about it (to be changed), the order of the
    /// environment's creation, and the changes of code or configuration before it.
    #[inline(always)]
    pub fn ending(&mut self, environment: u32) -> (&mut R, u64, u32) {
        let place = self.environments.at_mut(environment);
        (&mut place.run, place.serial, place.generation)
    }

    /// What the caller keeps about the invocation in `environment`, to be changed.
    #[inline(always)]
    pub fn run_mut(&mut self, environment: u32) -> &mut R {
        &mut self.environments.at_mut(environment).run
    }

    /// Replaces what the caller keeps about the invocation in `environment`.
    #[inline(always)]
    pub fn set_run(&mut self, environment: u32, run: R) {
        self.environments.at_mut(environment).run = run;
    }

    /// Order of creation of `environment` within the function, from 0.
    #[inline]
    pub fn serial(&self, environment: u32) -> u64 {
        self.environments.at(environment).serial
    }

    /// Length of the Init of `environment`.
    pub fn init(&self, environment: u32) -> SimDuration {
        self.environments.at(environment).init
    }

    /// Environments that initialise or run.
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// Environments that are idle, as far as anybody has looked.
    pub fn idle(&self) -> usize {
        self.idle.len()
    }

    /// Environments that exist, as far as anybody has looked.
    pub fn alive(&self) -> u64 {
        self.environments.len() as u64
    }

    /// What the invocations that run now are about.
    pub fn running(&self) -> impl Iterator<Item = &R> {
        let idle: std::collections::BTreeSet<u32> = self.idle.iter().map(|idle| idle.environment).collect();
        self.environments.iter().filter(move |(index, _)| !idle.contains(index)).map(|(_, place)| &place.run)
    }

    fn pick(&mut self, choice: EnvironmentChoice) -> Option<Idle> {
        match choice {
            EnvironmentChoice::MostRecentlyUsed => self.idle.pop_back(),
            EnvironmentChoice::LeastRecentlyUsed => self.idle.pop_front(),
            EnvironmentChoice::Newest => {
                let newest = (0..self.idle.len())
                    .max_by_key(|&place| self.environments.at(self.idle[place].environment).serial)?;
                self.idle.remove(newest)
            }
            EnvironmentChoice::Random => {
                if self.idle.is_empty() {
                    return None;
                }
                let place = (self.streams.choice.uniform() * self.idle.len() as f64) as usize;
                self.idle.remove(place)
            }
        }
    }

    #[inline(always)]
    fn begin_invoke(&mut self, idle: Idle, function: &Function) -> Taken {
        let place = self.environments.at(idle.environment);
        let serial = place.serial;
        let preparation = match place.next_invoke {
            NextInvoke::Warm => Preparation::Warm { first_invoke: SimDuration::ZERO },
            NextInvoke::Fresh => Preparation::Warm { first_invoke: self.draw_first_invoke(function) },
            NextInvoke::SuppressedInit => {
                let init = place.init;
                Preparation::SuppressedInit { init, first_invoke: self.draw_first_invoke(function) }
            }
        };
        Taken { environment: idle.environment, serial, idle_since: idle.since, preparation }
    }

    #[inline(always)]
    fn become_idle(&mut self, environment: u32, age_limit: SimTime, now: SimTime, function: &Function) {
        let until = now + self.draw_idle_period(function);
        self.idle.push_back(Idle { environment, since: now, until, age_limit });
    }

    /// Lives through the idle time of one environment until `now`; `None` if it has left.
    fn settle(&mut self, idle: Idle, now: SimTime, function: &Function) -> Option<Idle> {
        if idle.lasts(now) { Some(idle) } else { self.live_through(idle, now, function) }
    }

    fn live_through(&mut self, mut idle: Idle, now: SimTime, function: &Function) -> Option<Idle> {
        while idle.age_limit < idle.until && idle.age_limit <= now {
            let at = idle.age_limit;
            if !self.replace(idle.environment, at, function) {
                self.leave(idle, at);
                return None;
            }
            idle.age_limit = self.environments.at(idle.environment).age_limit;
        }
        if idle.until <= now {
            self.leave(idle, idle.until);
            return None;
        }
        Some(idle)
    }

    fn settle_all(&mut self, now: SimTime, function: &Function) {
        for _ in 0..self.idle.len() {
            let Some(candidate) = self.idle.pop_front() else { return };
            if let Some(idle) = self.settle(candidate, now, function) {
                self.idle.push_back(idle);
            }
        }
    }

    /// The policies that watch the whole pool and not each environment (`aws-2020-pool`, `aws-2020-logs`).
    #[inline(always)]
    fn apply_pool_policy(&mut self, now: SimTime, function: &Function) {
        if !matches!(function.keep_alive, KeepAlive::Fixed(_) | KeepAlive::IdlePeriod(_) | KeepAlive::Never) {
            self.watch_pool(now, function);
        }
    }

    #[inline(never)]
    fn watch_pool(&mut self, now: SimTime, function: &Function) {
        match function.keep_alive {
            KeepAlive::Fixed(_) | KeepAlive::IdlePeriod(_) | KeepAlive::Never => {}
            KeepAlive::PoolHalving { period } => self.halve_until(now, period, function),
            KeepAlive::FunctionIdle { function_idle, .. } => {
                let leaves = self.last_use + function_idle;
                if self.busy == 0 && leaves <= now {
                    self.settle_all(leaves, function);
                    while let Some(idle) = self.idle.pop_front() {
                        self.leave(idle, leaves);
                    }
                }
            }
        }
    }

    fn halve_until(&mut self, now: SimTime, period: SimDuration, function: &Function) {
        let mut at = self.halved_until.max(self.last_use) + period;
        while at <= now && !self.idle.is_empty() {
            self.settle_all(at, function);
            for _ in 0..(self.idle.len() / 2).max(1) {
                if let Some(idle) = self.idle.pop_front() {
                    self.leave(idle, at);
                }
            }
            self.halved_until = at;
            at += period;
        }
    }

    fn leave(&mut self, idle: Idle, at: SimTime) {
        self.lapses.push(Lapse::IdlePeriodEnded { since: idle.since, until: at });
        self.retire(idle.environment, at);
    }

    fn retire(&mut self, environment: u32, at: SimTime) {
        let gone = self.environments.remove(environment);
        self.lapses.push(Lapse::Retired { environment: gone.serial, created: gone.created, at });
    }

    /// An environment has reached its age: whether a successor takes its place (S17).
    fn replace(&mut self, environment: u32, at: SimTime, function: &Function) -> bool {
        let share = function.proactive_replacement;
        let replaced = share >= 1.0 || (share > 0.0 && self.streams.replacement.uniform() < share);
        if !replaced || !self.makes_successors {
            return false;
        }
        let init = self.draw_init(function);
        let age_limit = self.draw_age_limit(at, function);
        let serial = self.next_serial;
        self.next_serial += 1;
        let place = self.environments.at_mut(environment);
        self.lapses.push(Lapse::Retired { environment: place.serial, created: place.created, at });
        self.lapses.push(Lapse::Replacement { environment: serial, at, init });
        (place.serial, place.created, place.age_limit, place.init) = (serial, at, age_limit, init);
        place.next_invoke = NextInvoke::Fresh;
        true
    }

    /// An Init that no request waits for.
    fn draw_init(&mut self, function: &Function) -> SimDuration {
        match &function.cold_start {
            ColdStart::Phases { init, init_extra, .. } => {
                let mut length = span(init.sample(&mut self.streams.init));
                if let Some(extra) = init_extra {
                    length += span(extra.sample(&mut self.streams.init_extra));
                }
                self.settled_length(length, function)
            }
            ColdStart::Whole(_) => SimDuration::ZERO,
        }
    }

    /// What is drawn, and what the environment adds to it: downloads, a key and a fresh image to an Init, a cache that is not warm
    /// yet to a restore.
    fn settled_length(&mut self, drawn: SimDuration, function: &Function) -> SimDuration {
        self.starts += 1;
        match &function.snapstart {
            None => drawn + download_time(function) + self.surrounding_init(function),
            Some(snapstart) => span(drawn.nanos() as f64 * snapstart.cache.factor(self.starts)),
        }
    }

    fn draw_cold_start(&mut self, function: &Function, given_init: Option<SimDuration>) -> ColdStartDraw {
        let streams = &mut self.streams;
        match &function.cold_start {
            ColdStart::Whole(response) => {
                ColdStartDraw::Whole(span(response.sample(&mut streams.cold_response)))
            }
            ColdStart::Phases { placement, init, init_extra, .. } => {
                let placement = span(placement.sample(&mut streams.placement));
                let mut length = span(init.sample(&mut streams.init));
                if let Some(extra) = init_extra {
                    length += span(extra.sample(&mut streams.init_extra));
                }
                let share = function.init_errors;
                let fails = share > 0.0 && streams.init_error.uniform() < share;
                let first_invoke = self.draw_first_invoke(function);
                let length = self.settled_length(length, function);
                let init = given_init.unwrap_or(length);
                let placement = placement + attach_time(function);
                ColdStartDraw::Phases(Preparation::Cold { placement, init, first_invoke, fails })
            }
        }
    }

    /// What a key and a fresh image add to an Init (S27, S68).
    fn surrounding_init(&mut self, function: &Function) -> SimDuration {
        let mut extra = SimDuration::ZERO;
        if let Some(key) = &function.surroundings.key {
            extra += span(key.latency.sample(&mut self.streams.decryption));
        }
        if let Some(cold) =
            function.surroundings.cold_image.filter(|cold| self.starts <= u64::from(cold.starts))
        {
            extra += cold.extra;
        }
        extra
    }

    fn draw_first_invoke(&mut self, function: &Function) -> SimDuration {
        match &function.cold_start {
            ColdStart::Phases { first_invoke, .. } => match first_invoke {
                FirstInvoke::Nothing => SimDuration::ZERO,
                FirstInvoke::Fixed(extra) => span(extra.sample(&mut self.streams.first_invoke)),
                FirstInvoke::CpuWork(work) => cpu::elapsed(
                    SimDuration::from_nanos(*work as u64),
                    function.memory,
                    1,
                    function.cpu_model,
                ),
            },
            ColdStart::Whole(_) => SimDuration::ZERO,
        }
    }

    fn draw_age_limit(&mut self, born: SimTime, function: &Function) -> SimTime {
        match &function.maximum_age {
            Some(age) => born + span(age.sample(&mut self.streams.maximum_age)),
            None => SimTime::MAX,
        }
    }

    #[inline(always)]
    fn draw_idle_period(&mut self, function: &Function) -> SimDuration {
        let period = match &function.keep_alive {
            KeepAlive::Fixed(length) => *length,
            KeepAlive::IdlePeriod(length) => span(length.sample(&mut self.streams.keep_alive)),
            KeepAlive::Never | KeepAlive::PoolHalving { .. } => SimDuration::MAX,
            KeepAlive::FunctionIdle { environment_idle, .. } => *environment_idle,
        };
        if function.early_end == 0.0 {
            return period;
        }
        let u = self.streams.early_end.uniform();
        if u < function.early_end { span(period.nanos() as f64 * (u / function.early_end)) } else { period }
    }
}

/// What attaching a network interface adds before every Init (S28).
fn attach_time(function: &Function) -> SimDuration {
    function.surroundings.vpc.as_ref().map_or(SimDuration::ZERO, |vpc| vpc.attach)
}

/// What every Init spends on filling `/tmp`.
fn download_time(function: &Function) -> SimDuration {
    function.tmp.map_or(SimDuration::ZERO, |files| files.download_time)
}

/// [`SimDuration::from_drawn`], which nearly every draw here goes through.
#[inline(always)]
pub(super) fn span(nanos: f64) -> SimDuration {
    SimDuration::from_drawn(nanos)
}
