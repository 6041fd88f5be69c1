//! The phases of an invocation, its end, its bill, and its environment afterwards.

use crate::lambda::course::{self, Course, HandlerRun, Preparation};
use crate::lambda::cpu;
use crate::lambda::facts::Ended;
use crate::lambda::outcome::{EnvironmentAfter, Outcome};
use crate::observe::narrator::Afterwards;
use crate::platform::{InitBilling, PackageType};
use crate::report::figures::{decimal, thousands};
use crate::scenario::model::{
    ColdStart, FirstInvoke, Function, Handler, Scenario, SnapStart, SnapStartCache,
};
use crate::units::{SimDuration, SimTime};

use super::paper::{Paper, Step};
use super::words::{self, clock, environment, span};

/// A run of the handler whose course is known.
pub(super) struct Phases<'a> {
    pub scenario: &'a Scenario,
    pub function: &'a Function,
    /// When it was admitted.
    pub at: SimTime,
    pub preparation: Preparation,
    pub handler: HandlerRun,
    /// An environment was created for it.
    pub cold: bool,
    /// A free environment took it while it waited (S11 off).
    pub taken_over: bool,
}

impl Phases<'_> {
    fn course(&self) -> Course {
        course::course(self.preparation, self.handler, self.function, self.scenario)
    }

    /// One step for each phase that takes time.
    pub(super) fn tell(&self, paper: &mut Paper) {
        let course = self.course();
        let mut at = self.at;
        if course.placement > SimDuration::ZERO {
            let text = format!(
                "Placement and code fetch: {}. The caller waits; it is not part of Init Duration and not billed.",
                span(course.placement)
            );
            paper.write(Step::new(at, text).rules(&["S13", "S14"]));
            at += course.placement;
        }
        if let Preparation::Cold { init, fails, .. } = self.preparation {
            paper.write(self.init(at, init, &course, fails));
            at += course.init;
        }
        if course.suppressed_init > SimDuration::ZERO {
            paper.write(self.suppressed(at, &course));
            at += course.suppressed_init;
        }
        if course.outcome == Outcome::InitFailed {
            return;
        }
        let first_invoke = self.first_invoke();
        if first_invoke > SimDuration::ZERO {
            let text = format!(
                "The first invoke in a fresh runtime takes {} more than later ones{}.",
                span(first_invoke),
                match &self.function.cold_start {
                    ColdStart::Phases { first_invoke: FirstInvoke::CpuWork(_), .. } =>
                        format!(" (CPU work, which {} MB stretch)", self.function.memory.mb()),
                    ColdStart::Phases { .. } | ColdStart::Whole(_) => String::new(),
                }
            );
            paper.write(Step::new(at, text).rules(&["S14"]));
            at += first_invoke;
        }
        paper.write(self.handler(at, &course, first_invoke));
    }

    /// When its handler can begin.
    pub(super) fn ready(&self) -> SimTime {
        let course = self.course();
        self.at + course.placement + course.init
    }

    fn first_invoke(&self) -> SimDuration {
        match self.preparation {
            Preparation::Warm { first_invoke }
            | Preparation::SuppressedInit { first_invoke, .. }
            | Preparation::Cold { first_invoke, .. } => first_invoke,
        }
    }

    fn init(&self, at: SimTime, wanted: SimDuration, course: &Course, fails: bool) -> Step {
        let limit = self.scenario.platform.init_limit;
        if let Some(snapstart) = &self.function.snapstart {
            return restore(at, wanted, limit, snapstart);
        }
        if wanted > limit {
            let text = format!(
                "Init wants {}, but the limit of the Init phase is {}: it is cut there, and done again inside the \
                 first invoke, under the function timeout of {}.",
                span(wanted),
                span(limit),
                span(self.function.timeout)
            );
            return Step::new(at, text).rules(&["S13", "S15"]);
        }
        if course.init == SimDuration::ZERO {
            return Step::new(at, "Init takes no time here.").rules(&["S13"]);
        }
        let alone = course.placement == SimDuration::ZERO;
        let billed = match self.scenario.platform.init_billing {
            InitBilling::ExceptManagedZip
                if self.function.managed_runtime && self.function.package == PackageType::Zip =>
            {
                "not billed for zip packages on managed runtimes on this platform"
            }
            InitBilling::All | InitBilling::ExceptManagedZip => "billed",
        };
        let failing = if fails { " It fails, and is tried again inside the invoke." } else { "" };
        let whole =
            if alone { " Nothing comes before it: `init:` states the whole cold-start delay." } else { "" };
        let text = format!(
            "Init: {}, {billed}. Extensions, the runtime and the code outside the handler start.{whole}{failing}",
            span(course.init)
        );
        Step::new(at, text).rules(if alone { &["S13", "S13a", "S60"] } else { &["S13", "S14", "S60"] })
    }

    fn suppressed(&self, at: SimTime, course: &Course) -> Step {
        let length = span(course.suppressed_init);
        match self.preparation {
            Preparation::SuppressedInit { .. } if self.function.snapstart.is_some() => Step::new(
                at,
                format!(
                    "The environment was reset after its last invocation, so its snapshot is restored again, inside the invoke: \
                     {length}, part of Duration."
                ),
            )
            .rules(&["S18", "S26"]),
            Preparation::SuppressedInit { .. } => Step::new(
                at,
                format!(
                    "The environment was reset after its last invocation, so its init runs again, inside the invoke: \
                     {length}, part of Duration."
                ),
            )
            .rules(&["S18", "S15"]),
            Preparation::Cold { fails: true, .. } => {
                Step::new(at, format!("Init runs again inside the invoke, {length}, and fails again."))
                    .rules(&["S15"])
            }
            Preparation::Cold { .. } | Preparation::Warm { .. } => {
                Step::new(at, format!("Init runs again inside the invoke: {length}, part of Duration."))
                    .rules(&["S15"])
            }
        }
    }

    fn handler(&self, at: SimTime, course: &Course, first_invoke: SimDuration) -> Step {
        let before = course.suppressed_init + first_invoke;
        let runs = course.duration.saturating_sub(before);
        let whole = self.cold && matches!(self.function.cold_start, ColdStart::Whole(_)) && !self.taken_over;
        let subject = if whole { "Init and handler together (`cold_duration:`)" } else { "The handler" };
        let ending = match course.outcome {
            Outcome::Succeeded => format!("{subject} runs for {}.", span(runs)),
            Outcome::TimedOut => format!(
                "{subject} would run for {}, but the function timeout of {} ends the invocation after {}.",
                span(self.handler.duration),
                span(self.function.timeout),
                span(runs)
            ),
            Outcome::OutOfMemory => format!(
                "{subject} needs more than {} MB and is killed after {}, half of its time.",
                self.function.memory.mb(),
                span(runs)
            ),
            Outcome::RuntimeExit => format!("{subject} runs for {}, then the runtime exits.", span(runs)),
            Outcome::HandlerError => format!("{subject} runs for {} and raises an exception.", span(runs)),
            Outcome::ResponseTooLarge => {
                format!("{subject} runs for {}; its response is larger than a caller may get.", span(runs))
            }
            Outcome::StorageFull => {
                format!("{subject} runs for {}, but /tmp has no room left for what it writes.", span(runs))
            }
            Outcome::InitFailed => "The handler never runs.".to_owned(),
        };
        let (works, mut rules) = self.work();
        if course.outcome != Outcome::Succeeded {
            rules.push("S58");
        }
        if course.outcome == Outcome::StorageFull {
            rules.push("S18a");
        }
        Step::new(at, format!("{ending}{works}")).rules(&rules)
    }

    fn work(&self) -> (String, Vec<&'static str>) {
        match &self.function.handler {
            Handler::Duration(_) => (String::new(), vec!["S13"]),
            Handler::Work { .. } => {
                let memory = self.function.memory.mb();
                let share = f64::from(memory) / cpu::MB_PER_VCPU as f64;
                let text = format!(
                    " {memory} MB are {memory}/{} = {} vCPU for its CPU work; waiting takes no CPU.",
                    cpu::MB_PER_VCPU,
                    decimal(share, 3)
                );
                (text, vec!["S20", "S21"])
            }
        }
    }
}

