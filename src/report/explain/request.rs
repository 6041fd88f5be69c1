//! The life of one request, scene by scene.

use crate::lambda::facts::{Considered, Detail, ErrandStep, Fact, Onward, RequestTag, Started};
use crate::lambda::fault::Fault;
use crate::lambda::outcome::{Fate, Rejection, ThrottleCause};
use crate::lambda::parts::Provision;
use crate::lambda::presign::UrlUse;
use crate::observe::narrator::{Scene, Story};
use crate::report::figures::counted;
use crate::scenario::model::{Mode, Scenario};
use crate::units::{Bytes, SimTime};

use super::admission::{Admission, Verdict};
use super::invocation::{self, Phases};
use super::paper::{Paper, Step};
use super::words::{self, clock, nth, span};

/// Tells a story.
pub(super) struct Teller<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) story: &'a Story,
    pub(super) paper: Paper,
    /// Where the request came from, once that is known.
    origin: Origin,
    /// Attempts to get an environment so far.
    attempts: u32,
    /// Refusals so far, and those in a row.
    refusals: usize,
    /// The last attempt of the client set out.
    pub(super) sent: Option<SimTime>,
    /// Runs that failed.
    pub(super) errors: u32,
    /// The last wait for another attempt was after a throttle.
    pub(super) throttles: u32,
    runs: usize,
    /// Waits of the client so far.
    pub(super) waits: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Origin {
    source: Option<u32>,
    client: Option<u32>,
    user: Option<u32>,
    payload_bytes: u64,
    parent: Option<(RequestTag, Onward)>,
    /// The request whose invocation calls it synchronously.
    asked_by: Option<RequestTag>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(scenario: &'a Scenario, story: &'a Story) -> Self {
        let mut origin = Origin::default();
        for (_, scene) in &story.scenes {
            match scene {
                Scene::Fact(Fact::Detail(Detail::Entered {
                    source, client, user, payload_bytes, ..
                })) => {
                    origin = Origin {
                        source: Some(*source),
                        client: *client,
                        user: *user,
                        payload_bytes: *payload_bytes,
                        parent: None,
                        asked_by: None,
                    };
                }
                Scene::Fact(Fact::Detail(Detail::PassedOn { request, onward, why }))
                    if onward == &story.request =>
                {
                    origin.parent = Some((*request, *why));
                }
                Scene::Fact(Fact::Detail(Detail::Errand {
                    request,
                    step: ErrandStep::Asks { asked } | ErrandStep::TurnedAway { asked },
                })) if asked == &story.request => {
                    origin.asked_by = Some(*request);
                }
                _ => {}
            }
        }
        Self {
            scenario,
            story,
            paper: Paper::default(),
            origin,
            attempts: 0,
            refusals: 0,
            sent: None,
            errors: 0,
            throttles: 0,
            runs: 0,
            waits: 0,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        &self.scenario.functions[self.story.request.function as usize].name
    }

    pub(super) fn client(&self) -> Option<u32> {
        self.origin.client
    }

    /// Headline: which request, of what kind, and how it went.
    pub(super) fn headline(&self, requests: u64) -> String {
        let kind = match self.story.mode {
            Mode::Sync => "a synchronous invocation",
            Mode::Async => "an asynchronous event",
            Mode::DryRun => "a dry run",
        };
        let from = match (self.origin.source, self.origin.parent) {
            (_, Some((parent, Onward::Destination))) => {
                format!(", a destination of request {}", parent.number)
            }
            (_, Some((parent, _))) => format!(", caused by request {}", parent.number),
            (None, None) if self.origin.asked_by.is_some() => self
                .origin
                .asked_by
                .map_or_else(String::new, |by| format!(", called by request {}", by.number)),
            (Some(source), None) => {
                let traffic = &self.scenario.traffic[source as usize].name;
                if traffic == self.name() {
                    String::new()
                } else {
                    format!(" from the traffic \"{traffic}\"")
                }
            }
            (None, None) => String::new(),
        };
        let number = crate::report::figures::thousands(self.story.request.number);
        let how = match self.fate() {
            Some(fate) => match self.story.took() {
                Some(took) if took > crate::units::SimDuration::ZERO => {
                    format!("{} after {}", fate_in_words(fate), span(took))
                }
                _ => format!("{} at once", fate_in_words(fate)),
            },
            None => "still open when the run ends".to_owned(),
        };
        format!(
            "Request {number} of {}: {kind} of {}{from}; {how}.",
            crate::report::figures::thousands(requests),
            self.name()
        )
    }

    fn fate(&self) -> Option<Fate> {
        self.story.scenes.iter().rev().find_map(|(_, scene)| match scene {
            Scene::Fact(Fact::Closed { fate, .. }) => Some(*fate),
            _ => None,
        })
    }

    /// All steps.
    pub(super) fn tell(mut self) -> Paper {
        let story = self.story;
        self.arrival();
        for (place, (at, scene)) in story.scenes.iter().enumerate() {
            match scene {
                Scene::Neighbours { .. } => self.attempt(*at, place),
                Scene::Fact(fact) => self.fact(*at, fact, place),
            }
        }
        if story.left_out > 0 {
            let last = story.scenes.last().map_or(story.request.born, |(at, _)| *at);
            self.paper.write(Step::new(last, format!("{} more scenes are left out.", story.left_out)));
        }
        if self.fate().is_none()
            && let Some(end) = self.scenario.horizon
        {
            self.paper.write(
                Step::new(end, "The run ends at its horizon; the request is still open.").rules(&["S72"]),
            );
        }
        self.paper
    }

    fn arrival(&mut self) {
        let at = self.story.request.born;
        let name = self.name();
        let step = match (self.story.mode, self.origin) {
            (Mode::Async, Origin { parent: Some((parent, why)), .. }) => self.caused(at, parent, why),
            (Mode::Sync, Origin { asked_by: Some(by), .. }) => {
                let caller = &self.scenario.functions[by.function as usize].name;
                let text = format!(
                    "The invocation of request {}, of {caller}, calls {name} and waits for the answer; both are billed meanwhile.",
                    by.number
                );
                Step::new(at, text).rules(&["S49"])
            }
            (Mode::Async, _) => Step::new(
                at,
                format!(
                    "An asynchronous event for {name} arrives ({}). Its sender waits only for the 202.",
                    size(self.origin.payload_bytes)
                ),
            )
            .rules(&["S41"]),
            (Mode::DryRun, _) => {
                Step::new(at, format!("A dry run of {name} arrives: may it be called at all?")).rules(&["S46"])
            }
            (Mode::Sync, Origin { client: Some(client), user, .. }) => self.client_arrival(at, client, user),
            (Mode::Sync, Origin { user: Some(user), .. }) => Step::new(
                at,
                format!(
                    "User {} of the closed model calls {name} and waits for the answer; then the user thinks, and \
                     calls again.",
                    user + 1
                ),
            )
            .rules(&["S40"]),
            (Mode::Sync, _) => Step::new(
                at,
                format!(
                    "A synchronous call of {name} arrives. Without a client in the scenario it is tried once, and \
                     its caller waits however long it takes."
                ),
            )
            .rules(&["S40"]),
        };
        self.paper.write(step);
    }

    /// An event that another function has caused.
    fn caused(&self, at: SimTime, parent: RequestTag, why: Onward) -> Step {
        let (name, number) = (self.name(), parent.number);
        let of = &self.scenario.functions[parent.function as usize].name;
        let (text, rule) = match why {
            Onward::Destination => (
                format!("The record of request {number}, which has ended, is sent to {name} as a new event."),
                "S45",
            ),
            Onward::Emission => (
                format!(
                    "The invocation of request {number}, of {of}, has succeeded and passes a new event on to {name}."
                ),
                "S49",
            ),
            Onward::Log => {
                (format!("What request {number} has logged in {of} reaches {name} as a new event."), "S69")
            }
        };
        Step::new(at, text).rules(&[rule])
    }

    fn attempt(&mut self, at: SimTime, place: usize) {
        let next_free = self.story.next_free.get(self.refusals).copied().flatten();
        let scenario = self.scenario;
        let Some(admission) = Admission::read(scenario, &self.story.scenes, place, next_free) else { return };
        self.attempts += 1;
        let way = self.sent.take().map_or_else(String::new, |sent| {
            if sent < at { format!(", after {} on the network", span(at.since(sent))) } else { String::new() }
        });
        let which = if self.attempts == 1 {
            format!("Lambda looks for a place to run it{way}.")
        } else {
            format!("{} attempt: Lambda looks for a place again{way}.", capital_nth(u64::from(self.attempts)))
        };
        match admission.verdict {
            Verdict::Refused(cause) => {
                self.refusals += 1;
                if self.refused_before(place) == Some(cause) {
                    self.refused_again(at, cause, &admission.found);
                } else {
                    self.paper.write(admission.step(&which));
                    self.paper.write(admission.refusal(cause));
                }
            }
            Verdict::Started(started) => {
                self.paper.write(admission.step(&which));
                self.admitted(at, &started);
            }
        }
    }

    /// The cause of the refusal before the attempt at `place`, if that was a refusal.
    fn refused_before(&self, place: usize) -> Option<ThrottleCause> {
        self.story.scenes[..place].iter().rev().find_map(|(_, scene)| match scene {
            Scene::Fact(Fact::Refused { cause, .. }) => Some(Some(*cause)),
            Scene::Fact(Fact::Started(_)) => Some(None),
            _ => None,
        })?
    }

    fn refused_again(&mut self, at: SimTime, cause: ThrottleCause, found: &Considered) {
        let text = format!(
            "{} attempt: throttled again, for the same reason ({}; {} in flight).",
            capital_nth(u64::from(self.attempts)),
            cause.name(),
            counted(u64::from(found.in_flight), "invocation", "invocations")
        );
        self.paper.write(Step::new(at, text).rules(&["S34"]));
    }

    fn admitted(&mut self, at: SimTime, started: &Started) {
        let Started { cold, in_flight, .. } = *started;
        let running = counted(u64::from(in_flight), "invocation", "invocations");
        let are = if in_flight == 1 { "is" } else { "are" };
        let name = words::environment(started.environment);
        let text = if cold {
            format!(
                "Cold start: {name} is created for it. With it {running} of {} {are} in flight; it counts from now \
                 on, Init included.",
                self.name()
            )
        } else {
            format!("Warm start in {name}. With it {running} of {} {are} in flight.", self.name())
        };
        let (bought, rules): (_, &[&'static str]) = match started.served.provision {
            Provision::OnDemand => ("", &[]),
            Provision::Provisioned => (
                " It runs on provisioned concurrency: its Init was done before, and its duration has the lower rate.",
                &["S61"],
            ),
            Provision::Spilled => (
                " It spills over: no environment of the provisioned concurrency is free, so it runs on demand.",
                &["S61"],
            ),
        };
        let text = format!("{text}{bought}");
        let mut all = if cold { vec!["S10", "S13"] } else { vec!["S10"] };
        all.extend(rules);
        let step = Step::new(at, text).rules(&all);
        self.paper.write(step);
    }

    fn fact(&mut self, at: SimTime, fact: &Fact, place: usize) {
        match fact {
            Fact::Rejected { why, .. } => self.rejected(at, *why),
            Fact::DryRunAnswered { accepted: true, .. } => self.paper.write(
                Step::new(
                    at,
                    "Lambda answers 204: function, parameters and permission are fine. No environment, no metric, no \
                     cost.",
                )
                .rules(&["S46"]),
            ),
            Fact::Detail(Detail::Planned { .. }) => self.planned(at, place),
            Fact::Ended(ended) => self.ended(at, ended),
            Fact::UrlPresigned { url, .. } => self.url_presigned(at, *url),
            Fact::StorageUsed { found_bytes, .. } => self.storage_used(at, *found_bytes),
            Fact::Closed { fate, .. } => self.closed(at, *fate),
            Fact::Reconfigured { retired, .. } => {
                let then = if *retired { "all its environments are retired" } else { "its environments stay" };
                let text = format!("The configuration of {} changes; {then}.", self.name());
                self.paper.write(Step::new(at, text).rules(&["S19"]));
            }
            Fact::CallAttempted { .. }
            | Fact::CallAbandoned { .. }
            | Fact::CallClosed { .. }
            | Fact::Detail(Detail::RetryDecided { .. }) => self.client_fact(at, fact),
            Fact::Gateway(fact) => self.gateway_fact(at, fact),
            Fact::Faulted(fact) => self.faulted(at, fact.fault),
            Fact::EventAccepted { .. }
            | Fact::EventRetry { .. }
            | Fact::EventEnded { .. }
            | Fact::DeliveryFailed { .. }
            | Fact::MessageSent(_)
            | Fact::Detail(Detail::PassedOn { .. }) => self.event_fact(at, fact, place),
            Fact::Detail(Detail::Errand { request, step }) if request == &self.story.request => {
                self.errand(at, *step);
            }
            Fact::Detail(Detail::Emitted { to, .. }) => self.emitted(at, *to),
            // Told with another scene, or not about this request.
            Fact::Offered { .. }
            | Fact::DryRunAnswered { accepted: false, .. }
            | Fact::Detail(
                Detail::Entered { .. }
                | Detail::Carries { .. }
                | Detail::Record { .. }
                | Detail::Errand { .. }
                | Detail::Parcel { .. },
            )
            | Fact::Refused { .. }
            | Fact::Considered(_)
            | Fact::Started(_)
            | Fact::Lapse { .. }
            | Fact::CallOpened { .. }
            | Fact::RetryDenied { .. }
            | Fact::Held { .. }
            | Fact::LetGo { .. }
            | Fact::Deployment { .. }
            | Fact::Provisioned(_)
            | Fact::Queue(_)
            | Fact::Downstream(_)
            | Fact::Exit(_)
            | Fact::LogsDelivered { .. }
            | Fact::Stream(_)
            | Fact::RecursionStopped { .. }
            | Fact::Pollers(_)
            | Fact::Push(_)
            | Fact::Deduplicated { .. }
            | Fact::Batch(_) => {}
        }
    }

    fn faulted(&mut self, at: SimTime, fault: Fault) {
        let then = match (self.story.mode, fault.is_retried()) {
            (Mode::Async, _) => "The event stays in the queue and is tried again, as after a throttle",
            (_, true) => "A client of AWS tries again",
            (_, false) => "A client of AWS does not try again",
        };
        let text = format!(
            "Lambda starts no environment for it: {} {}. {then}; nothing is billed.",
            fault.status(),
            fault.exception()
        );
        self.paper.write(Step::new(at, text).rules(&[fault.rule()]));
    }

    fn url_presigned(&mut self, at: SimTime, url: UrlUse) {
        let becomes = match url {
            UrlUse::Served => "will be served",
            UrlUse::Expired => "comes too late: 403 AccessDenied, Request has expired",
            UrlUse::SessionEnded => "comes after the end of the role's session: 403 ExpiredToken",
        };
        let text = format!("It has made a presigned URL, whose use {becomes}.");
        self.paper.write(Step::new(at, text).rules(&["S47"]));
    }

    fn storage_used(&mut self, at: SimTime, found_bytes: u64) {
        if found_bytes > 0 {
            let text = format!(
                "In /tmp it found {} that earlier invocations in this environment had left.",
                Bytes::new(found_bytes)
            );
            self.paper.write(Step::new(at, text).rules(&["S18a"]));
        }
    }

    fn rejected(&mut self, at: SimTime, why: Rejection) {
        let text = match why {
            Rejection::RequestTooLarge => {
                let platform = &self.scenario.platform;
                let limit = if self.story.mode == Mode::Async {
                    platform.async_request_maximum
                } else {
                    platform.sync_request_maximum
                };
                format!(
                    "Refused at the door: 413 RequestTooLargeException. The payload of {} is larger than {limit}. It \
                     never becomes an attempt; nothing is billed.",
                    Bytes::new(self.origin.payload_bytes)
                )
            }
            Rejection::AccessDenied => "Refused at the door: 403 AccessDeniedException. The client lacks \
                                        lambda:InvokeFunction. It never becomes an attempt; nothing is billed."
                .to_owned(),
            Rejection::FunctionNotFound => "Refused at the door: 404 ResourceNotFoundException. The function is not \
                                            created yet. It never becomes an attempt; nothing is billed."
                .to_owned(),
        };
        let rules: &[&'static str] = match why {
            Rejection::FunctionNotFound => &["S67"],
            _ if self.story.mode == Mode::DryRun => &["S46"],
            _ => &["S35"],
        };
        self.paper.write(Step::new(at, text).rules(rules));
    }

    /// What follows from the draws, unless another environment takes the request over.
    fn planned(&mut self, at: SimTime, place: usize) {
        let Scene::Fact(Fact::Detail(Detail::Planned { preparation, handler, .. })) =
            &self.story.scenes[place].1
        else {
            return;
        };
        let started = self.story.scenes[place..].iter().find_map(|(_, scene)| match scene {
            Scene::Fact(Fact::Started(started)) => Some(Some(started.cold)),
            Scene::Fact(Fact::Ended(_)) => Some(None),
            _ => None,
        });
        let taken_over = started == Some(None) && !self.scenario.assumptions.own_cold_start;
        if taken_over {
            let text = "Another environment is free sooner than its own and takes the request over.";
            self.paper.write(Step::new(at, text).rules(&["S11"]));
        }
        let replaced = self.story.scenes[place + 1..].iter().find_map(|(_, scene)| match scene {
            Scene::Fact(Fact::Detail(Detail::Planned { .. })) => Some(true),
            Scene::Fact(Fact::Ended(_)) | Scene::Neighbours { .. } => Some(false),
            Scene::Fact(_) => None,
        });
        if replaced == Some(true) {
            return;
        }
        let cold = started == Some(Some(true));
        let function = words::function(self.scenario, self.story.request.function, at);
        let phases = Phases {
            scenario: self.scenario,
            function,
            at,
            preparation: *preparation,
            handler: *handler,
            cold,
            taken_over,
        };
        phases.tell(&mut self.paper);
        if let (Some((free, which)), true) = (self.story.freed_meanwhile, cold && self.runs == 0) {
            let text = format!(
                "{} becomes free while the request waits for its own. It stays with its own cold start \
                 (assumptions: own_cold_start).",
                invocation::capital(&words::environment(which))
            );
            if free < phases.ready() {
                self.paper.write(Step::new(free, text).rules(&["S11"]));
            }
        }
    }

    fn ended(&mut self, at: SimTime, ended: &crate::lambda::facts::Ended) {
        self.paper.write(invocation::ended(self.scenario, at, ended));
        let afterwards = self.story.environments.get(self.runs).and_then(|(_, afterwards)| *afterwards);
        self.runs += 1;
        self.paper.write(invocation::environment_after(at, ended, afterwards, true));
    }

    fn closed(&mut self, at: SimTime, fate: Fate) {
        let took = at.since(self.story.request.born);
        let at_once = took == crate::units::SimDuration::ZERO;
        let took = span(took);
        let whose = match self.story.mode {
            Mode::Sync if at_once => "The caller has its answer at once".to_owned(),
            Mode::Sync if self.origin.client.is_none() => format!("The caller has its answer after {took}"),
            Mode::Sync => format!("{took} after the call began"),
            Mode::Async => format!("{took} after it was accepted"),
            Mode::DryRun => "The answer came at once".to_owned(),
        };
        let text = format!("{whose}. Its fate in the ledger: {}.", fate.name());
        self.paper.write(Step::new(at, text));
    }
}

fn capital_nth(number: u64) -> String {
    invocation::capital(&nth(number))
}

fn size(bytes: u64) -> String {
    if bytes == 0 { "no payload".to_owned() } else { format!("{} of payload", Bytes::new(bytes)) }
}

/// The fate of a request in the past tense.
pub(super) fn fate_in_words(fate: Fate) -> &'static str {
    match fate {
        Fate::Succeeded => "succeeded",
        Fate::Throttled => "throttled",
        Fate::FunctionError => "ended in a function error",
        Fate::TimedOut => "ended in the function timeout",
        Fate::OutOfMemory => "was killed for memory",
        Fate::ClientTimeout => "given up by its client",
        Fate::Rejected => "rejected",
        Fate::DeadLettered => "dead-lettered",
        Fate::Dropped => "dropped",
        Fate::Expired => "expired",
        Fate::GatewayTimeout => "given up by its gateway",
        Fate::ServiceError => "an error of the service",
    }
}

/// `1.000 s later`, or nothing.
pub(super) fn at_clock(at: SimTime) -> String {
    format!("at {}", clock(at))
}
