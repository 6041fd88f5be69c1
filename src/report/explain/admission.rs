//! What an attempt found when it asked for an environment, check by check (S30).

use crate::lambda::facts::{Considered, Fact, Started};
use crate::lambda::lapse::Lapse;
use crate::lambda::outcome::ThrottleCause;
use crate::observe::narrator::Scene;
use crate::report::figures::{counted, thousands};
use crate::scenario::model::{EnvironmentChoice, Scaling, ScalingBucket, Scenario};
use crate::units::{SimDuration, SimTime};

use super::paper::Step;
use super::words::{self, clock, environment, span};

/// How an attempt went.
pub(super) enum Verdict {
    Started(Started),
    Refused(ThrottleCause),
}

/// One attempt to get an environment.
pub(super) struct Admission<'a> {
    pub scenario: &'a Scenario,
    pub at: SimTime,
    pub found: Considered,
    /// What ran then, per function.
    pub in_flight: &'a [(u32, u32)],
    /// Environments that the function had created.
    pub created: u64,
    /// What it found out about idle environments.
    pub lapses: Vec<Lapse>,
    pub verdict: Verdict,
    /// When the next invocation ended that counts towards the same limit.
    pub next_free: Option<SimTime>,
}

impl<'a> Admission<'a> {
    /// Reads the attempt that begins at scene `place`.
    pub(super) fn read(
        scenario: &'a Scenario,
        scenes: &'a [(SimTime, Scene)],
        place: usize,
        next_free: Option<SimTime>,
    ) -> Option<Self> {
        let (at, Scene::Neighbours { in_flight, created }) = &scenes[place] else { return None };
        let Scene::Fact(Fact::Considered(found)) = &scenes.get(place + 1)?.1 else { return None };
        let mut lapses = Vec::new();
        let mut verdict = None;
        for (_, scene) in &scenes[place + 2..] {
            match scene {
                Scene::Fact(Fact::Lapse { lapse, .. }) => lapses.push(*lapse),
                Scene::Fact(Fact::Started(started)) => verdict = Some(Verdict::Started(*started)),
                Scene::Fact(Fact::Refused { cause, .. }) => verdict = Some(Verdict::Refused(*cause)),
                Scene::Fact(Fact::Detail(_)) => {}
                _ => break,
            }
            if verdict.is_some() {
                break;
            }
        }
        let verdict = verdict?;
        let in_flight = in_flight.as_slice();
        Some(Self {
            scenario,
            at: *at,
            found: *found,
            in_flight,
            created: *created,
            lapses,
            verdict,
            next_free,
        })
    }

