//! How a peak of concurrency came about: one run finds it, a second one looks at what surrounds it.

use std::collections::{BTreeMap, VecDeque};

use crate::lambda::facts::{Considered, Ended, Fact, Observer, RequestTag};
use crate::lambda::outcome::ThrottleCause;
use crate::units::{SimDuration, SimTime};

/// Whose concurrency: of one function, or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeakSubject {
    /// Index of a function.
    Function(u32),
    /// The account.
    Everything,
}

impl PeakSubject {
    fn covers(self, function: u32) -> bool {
        match self {
            Self::Function(own) => own == function,
            Self::Everything => true,
        }
    }
}

/// The greatest concurrency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summit {
    /// Invocations in flight.
    pub in_flight: u64,
    /// When so many ran for the first time.
    pub first: SimTime,
    /// How often that level was reached.
    pub times: u64,
    /// When it was reached for the last time.
    pub last: SimTime,
}

/// Sums over a whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Invocations that ended.
    pub ended: u64,
    /// Those among them that were cold.
    pub cold: u64,
    /// Time from admission to end, of cold invocations.
    pub cold_nanos: u128,
    /// The same of warm ones.
    pub warm_nanos: u128,
    /// Refused attempts by cause, in the order of [`ThrottleCause::ALL`].
    pub throttles: [u64; 5],
}

/// Finds when concurrency was greatest.
#[derive(Clone, Debug)]
pub struct PeakFinder {
    subject: PeakSubject,
    in_flight: u64,
    summit: Summit,
    totals: Totals,
}

impl PeakFinder {
    /// A finder of the peak of `subject`.
    pub fn new(subject: PeakSubject) -> Self {
        Self { subject, in_flight: 0, summit: Summit::default(), totals: Totals::default() }
    }

    /// The peak.
    pub fn summit(&self) -> Summit {
        self.summit
    }

    /// What went on in the run.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    fn rise(&mut self, now: SimTime) {
        self.in_flight += 1;
        let (in_flight, summit) = (self.in_flight, &mut self.summit);
        if in_flight > summit.in_flight {
            *summit = Summit { in_flight, first: now, times: 1, last: now };
        } else if in_flight == summit.in_flight {
            summit.times += 1;
            summit.last = now;
        }
    }
}

impl Observer for PeakFinder {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Started(started) if self.subject.covers(started.request.function) => self.rise(now),
            Fact::Held { function } if self.subject.covers(*function) => self.rise(now),
            Fact::LetGo { function, .. } if self.subject.covers(*function) => self.in_flight -= 1,
            Fact::Ended(ended) if self.subject.covers(ended.request.function) => {
                self.in_flight -= 1;
                let held = u128::from(now.since(ended.admitted).nanos());
                let totals = &mut self.totals;
                totals.ended += 1;
                totals.cold += u64::from(ended.cold);
                *(if ended.cold { &mut totals.cold_nanos } else { &mut totals.warm_nanos }) += held;
            }
            Fact::Refused { request, cause, .. } if self.subject.covers(request.function) => {
                let place = ThrottleCause::ALL.iter().position(|known| known == cause);
                self.totals.throttles[place.expect("all causes are listed")] += 1;
            }
            _ => {}
        }
    }
}

/// A request that held an environment at the peak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holder {
    /// Which.
    pub request: RequestTag,
    /// Order of creation of its environment within the function.
    pub environment: u64,
    /// It was created for this request.
    pub cold: bool,
    /// Since when it held it.
    pub since: SimTime,
    /// How its invocation ended, if it did.
    pub end: Option<(SimTime, Ended)>,
}

/// Something that changed near the peak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// An invocation began in a new environment.
    Cold,
    /// An invocation began in an idle environment.
    Warm,
    /// An invocation ended.
    End,
    /// An attempt was refused.
    Throttle(ThrottleCause),
}

impl Change {
    /// An invocation began.
    pub fn is_start(self) -> bool {
        match self {
            Self::Cold | Self::Warm => true,
            Self::End | Self::Throttle(_) => false,
        }
    }
}

/// Changes that are kept on either side of the peak.
const WINDOW: usize = 20_000;

