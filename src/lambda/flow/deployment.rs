//! Deployments: the traffic of an alias is shifted step by step, and taken back when an alarm goes off.

use crate::engine::Rank;
use crate::scenario::model::{Alarm, Deployment, Qualifier};
use crate::units::{SimDuration, SimTime};

use super::super::alarm::{Sign, SlidingCount};
use super::super::facts::{DeploymentChange, Fact, Observer};
use super::super::parts::Served;
use super::{Event, World};

/// How often alarms are looked at.
const LOOK: SimDuration = SimDuration::from_secs(1);

/// A deployment of a function of this cell.
pub(super) struct DeploymentState<'s> {
    config: &'s Deployment,
    /// Index among the deployments of the scenario.
    index: u32,
    /// Index of the alias, and of the version that gets its traffic.
    alias: u32,
    to: u32,
    /// Where the alias led before: a place, and one more with its share.
    from: (u32, Option<(u32, f64)>),
    steps: u32,
    /// Counts of the alarms, while traffic is shifted.
    watches: Vec<Watch<'s>>,
}

struct Watch<'s> {
    alarm: &'s Alarm,
    function: u32,
    part: Option<u32>,
    count: SlidingCount,
}

impl<O: Observer> World<'_, O> {
    pub(super) fn build_deployments(&mut self) {
        for (index, config) in self.scenario.deployments.iter().enumerate() {
            let Ok(function) = self.cell.functions.binary_search(&config.function) else { continue };
            let function = function as u32;
            let deployment = self.deployments.len() as u32;
            self.agenda.push(config.at, Rank::Control, Event::Shift { deployment });
            self.deployments.push(DeploymentState {
                config,
                index: index as u32,
                alias: self.parts.index(function, Qualifier::Alias(config.alias)),
                to: self.parts.index(function, Qualifier::Version(config.version)),
                from: (function, None),
                steps: 0,
                watches: Vec::new(),
            });
        }
    }

    /// The next step: more of the alias's traffic goes to the new version.
    pub(super) fn shift_traffic(&mut self, index: u32) {
        let now = self.now;
        let deployment = &self.deployments[index as usize];
        let (alias, to, strategy) = (deployment.alias, deployment.to, deployment.config.strategy);
        if deployment.steps == 0 {
            self.begin_deployment(index);
        } else if !self.deployments[index as usize].is_under_way() {
            return;
        }
        let deployment = &mut self.deployments[index as usize];
        deployment.steps += 1;
        let tenths = strategy.tenths(deployment.steps);
        let (number, is_last) = (deployment.index, deployment.steps == strategy.steps());
        let route = self.route_mut(alias);
        if is_last {
            route.place = to;
            route.additional = None;
        } else {
            route.additional = Some((to, f64::from(tenths) / 10.0));
        }
        self.tell(Fact::Deployment { deployment: number, change: DeploymentChange::Shifted { tenths } });
        if is_last {
            if let Some(pool) = self.pool_of(self.parts.function_of(alias), Some(alias)) {
                self.move_pool(pool, to);
            }
            self.deployments[index as usize].watches.clear();
        } else {
            self.schedule_if_seen(now + strategy.wait(), Rank::Control, Event::Shift { deployment: index });
        }
    }

    fn begin_deployment(&mut self, index: u32) {
        let now = self.now;
        let alias = self.deployments[index as usize].alias;
        let route = self.route_mut(alias);
        let from = (route.place, route.additional);
        let deployment = &mut self.deployments[index as usize];
        deployment.from = from;
        let alarms = &deployment.config.rollback_if;
        if deployment.config.strategy.steps() == 1 || alarms.is_empty() {
            return;
        }
        let watch = |alarm| {
            let alarm: &Alarm = alarm;
            let function =
                self.cell.functions.binary_search(&alarm.function).expect("cells are closed under alarms");
            let part = alarm.qualifier.map(|qualifier| self.parts.index(function as u32, qualifier));
            Watch { alarm, function: function as u32, part, count: SlidingCount::new(now, alarm.window) }
        };
        deployment.watches = alarms.iter().map(watch).collect();
        self.schedule_if_seen(now + LOOK, Rank::Timer, Event::Look { deployment: index });
    }

    /// What nobody would see after the end of all traffic does not keep the run going (S72).
    pub(super) fn schedule_if_seen(&mut self, at: SimTime, rank: Rank, event: Event) {
        if at <= self.scenario.traffic_end() {
            self.agenda.push(at, rank, event);
        }
    }

    /// Looks at the alarms; one that goes off takes the alias back.
    pub(super) fn look_at_alarms(&mut self, index: u32) {
        let now = self.now;
        let deployment = &mut self.deployments[index as usize];
        if deployment.watches.is_empty() {
            return;
        }
        let breached =
            deployment.watches.iter_mut().position(|watch| watch.count.is_breached(now, watch.alarm));
        let Some(alarm) = breached else {
            self.schedule_if_seen(now + LOOK, Rank::Timer, Event::Look { deployment: index });
            return;
        };
        deployment.watches.clear();
        deployment.steps = deployment.config.strategy.steps();
        let (alias, from, number) = (deployment.alias, deployment.from, deployment.index);
        let route = self.route_mut(alias);
        (route.place, route.additional) = from;
        let change = DeploymentChange::RolledBack { alarm: alarm as u32 };
        self.tell(Fact::Deployment { deployment: number, change });
    }

    /// Something happened that alarms may count.
    pub(super) fn sign(&mut self, function: u32, served: Served, sign: Sign) {
        let now = self.now;
        for deployment in &mut self.deployments {
            for watch in &mut deployment.watches {
                let concerns = watch.part.is_none_or(|part| served.parts().any(|served| served == part));
                if watch.function == function && concerns {
                    watch.count.count(now, watch.alarm.quantity, sign);
                }
            }
        }
    }
}

impl DeploymentState<'_> {
    fn is_under_way(&self) -> bool {
        self.steps < self.config.strategy.steps()
    }
}
