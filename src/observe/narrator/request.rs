//! The scenes in the life of one request.

use crate::lambda::facts::{Detail, ErrandStep, Fact, Observer, RequestTag};
use crate::lambda::lapse::Lapse;
use crate::lambda::outcome::ThrottleCause;
use crate::scenario::model::Mode;
use crate::units::{SimDuration, SimTime};

/// Scenes that are kept; an event that is throttled for six hours has some 300.
pub const MOST_SCENES: usize = 5_000;

/// Something that belongs to the life of the request.
#[derive(Clone, Debug, PartialEq)]
pub enum Scene {
    /// A fact about the request itself, or what it found out about idle environments of its function.
    Fact(Fact),
    /// Invocations that ran when it asked for an environment: function and number, only those that run.
    Neighbours {
        /// Per function with at least one.
        in_flight: Vec<(u32, u32)>,
        /// Environments that its function had created until then.
        created: u64,
    },
}

/// What became of an environment after the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// It served another request.
    Serves {
        /// Which.
        next: RequestTag,
        /// When.
        at: SimTime,
    },
    /// It left.
    Leaves {
        /// When.
        at: SimTime,
        /// A successor took its place (S17).
        replaced: bool,
    },
}

/// The life of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Which.
    pub request: RequestTag,
    /// Invocation type.
    pub mode: Mode,
    /// In order of time.
    pub scenes: Vec<(SimTime, Scene)>,
    /// Scenes above [`MOST_SCENES`].
    pub left_out: u64,
    /// For each refusal in order: when the next invocation that counts towards the same limit ended.
    pub next_free: Vec<Option<SimTime>>,
    /// The first environment of the function that became free while the request waited for its own Init (S11).
    pub freed_meanwhile: Option<(SimTime, u64)>,
    /// Environments that served it, and what became of them.
    pub environments: Vec<(u64, Option<Afterwards>)>,
}

/// Keeps the scenes of one request.
#[derive(Clone, Debug)]
pub struct Narrator {
    number: u64,
    offered: u64,
    story: Option<Story>,
    in_flight: Vec<u32>,
    created: Vec<u64>,
    reserved: Vec<bool>,
    considers: bool,
    /// It was started cold and its run has not ended.
    waits_for_own: bool,
}

impl Narrator {
    /// A narrator of request `number`, counted from 1, in a run with as many functions as `reserved` has entries.
    ///
    /// `reserved` says which have concurrency of their own and thus do not share the account's.
    pub fn new(number: u64, reserved: Vec<bool>) -> Self {
        let functions = reserved.len();
        Self {
            number,
            offered: 0,
            story: None,
            in_flight: vec![0; functions],
            created: vec![0; functions],
            reserved,
            considers: false,
            waits_for_own: false,
        }
    }

    /// Requests of the run.
    pub fn requests(&self) -> u64 {
        self.offered
    }

    /// The story; `None` when there was no such request.
    pub fn into_story(self) -> Option<Story> {
        self.story
    }

    fn add(&mut self, now: SimTime, scene: Scene) {
        let Some(story) = &mut self.story else { return };
        if story.scenes.len() < MOST_SCENES {
            story.scenes.push((now, scene));
        } else {
            story.left_out += 1;
        }
    }

    fn offered(&mut self, request: RequestTag, mode: Mode) {
        self.offered += 1;
        if request.number == self.number {
            self.story = Some(Story {
                request,
                mode,
                scenes: Vec::new(),
                left_out: 0,
                next_free: Vec::new(),
                freed_meanwhile: None,
                environments: Vec::new(),
            });
        }
    }

    /// What happens to others and matters to the request.
    fn watch(&mut self, now: SimTime, fact: &Fact) {
        let Some(story) = &mut self.story else { return };
        let own = story.request.function;
        match fact {
            Fact::Ended(ended) => {
                let function = ended.request.function;
                let shares = |refused: u32, reserved: &[bool]| {
                    function == refused || !(reserved[function as usize] || reserved[refused as usize])
                };
                if shares(own, &self.reserved) {
                    for place in story.next_free.iter_mut().rev() {
                        if place.is_some() {
                            break;
                        }
                        *place = Some(now);
                    }
                }
                if self.waits_for_own
                    && function == own
                    && ended.request.number != self.number
                    && story.freed_meanwhile.is_none()
                {
                    story.freed_meanwhile = Some((now, ended.environment));
                }
            }
            Fact::Started(started) if started.request.function == own && !started.cold => {
                story.settle(started.environment, Afterwards::Serves { next: started.request, at: now });
            }
            Fact::Lapse { function, lapse, .. } if *function == own => match lapse {
                Lapse::Retired { environment, at, .. } => {
                    story.settle(*environment, Afterwards::Leaves { at: *at, replaced: false });
                }
                Lapse::Replacement { at, .. } => story.note_replacement(*at),
                Lapse::IdlePeriodEnded { .. } | Lapse::Allocated { .. } => {}
            },
            _ => {}
        }
    }