    fn name(&self, function: u32) -> &'a str {
        &self.scenario.functions[function as usize].name
    }

    fn own_name(&self) -> &'a str {
        self.name(self.found.request.function)
    }

    fn refused_by(&self, cause: ThrottleCause) -> bool {
        matches!(self.verdict, Verdict::Refused(by) if by == cause)
    }

    /// The step that tells it.
    pub(super) fn step(&self, opening: &str) -> Step {
        let mut items = Vec::new();
        let mut rules = vec!["S30"];
        self.checks(&mut items, &mut rules);
        let text = format!("{opening} The checks in their order:");
        Step::new(self.at, text).items(items).rules(&rules)
    }

    /// Each check until the one that decided.
    fn checks(&self, items: &mut Vec<String>, rules: &mut Vec<&'static str>) {
        if self.found.reserved == Some(0) {
            items.push(format!("{} has reserved concurrency 0, which switches it off", self.own_name()));
            rules.push("S31");
            return;
        }
        if let Some(rate) = self.request_rate() {
            items.push(rate);
            rules.push("S33");
        }
        let by_rate = [ThrottleCause::AccountRequestRate, ThrottleCause::ReservedRequestRate];
        if by_rate.iter().any(|cause| self.refused_by(*cause)) {
            return;
        }
        items.push(self.concurrency());
        rules.push("S31");
        let by_limit = [ThrottleCause::ReservedConcurrency, ThrottleCause::AccountConcurrency];
        if by_limit.iter().any(|cause| self.refused_by(*cause)) {
            return;
        }
        self.idle(items, rules);
        if !matches!(self.verdict, Verdict::Started(Started { cold: false, .. })) {
            items.push(self.scaling());
            rules.push("S32");
        }
    }

    fn request_rate(&self) -> Option<String> {
        let per_second = |left: u64, limit: f64, whose: &str| {
            let verdict = if left == 0 { ": none is left" } else { ": fine" };
            format!(
                "request rate: {} of {}'s {} requests a second are left{verdict}",
                thousands(left),
                whose,
                thousands(limit.round() as u64)
            )
        };
        let account = words::account(self.scenario, self.at);
        let own = self.found.reserved.zip(self.found.reserved_rate_tokens).map(|(reserved, left)| {
            let limit = f64::from(reserved) * f64::from(self.scenario.platform.request_rate_factor);
            per_second(left, limit, self.own_name())
        });
        let shared = account
            .requests_per_second
            .zip(self.found.account_rate_tokens)
            .map(|(limit, left)| per_second(left, limit, "the account"));
        match (own, shared) {
            (Some(own), _) if self.refused_by(ThrottleCause::ReservedRequestRate) => Some(own),
            (Some(own), Some(shared)) => {
                Some(format!("{own}; {}", shared.trim_start_matches("request rate: ")))
            }
            (own, shared) => own.or(shared),
        }
    }

    fn concurrency(&self) -> String {
        let running = self.found.in_flight;
        let name = self.own_name();
        if let Some(reserved) = self.found.reserved {
            let verdict = if running < reserved { "room for one more" } else { "full" };
            return format!(
                "concurrency: {} of {name} in flight, its reserved concurrency is {}: {verdict}",
                counted(u64::from(running), "invocation", "invocations"),
                thousands(u64::from(reserved))
            );
        }
        let pool = self.found.unreserved_in_flight;
        let Some(limit) = self.found.unreserved_limit else {
            return format!(
                "concurrency: {} in flight, no limit applies",
                counted(u64::from(pool), "invocation", "invocations")
            );
        };
        let carved = words::reserved(self.scenario, self.at);
        let limit_text = if carved == 0 {
            format!("the account allows {}", thousands(u64::from(limit)))
        } else {
            let account = words::account(self.scenario, self.at).concurrency.unwrap_or(limit + carved);
            format!(
                "{} of the account's {} are not reserved",
                thousands(u64::from(limit)),
                thousands(u64::from(account))
            )
        };
        let verdict = if pool < limit { "room for one more" } else { "full" };
        format!(
            "concurrency: {} in flight{}, {limit_text}: {verdict}",
            counted(u64::from(pool), "invocation", "invocations"),
            self.shares()
        )
    }

    /// Who uses the pool that is not reserved.
    fn shares(&self) -> String {
        let mut sharing: Vec<(u32, u32)> = self
            .in_flight
            .iter()
            .copied()
            .filter(|(index, _)| {
                words::function(self.scenario, *index, self.at).reserved_concurrency.is_none()
            })
            .collect();
        if self.scenario.functions.len() == 1 || sharing.is_empty() {
            return String::new();
        }
        sharing.sort_by_key(|(index, running)| (std::cmp::Reverse(*running), *index));
        let mut parts: Vec<String> = sharing
            .iter()
            .take(3)
            .map(|(index, running)| format!("{} of {}", thousands(u64::from(*running)), self.name(*index)))
            .collect();
        let rest: u64 = sharing.iter().skip(3).map(|(_, running)| u64::from(*running)).sum();
        if rest > 0 {
            parts.push(format!("{} of others", thousands(rest)));
        }
        format!(" ({})", parts.join(", "))
    }

    /// Idle environments: what is there, which is taken, and which turned out to have left.
    fn idle(&self, items: &mut Vec<String>, rules: &mut Vec<&'static str>) {
        let left: Vec<(SimTime, SimTime)> = self
            .lapses
            .windows(2)
            .filter_map(|pair| match pair {
                [Lapse::IdlePeriodEnded { since, until }, Lapse::Retired { .. }] => Some((*since, *until)),
                _ => None,
            })
            .collect();
        let idle = self.found.idle.saturating_sub(left.len());
        if let Some((since, until)) = left.iter().max_by_key(|(_, until)| *until) {
            let which = match left.len() {
                1 => "an environment that was idle has left".to_owned(),
                many => format!("{many} environments that were idle have left, the last"),
            };
            items.push(format!(
                "{which} at {}, after {} of idleness",
                clock(*until),
                span(until.since(*since))
            ));
            rules.push("S16");
        }
        if self.lapses.iter().any(|lapse| matches!(lapse, Lapse::Replacement { .. })) {
            items.push("an environment that reached its maximum age was replaced by a fresh one".to_owned());
            rules.push("S17");
        }
        rules.push("S12");
        items.push(match self.verdict {
            Verdict::Started(started) if !started.cold => self.taken(idle, &started),
            Verdict::Started(_) | Verdict::Refused(_) => self.none_idle(),
        });
    }

    fn none_idle(&self) -> String {
        let running = self.found.in_flight;
        match (running, self.created) {
            (0, 0) => format!("idle environments: {} has no environment yet", self.own_name()),
            (0, _) => "idle environments: none is left, and none is busy".to_owned(),
            (1, _) => {
                "idle environments: none, the only one is busy, and serves one request at a time".to_owned()
            }
            (many, _) => format!(
                "idle environments: none, all {} are busy, and each serves one request at a time",
                thousands(u64::from(many))
            ),
        }
    }

    fn taken(&self, idle: usize, started: &Started) -> String {
        let since = started.idle_since;
        let rested = since.map_or(SimDuration::ZERO, |since| self.at.since(since));
        let which = environment(started.environment);
        let rest = since
            .map_or(String::new(), |since| format!(" (idle since {}, for {})", clock(since), span(rested)));
        if idle <= 1 {
            return format!("idle environments: {which} alone{rest}: it is taken");
        }
        let why = match self.scenario.assumptions.environment_choice {
            EnvironmentChoice::MostRecentlyUsed => "the most recently used",
            EnvironmentChoice::LeastRecentlyUsed => {
                "the least recently used (assumptions: environment_choice)"
            }
            EnvironmentChoice::Newest => "the newest (assumptions: environment_choice)",
            EnvironmentChoice::Random => "one at random (assumptions: environment_choice)",
        };
        format!("idle environments: {}; {why} is taken: {which}{rest}", thousands(idle as u64))
    }

    fn scaling(&self) -> String {
        let left = self.found.scaling_tokens.or(self.found.regional_tokens);
        let rule = match words::account(self.scenario, self.at).scaling {
            Scaling::Unlimited => None,
            Scaling::PerFunction(rule) => Some((rule, "of the function")),
            Scaling::Regional(rule) => Some((rule, "of the region")),
        };
        let Some((left, (rule, whose))) = left.zip(rule) else {
            return "scaling rate: no limit applies".to_owned();
        };
        let verdict =
            if left == 0 { "no new environment may be created" } else { "one is used for a new environment" };
        format!(
            "scaling rate: {} of {} tokens {whose} are left: {verdict}",
            thousands(left),
            thousands(rule.capacity)
        )
    }

    /// What a refusal means, and what would have helped.
    pub(super) fn refusal(&self, cause: ThrottleCause) -> Step {
        let text = format!(
            "Throttled: 429 TooManyRequestsException, Reason {}; our name for the cause is {}. No environment, no \
             token, nothing billed.",
            cause.reason(),
            cause.name()
        );
        Step::new(self.at, text).items(self.remedies(cause)).rules(&["S34"])
    }

    fn remedies(&self, cause: ThrottleCause) -> Vec<String> {
        let name = self.own_name();
        let mut items = vec![match cause {
            ThrottleCause::ReservedConcurrency => format!(
                "it would have run with a reserved concurrency of {} or more, or none at all",
                thousands(u64::from(self.found.in_flight) + 1)
            ),
            ThrottleCause::AccountConcurrency => format!(
                "it would have run with an account concurrency of {} or more{}",
                thousands(
                    u64::from(self.found.unreserved_in_flight) + 1 + u64::from(words::reserved(self.scenario, self.at))
                ),
                if self.in_flight.len() > 1 {
                    format!(", or with concurrency reserved for {name}, which the others could not use")
                } else {
                    String::new()
                }
            ),
            ThrottleCause::ScalingRate => self.refill(),
            ThrottleCause::AccountRequestRate => {
                "it would have run a moment later: the quota is ten times the account's concurrency, a second deep"
                    .to_owned()
            }
            ThrottleCause::ReservedRequestRate => {
                "it would have run a moment later: the quota is ten times the reserved concurrency, a second deep"
                    .to_owned()
            }
        }];
        let by_rate = matches!(cause, ThrottleCause::AccountRequestRate | ThrottleCause::ReservedRequestRate);
        if let Some(free) = self.next_free
            && !by_rate
            && self.found.reserved != Some(0)
        {
            let later =
                if free > self.at { format!(", {} later", span(free.since(self.at))) } else { String::new() };
            items
                .push(format!("the next invocation ended at {}{later}: then there was a place", clock(free)));
        }
        items
    }

    fn refill(&self) -> String {
        let account = words::account(self.scenario, self.at);
        let (Scaling::PerFunction(rule) | Scaling::Regional(rule)) = account.scaling else {
            return "it would have run with an idle environment".to_owned();
        };
        if self.scenario.assumptions.scaling_bucket == ScalingBucket::Step
            && self.found.scaling_tokens.is_some()
        {
            return "it would have run with an idle environment, or after the next refill (every 10 s)"
                .to_owned();
        }
        format!(
            "it would have run with an idle environment, or with a token: {} come every {}",
            thousands(rule.refill),
            span(rule.per)
        )
    }
}