/// The restore of a snapshot, which would take `wanted`.
fn restore(at: SimTime, wanted: SimDuration, limit: SimDuration, snapstart: &SnapStart) -> Step {
    let cache = match snapstart.cache {
        SnapStartCache::Warming => " The first restores of a version take longer, until its cache is warm.",
        SnapStartCache::Cold => " Every restore is from a cold cache here.",
        SnapStartCache::Warm => " Every restore is from a warm cache here.",
    };
    let text = if wanted > limit {
        format!(
            "Restore of the version's snapshot wants {}, but its limit is {}: SnapStartTimeoutException.",
            span(wanted),
            span(limit)
        )
    } else {
        format!(
            "Restore: {}, billed. The version's snapshot, made after Init when it was published, is resumed in place of an \
             Init.{cache}",
            span(wanted)
        )
    };
    Step::new(at, text).rules(&["S13", "S26", "S66"])
}

/// The end of an invocation and its bill.
pub(super) fn ended(scenario: &Scenario, at: SimTime, ended: &Ended) -> Step {
    let course = &ended.course;
    let outcome = match course.outcome {
        Outcome::Succeeded => "The invocation ends: success.".to_owned(),
        other => format!(
            "The invocation ends: {}, error type {}.",
            described(other),
            other.error_type().unwrap_or("none")
        ),
    };
    let granularity = scenario.platform.billing_granularity;
    let total = ended.billed.handler_ms + ended.billed.init_ms;
    let sum = if ended.restored {
        format!("⌈Restore {}⌉ + ⌈Duration {}⌉", span(course.init), span(course.duration))
    } else if course.init == SimDuration::ZERO || ended.billed.init_ms == 0 {
        format!("⌈{}⌉", span(course.duration))
    } else {
        format!("⌈Init {} + Duration {}⌉", span(course.init), span(course.duration))
    };
    let up = if granularity == SimDuration::from_millis(1) {
        String::new()
    } else {
        format!(" (rounded up to multiples of {})", span(granularity))
    };
    let price = words::price(scenario, ended);
    let text =
        format!("{outcome} Billed: {sum} = {} ms{up}. {price} (first tier, no free tier).", thousands(total));
    Step::new(at, text).rules(&["S60", "S62"])
}