    /// Counts what runs, as the audit does.
    fn count(&mut self, fact: &Fact) {
        match fact {
            Fact::Started(started) => {
                let function = started.request.function as usize;
                self.in_flight[function] += 1;
                self.created[function] += u64::from(started.cold);
            }
            Fact::Held { function } => self.in_flight[*function as usize] += 1,
            Fact::Ended(ended) => self.in_flight[ended.request.function as usize] -= 1,
            Fact::LetGo { function, .. } => self.in_flight[*function as usize] -= 1,
            _ => {}
        }
    }

    fn own_fact(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Considered(considered) => {
                let busy = (0_u32..).zip(self.in_flight.iter().copied()).filter(|(_, running)| *running > 0);
                let created = self.created[considered.request.function as usize];
                self.add(now, Scene::Neighbours { in_flight: busy.collect(), created });
                self.considers = true;
            }
            Fact::Refused { cause, .. } => {
                self.considers = false;
                if let Some(story) = &mut self.story {
                    story.next_free.push(None);
                    debug_assert!(ThrottleCause::ALL.contains(cause));
                }
            }
            Fact::Faulted(_) => self.considers = false,
            Fact::Started(started) => {
                self.considers = false;
                self.waits_for_own = started.cold;
            }
            Fact::Ended(ended) => {
                self.waits_for_own = false;
                if let Some(story) = &mut self.story {
                    story.environments.push((ended.environment, None));
                }
            }
            _ => {}
        }
        self.add(now, Scene::Fact(*fact));
    }
}

impl Story {
    /// What came first after the request stands.
    fn settle(&mut self, environment: u64, afterwards: Afterwards) {
        for (serial, fate) in &mut self.environments {
            if *serial == environment && fate.is_none() {
                *fate = Some(afterwards);
            }
        }
    }

    fn note_replacement(&mut self, instant: SimTime) {
        for (_, fate) in &mut self.environments {
            if let Some(Afterwards::Leaves { at, replaced }) = fate
                && *at == instant
            {
                *replaced = true;
            }
        }
    }

    /// How long it took from arrival to its end, if it ended.
    pub fn took(&self) -> Option<SimDuration> {
        self.scenes.iter().rev().find_map(|(at, scene)| match scene {
            Scene::Fact(Fact::Closed { .. }) => Some(at.since(self.request.born)),
            _ => None,
        })
    }
}

/// The request that a fact is about; `None` for facts about environments and queues.
fn subject(fact: &Fact) -> Option<RequestTag> {
    match fact {
        Fact::Offered { request, .. }
        | Fact::Closed { request, .. }
        | Fact::Rejected { request, .. }
        | Fact::DryRunAnswered { request, .. }
        | Fact::Refused { request, .. }
        | Fact::EventAccepted { request }
        | Fact::EventRetry { request, .. }
        | Fact::EventEnded { request, .. }
        | Fact::DeliveryFailed { request, .. }
        | Fact::CallOpened { request, .. }
        | Fact::CallAttempted { request, .. }
        | Fact::CallAbandoned { request, .. }
        | Fact::RetryDenied { request, .. }
        | Fact::CallClosed { request, .. }
        | Fact::StorageUsed { request, .. }
        | Fact::UrlPresigned { request, .. } => Some(*request),
        Fact::Considered(considered) => Some(considered.request),
        Fact::Detail(detail) => detail.request(),
        Fact::Started(started) => Some(started.request),
        Fact::Ended(ended) => Some(ended.request),
        Fact::MessageSent(message) => Some(message.request),
        Fact::Gateway(fact) => Some(fact.request),
        Fact::Faulted(fact) => Some(fact.request),
        Fact::Held { .. }
        | Fact::LetGo { .. }
        | Fact::Lapse { .. }
        | Fact::Queue(_)
        | Fact::Pollers(_)
        | Fact::Push(_)
        | Fact::Deduplicated { .. }
        | Fact::Batch(_)
        | Fact::Downstream(_)
        | Fact::Exit(_)
        | Fact::LogsDelivered { .. }
        | Fact::Stream(_)
        | Fact::RecursionStopped { .. }
        | Fact::Reconfigured { .. }
        | Fact::Provisioned(_)
        | Fact::Deployment { .. } => None,
    }
}

impl Observer for Narrator {
    const DETAILED: bool = true;

    fn observe(&mut self, now: SimTime, fact: &Fact) {
        self.count(fact);
        if let Fact::Offered { request, mode } = fact {
            self.offered(*request, *mode);
        }
        self.watch(now, fact);
        let born_of_another = match fact {
            Fact::Detail(
                Detail::PassedOn { onward: other, .. }
                | Detail::Errand {
                    step: ErrandStep::Asks { asked: other } | ErrandStep::TurnedAway { asked: other },
                    ..
                },
            ) => other.number == self.number,
            _ => false,
        };
        if born_of_another || subject(fact).is_some_and(|request| request.number == self.number) {
            self.own_fact(now, fact);
        } else if self.considers && matches!(fact, Fact::Lapse { .. }) {
            self.add(now, Scene::Fact(*fact));
        } else if let (Fact::Reconfigured { function, .. }, Some(story)) = (fact, &self.story)
            && story.request.function == *function
            && story.took().is_none()
        {
            self.add(now, Scene::Fact(*fact));
        }
    }
}
