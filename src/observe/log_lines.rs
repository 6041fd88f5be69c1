//! What an invocation writes to its log, as far as Lambda itself writes it.

use std::collections::BTreeMap;

use crate::lambda::cell::Cell;
use crate::lambda::facts::{Ended, Fact, Observer};
use crate::lambda::parts::Parts;
use crate::lambda::source::Source;
use crate::scenario::model::{FunctionId, Overrides, Scenario, Version};
use crate::units::SimTime;

/// An invocation that has ended, with what its log says.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedInvocation {
    /// Name of the function.
    pub function: String,
    /// `$LATEST`, or the name of the version.
    pub version: String,
    /// How it went.
    pub ended: Ended,
    /// When it ended.
    pub at: SimTime,
    /// Most memory that any invocation in this environment has used so far, MB; `None` where the scenario does not say.
    pub memory_mb: Option<f64>,
}

/// Keeps the first invocations, in the order in which they end.
pub struct LogLines<'s> {
    scenario: &'s Scenario,
    cell: Cell,
    versions: Vec<&'s Version>,
    only: Option<FunctionId>,
    most: usize,
    sources: BTreeMap<u32, Source>,
    /// By function, version and environment.
    memory: BTreeMap<(u32, Option<u32>, u64), f64>,
    kept: Vec<LoggedInvocation>,
}

impl<'s> LogLines<'s> {
    /// Will keep the first `most` invocations, of the function `only` where that is given.
    pub fn new(scenario: &'s Scenario, only: Option<FunctionId>, most: usize) -> Self {
        let cell = Cell::whole(scenario);
        let parts = Parts::of(scenario, &cell);
        let versions = parts.all().filter_map(|(_, part)| part.version(scenario, &cell)).collect();
        Self {
            scenario,
            cell,
            versions,
            only,
            most,
            sources: BTreeMap::new(),
            memory: BTreeMap::new(),
            kept: Vec::new(),
        }
    }

    /// What was kept.
    pub fn kept(self) -> Vec<LoggedInvocation> {
        self.kept
    }

    /// Versions come behind the functions.
    fn version_of(&self, ended: &Ended) -> Option<&'s Version> {
        ended.served.version.map(|place| self.versions[place as usize - self.cell.functions.len()])
    }

    /// The draw of an invocation's memory once more: it is addressed by the request, so it is the same.
    fn memory_used(&mut self, ended: &Ended) -> Option<f64> {
        let latest = &self.scenario.functions[ended.request.function as usize];
        let config = self.version_of(ended).map_or(latest, |version| &version.config);
        let (scenario, cell) = (self.scenario, &self.cell);
        let source = self.sources.entry(ended.source).or_insert_with(|| {
            let traffic = cell.traffic.get(ended.source as usize).map(|index| &scenario.traffic[*index]);
            let overrides = traffic.map_or_else(Overrides::default, |traffic| traffic.overrides.clone());
            Source::new(scenario.seed, &cell.source_name(scenario, ended.source), overrides)
        });
        source.memory_used(ended.ordinal, ended.run, config)
    }

    fn ended(&mut self, now: SimTime, ended: &Ended) {
        let function = FunctionId(ended.request.function);
        if self.kept.len() >= self.most || self.only.is_some_and(|only| only != function) {
            return;
        }
        let used = self.memory_used(ended).map(|used| used.min(f64::from(ended.tariff.memory.mb())));
        let place = (function.0, ended.served.version, ended.environment);
        let memory_mb = used.map(|used| {
            let mark = self.memory.entry(place).or_insert(used);
            *mark = mark.max(used);
            *mark
        });
        let version = self.version_of(ended);
        self.kept.push(LoggedInvocation {
            function: self.scenario.functions[function.0 as usize].name.clone(),
            version: version.map_or_else(|| "$LATEST".to_owned(), |version| version.name.clone()),
            ended: *ended,
            at: now,
            memory_mb,
        });
    }
}

impl Observer for LogLines<'_> {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        if let Fact::Ended(ended) = fact {
            self.ended(now, ended);
        }
    }
}