pub(super) fn described(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "success",
        Outcome::HandlerError => "the handler raised an exception",
        Outcome::ResponseTooLarge => "the response is too large",
        Outcome::RuntimeExit => "the runtime exited",
        Outcome::TimedOut => "the function timeout",
        Outcome::OutOfMemory => "killed for memory",
        Outcome::InitFailed => "Init failed",
        Outcome::StorageFull => "/tmp was full (error 28)",
    }
}

/// What becomes of the environment.
pub(super) fn environment_after(
    at: SimTime,
    ended: &Ended,
    afterwards: Option<Afterwards>,
    is_over: bool,
) -> Step {
    let name = environment(ended.environment);
    let (state, rules): (_, &[&'static str]) = match ended.course.outcome.environment_after() {
        EnvironmentAfter::Warm => (format!("{} is idle and warm.", capital(&name)), &["S16"]),
        EnvironmentAfter::Reset => (
            format!(
                "{} is reset: what it had in memory is lost, /tmp is kept, and its next invoke pays a suppressed init.",
                capital(&name)
            ),
            &["S18"],
        ),
        EnvironmentAfter::Destroyed => {
            return Step::new(at, format!("{} is destroyed.", capital(&name))).rules(&["S15"]);
        }
    };
    let then = match afterwards {
        Some(Afterwards::Serves { next, at: later }) if next.number == ended.request.number => {
            format!(" It is there for the next attempt of this very request, at {}.", clock(later))
        }
        Some(Afterwards::Serves { next, at: later }) => format!(
            " It serves request {} next, at {}, after {} of idleness.",
            next.number,
            clock(later),
            span(later.since(at))
        ),
        Some(Afterwards::Leaves { at: later, .. }) if later == at => {
            " It leaves at once: too old, or replaced.".to_owned()
        }
        Some(Afterwards::Leaves { at: later, replaced }) => format!(
            " Nobody needs it: it leaves at {}, after {}{}.",
            clock(later),
            span(later.since(at)),
            if replaced { ", replaced by a fresh one because of its age" } else { " of idleness" }
        ),
        None if is_over => " It is still there when the run ends.".to_owned(),
        None => String::new(),
    };
    Step::new(at, format!("{state}{then}")).rules(rules)
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
