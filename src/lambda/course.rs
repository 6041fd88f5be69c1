//! The course of an invocation: everything that will happen to it, known the moment it is admitted.

use crate::scenario::model::{Function, Scenario, SuppressedInit};
use crate::units::{Memory, SimDuration};

use super::cpu::MB_PER_VCPU;
use super::outcome::Outcome;

/// What runs before the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// A warm environment.
    Warm {
        /// Extra of the first invoke of a pre-initialised runtime; zero otherwise.
        first_invoke: SimDuration,
    },
    /// A warm environment that was reset: its init runs inside the invoke (S18).
    SuppressedInit {
        /// Length of the init, as it was drawn when the environment was created.
        init: SimDuration,
        /// Extra of the first invoke of a fresh runtime.
        first_invoke: SimDuration,
    },
    /// A new environment (S13).
    Cold {
        /// Placement and code fetch.
        placement: SimDuration,
        /// Init.
        init: SimDuration,
        /// Extra of the first invoke.
        first_invoke: SimDuration,
        /// The Init fails.
        fails: bool,
    },
}

/// What the handler does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent draws of S58, and two limits")]
pub struct HandlerRun {
    /// Time the handler takes when nothing stops it.
    pub duration: SimDuration,
    /// It raises an exception at its end.
    pub raises: bool,
    /// Its runtime exits at its end.
    pub exits: bool,
    /// It needs more memory than there is.
    pub exceeds_memory: bool,
    /// Its response is larger than the caller may get.
    pub response_too_large: bool,
    /// What it writes does not fit into `/tmp`.
    pub storage_full: bool,
}

impl HandlerRun {
    /// A handler that returns what it should after `duration`.
    #[inline(always)]
    pub fn undisturbed(duration: SimDuration) -> Self {
        Self {
            duration,
            raises: false,
            exits: false,
            exceeds_memory: false,
            response_too_large: false,
            storage_full: false,
        }
    }
}

/// All phases and the end of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// Placement and code fetch; the caller waits, nothing is billed.
    pub placement: SimDuration,
    /// Init phase, at most the platform's limit (S15).
    pub init: SimDuration,
    /// Init that ran inside the invoke; part of `duration`.
    pub suppressed_init: SimDuration,
    /// Invoke phase: what AWS reports as Duration.
    pub duration: SimDuration,
    /// How it ends.
    pub outcome: Outcome,
}

impl Course {
    /// From admission to the end.
    pub fn total(&self) -> SimDuration {
        self.placement + self.init + self.duration
    }
}

/// Works out the course of an invocation of `function`.
#[inline(always)]
pub fn course(preparation: Preparation, run: HandlerRun, function: &Function, scenario: &Scenario) -> Course {
    match preparation {
        Preparation::Warm { first_invoke } => ended_by(function, first_invoke, handler_end(run)),
        prepared => course_with_init(prepared, run, function, scenario),
    }
}

fn course_with_init(
    preparation: Preparation,
    run: HandlerRun,
    function: &Function,
    scenario: &Scenario,
) -> Course {
    let profile = &scenario.platform;
    let (placement, init, inner_init, first_invoke, init_fails) = match preparation {
        Preparation::Warm { first_invoke } => {
            (SimDuration::ZERO, SimDuration::ZERO, None, first_invoke, false)
        }
        Preparation::SuppressedInit { init, first_invoke } => {
            (SimDuration::ZERO, SimDuration::ZERO, Some(init), first_invoke, false)
        }
        Preparation::Cold { placement, init, first_invoke, fails } => {
            let cut = init.min(profile.init_limit);
            let late = init > profile.init_limit;
            // A restore that is too long is an error at once (SnapStartTimeoutException); an Init is done again.
            let is_restore = function.snapstart.is_some();
            let again = (fails || (late && !is_restore)).then_some(init);
            (placement, cut, again, first_invoke, fails || (late && is_restore))
        }
    };
    let scale = suppressed_scale(scenario.assumptions.suppressed_init, function.memory);
    let suppressed = inner_init.map_or(SimDuration::ZERO, |again| stretch(again, scale));
    let ended = if init_fails {
        ended_by(function, suppressed, (SimDuration::ZERO, Outcome::InitFailed))
    } else {
        ended_by(function, suppressed + first_invoke, handler_end(run))
    };
    Course { placement, init, suppressed_init: suppressed.min(function.timeout), ..ended }
}

/// An invoke phase of `before` and the handler, unless the timeout ends it.
#[inline(always)]
fn ended_by(function: &Function, before: SimDuration, (handler, outcome): (SimDuration, Outcome)) -> Course {
    let wanted = before + handler;
    Course {
        placement: SimDuration::ZERO,
        init: SimDuration::ZERO,
        suppressed_init: SimDuration::ZERO,
        duration: wanted.min(function.timeout),
        outcome: if wanted > function.timeout { Outcome::TimedOut } else { outcome },
    }
}

/// When and how the handler itself ends, if the timeout lets it (S58).
#[inline(always)]
fn handler_end(run: HandlerRun) -> (SimDuration, Outcome) {
    if run.exceeds_memory {
        (run.duration.half(), Outcome::OutOfMemory)
    } else if run.exits {
        (run.duration, Outcome::RuntimeExit)
    } else if run.storage_full {
        (run.duration, Outcome::StorageFull)
    } else if run.raises {
        (run.duration, Outcome::HandlerError)
    } else if run.response_too_large {
        (run.duration, Outcome::ResponseTooLarge)
    } else {
        (run.duration, Outcome::Succeeded)
    }
}

/// What stretches an init that runs inside the invoke, with `memory` (S15).
fn suppressed_scale(switch: SuppressedInit, memory: Memory) -> f64 {
    match switch {
        SuppressedInit::Same => 1.0,
        SuppressedInit::CpuShare => (MB_PER_VCPU as f64 / f64::from(memory.mb())).max(1.0),
    }
}

fn stretch(span: SimDuration, scale: f64) -> SimDuration {
    if scale == 1.0 { span } else { SimDuration::from_nanos((span.nanos() as f64 * scale).round() as u64) }
}
