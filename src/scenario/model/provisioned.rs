//! Provisioned concurrency: how much, how fast it comes, and what scales it.

use super::{CronSchedule, Function, KeepAlive};
use crate::units::{Rate, SimDuration};

/// Provisioned concurrency of a function's bare name, a version or an alias.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvisionedConcurrency {
    /// Capacity at the start, ready at t = 0.
    pub capacity: u32,
    /// From asking for more to its first environment.
    pub allocation_delay: SimDuration,
    /// Environments prepared after that.
    pub allocation_rate: Rate,
    /// What changes the capacity; `None` is nothing.
    pub scaling: Option<AutoScaling>,
}

impl ProvisionedConcurrency {
    /// The greatest capacity that it can have without a change of the configuration.
    pub fn most(&self) -> u32 {
        let scheduled = |scaling: &AutoScaling| {
            let actions = scaling.schedule.iter();
            actions.flat_map(|action| [action.min, action.max]).flatten().max().unwrap_or(0).max(scaling.max)
        };
        self.scaling.as_ref().map_or(0, scheduled).max(self.capacity)
    }
}

/// Application Auto Scaling of provisioned concurrency (S65).
#[derive(Clone, Debug, PartialEq)]
pub struct AutoScaling {
    /// Least capacity.
    pub min: u32,
    /// Greatest capacity.
    pub max: u32,
    /// Utilisation that target tracking holds, in millionths; `None` is no target tracking.
    pub target: Option<u32>,
    /// How a minute of utilisation becomes one point.
    pub statistic: Statistic,
    /// Scheduled actions.
    pub schedule: Vec<ScheduledAction>,
}

/// How a minute of utilisation becomes one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "CloudWatch's names")]
pub enum Statistic {
    Average,
    Maximum,
}

/// A scheduled action.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduledAction {
    /// When.
    pub when: Recurrence,
    /// Least capacity from then on.
    pub min: Option<u32>,
    /// Greatest capacity from then on.
    pub max: Option<u32>,
}

/// When a schedule fires.
#[derive(Clone, Debug, PartialEq)]
pub enum Recurrence {
    /// Every so often, the first time after one interval.
    Every(SimDuration),
    /// By the calendar.
    Cron(CronSchedule),
}

impl Function {
    /// How environments with this configuration live on provisioned concurrency: they stay, are replaced when they are
    /// old, and begin initialised.
    #[must_use]
    pub fn provisioned_form(&self) -> Self {
        Self {
            keep_alive: KeepAlive::Never,
            proactive_replacement: 1.0,
            early_end: 0.0,
            init_errors: 0.0,
            ..self.clone()
        }
    }
}

impl Function {
    /// The capacities of its qualifiers at the start.
    pub fn provisioned_by_qualifier(&self) -> Vec<u32> {
        self.all_provisioned().map(|provisioned| provisioned.capacity).collect()
    }

    /// The most that all its qualifiers can have together without a change of the configuration.
    pub fn most_provisioned(&self) -> u32 {
        self.all_provisioned().map(ProvisionedConcurrency::most).sum()
    }

    /// Whether target tracking scales any of them.
    pub fn tracks_a_target(&self) -> bool {
        let target = |provisioned: &ProvisionedConcurrency| provisioned.scaling.as_ref()?.target;
        self.all_provisioned().any(|provisioned| target(provisioned).is_some())
    }

    fn all_provisioned(&self) -> impl Iterator<Item = &ProvisionedConcurrency> {
        let versions = self.versions.iter().filter_map(|version| version.config.provisioned.as_ref());
        let aliases = self.aliases.iter().filter_map(|alias| alias.provisioned.as_ref());
        self.provisioned.iter().chain(versions).chain(aliases)
    }
}
