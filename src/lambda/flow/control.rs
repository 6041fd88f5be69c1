//! Changes of configuration and limits while the clock runs (`events: - {at, set}`).

use crate::scenario::model::{Function, Scaling};

use super::super::facts::{Fact, Observer};
use super::super::scaling::ScalingRate;
use super::{World, reserved_total};

impl<O: Observer> World<'_, O> {
    pub(super) fn apply_change(&mut self, index: u32) {
        let scenario = self.scenario;
        let change = &scenario.changes[index as usize];
        let account = &change.account;
        let before = match (index as usize).checked_sub(1) {
            Some(previous) => scenario.changes[previous].account.scaling,
            None => scenario.account.scaling,
        };
        if account.scaling != before {
            self.change_scaling(account.scaling);
        }
        self.account.resize(self.now, *account, reserved_total(&change.functions));
        for function in 0..self.parts.functions() {
            let id = self.cell.functions[function as usize].0 as usize;
            self.reconfigure(function, &change.functions[id]);
        }
        self.account_config = *account;
        if !self.pools.is_empty() {
            self.carve();
        }
        self.account.look(self.now);
    }

    fn change_scaling(&mut self, scaling: Scaling) {
        let shape = self.scenario.assumptions.scaling_bucket;
        for state in &mut self.functions {
            state.scaling.replace(self.now, ScalingRate::of_function(scaling, shape));
        }
        self.account.scaling.replace(self.now, ScalingRate::of_region(scaling));
    }
}

impl<'s, O: Observer> World<'s, O> {
    fn reconfigure(&mut self, function: u32, config: &'s Function) {
        let now = self.now;
        let rate = self.reserved_rate(config);
        let state = &mut self.functions[function as usize];
        if state.config == config {
            return;
        }
        let before = state.config;
        self.change_routes(function, before, config);
        let state = &mut self.functions[function as usize];
        let retired = replaces_environments(state.config, config);
        if retired {
            state.fleet.retire_all(now, state.config);
            state.former.push(state.config);
        } else if changes_idleness(state.config, config) {
            state.fleet.catch_up(now, state.config);
        }
        // What has happened so far is billed by the rules of so far.
        self.tell_lapses(function);
        let state = &mut self.functions[function as usize];
        self.account.concurrency.reserve(&mut state.concurrency, config.reserved_concurrency);
        state.request_rate.resize(now, rate);
        state.take_on(config, self.scenario);
        if retired {
            self.publish_version(function);
        }
        self.reconfigure_pools(function, config, retired);
        if config.surroundings.key.is_some() {
            self.watch_key(function);
        }
        self.tell(Fact::Reconfigured { function, retired });
    }
}

/// Whether idle environments live by other rules from now on (S16, S17).
fn changes_idleness(before: &Function, after: &Function) -> bool {
    before.keep_alive != after.keep_alive || before.proactive_replacement != after.proactive_replacement
}

/// Whether a change is one of code or configuration, which retires all environments of `$LATEST` (S19).
///
/// How the handler behaves under load (errors, duration, payloads) and what the function may use (reserved
/// concurrency, asynchronous settings) can change without a deployment.
fn replaces_environments(before: &Function, after: &Function) -> bool {
    before.runtime != after.runtime
        || before.arch != after.arch
        || before.code != after.code
        || before.memory != after.memory
        || before.timeout != after.timeout
        || before.ephemeral_storage != after.ephemeral_storage
        || before.tmp != after.tmp
        || before.cold_start != after.cold_start
        || before.snapstart != after.snapstart
        || is_encrypted_otherwise(before, after)
        || before.surroundings.cold_image != after.surroundings.cold_image
}

/// A key that cannot be used any more is no change of the function, but another key or other variables are.
fn is_encrypted_otherwise(before: &Function, after: &Function) -> bool {
    let of = |function: &Function| {
        let key = function.surroundings.key.as_ref().map(|key| (key.name.clone(), key.each_invocation));
        (key, function.surroundings.environment_size)
    };
    of(before) != of(after)
}