/// Looks at what surrounds a peak that is known already.
#[derive(Clone, Debug)]
pub struct PeakWindow {
    subject: PeakSubject,
    summit: Summit,
    in_flight: u64,
    running: BTreeMap<(u32, u64), Holder>,
    holders: Vec<Holder>,
    still_open: BTreeMap<(u32, u64), usize>,
    /// What the request found that made the peak.
    found: Option<Considered>,
    last_considered: Option<Considered>,
    reached: bool,
    before: VecDeque<(SimTime, Change)>,
    after: Vec<(SimTime, Change)>,
    first_throttle_after: Option<(SimTime, RequestTag, ThrottleCause)>,
}

impl PeakWindow {
    /// A window around `summit`.
    pub fn new(subject: PeakSubject, summit: Summit) -> Self {
        Self {
            subject,
            summit,
            in_flight: 0,
            running: BTreeMap::new(),
            holders: Vec::new(),
            still_open: BTreeMap::new(),
            found: None,
            last_considered: None,
            reached: false,
            before: VecDeque::new(),
            after: Vec::new(),
            first_throttle_after: None,
        }
    }

    /// Who held an environment at the peak, the longest-standing first.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// What the last of them found when it asked.
    pub fn found(&self) -> Option<&Considered> {
        self.found.as_ref()
    }

    /// Changes in order of time, up to the one that made the peak.
    pub fn before(&self) -> impl Iterator<Item = (SimTime, Change)> + '_ {
        self.before.iter().copied()
    }

    /// Changes after it.
    pub fn after(&self) -> &[(SimTime, Change)] {
        &self.after
    }

    /// The first refusal at the peak or later.
    pub fn first_throttle_after(&self) -> Option<(SimTime, RequestTag, ThrottleCause)> {
        self.first_throttle_after
    }

    /// From the first of the holders to the peak.
    pub fn climb(&self) -> SimDuration {
        self.holders.first().map_or(SimDuration::ZERO, |first| self.summit.first.since(first.since))
    }

    fn note(&mut self, now: SimTime, change: Change) {
        if self.reached {
            if self.after.len() < WINDOW {
                self.after.push((now, change));
            }
            return;
        }
        if self.before.len() == WINDOW {
            self.before.pop_front();
        }
        self.before.push_back((now, change));
    }

    fn rise(&mut self) {
        self.in_flight += 1;
        if self.reached || self.in_flight < self.summit.in_flight {
            return;
        }
        self.reached = true;
        self.found = self.last_considered;
        self.holders = self.running.values().copied().collect();
        self.holders.sort_by_key(|holder| (holder.since, holder.request.number));
        let keys = self.holders.iter().map(|holder| (holder.request.function, holder.environment));
        self.still_open = keys.zip(0..).collect();
        self.running.clear();
    }

    fn ended(&mut self, now: SimTime, ended: &Ended) {
        self.in_flight -= 1;
        let key = (ended.request.function, ended.environment);
        if !self.reached {
            self.running.remove(&key);
        } else if let Some(place) = self.still_open.get(&key).copied()
            && self.holders[place].request.number == ended.request.number
        {
            self.still_open.remove(&key);
            self.holders[place].end = Some((now, *ended));
        }
        self.note(now, Change::End);
    }
}

impl Observer for PeakWindow {
    const DETAILED: bool = true;

    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Considered(considered) if self.subject.covers(considered.request.function) => {
                self.last_considered = Some(*considered);
            }
            Fact::Started(started) if self.subject.covers(started.request.function) => {
                if !self.reached {
                    let holder = Holder {
                        request: started.request,
                        environment: started.environment,
                        cold: started.cold,
                        since: now,
                        end: None,
                    };
                    self.running.insert((started.request.function, started.environment), holder);
                }
                self.note(now, if started.cold { Change::Cold } else { Change::Warm });
                self.rise();
            }
            Fact::Held { function } if self.subject.covers(*function) => self.rise(),
            Fact::LetGo { function, .. } if self.subject.covers(*function) => self.in_flight -= 1,
            Fact::Ended(ended) if self.subject.covers(ended.request.function) => self.ended(now, ended),
            Fact::Refused { request, cause, .. } if self.subject.covers(request.function) => {
                if self.reached && self.first_throttle_after.is_none() {
                    self.first_throttle_after = Some((now, *request, *cause));
                }
                self.note(now, Change::Throttle(*cause));
            }
            _ => {}
        }
    }
}
