//! What is paid by the hour, whether it is used or not: NAT gateways, interface endpoints, customer keys.

use std::collections::{BTreeMap, BTreeSet};

use crate::observe::{MeteredUsage, Window};
use crate::platform::{Metered, Service};
use crate::scenario::model::{Function, Scenario, Surroundings};
use crate::units::SimTime;

use super::bill::Owner;

/// What stands in one VPC.
#[derive(Default)]
struct Fixtures<'s> {
    nat_gateways: u32,
    zones: u32,
    endpoints: BTreeSet<&'s str>,
}

/// The usage of each VPC and each key until `end`, by name.
pub(super) fn usage(scenario: &Scenario, end: SimTime) -> Vec<(Owner, MeteredUsage)> {
    let billed =
        [Service::Nat, Service::Endpoints, Service::Kms].map(|service| scenario.pricing.includes(service));
    if !billed.contains(&true) {
        return Vec::new();
    }
    let window = Window::of(scenario);
    let mut found: BTreeMap<(bool, &str), MeteredUsage> = BTreeMap::new();
    let spans = spans(scenario, end);
    for (functions, from, until) in spans {
        let [nat, endpoints, kms] = billed;
        let mut add = |is_key: bool, name, metered, count: u32| {
            let usage =
                found.entry((is_key, name)).or_insert_with(|| MeteredUsage::new(scenario.start_unix_s));
            (0..count).for_each(|_| usage.add_span(from, until, metered, window));
        };
        for (name, fixtures) in fixtures(functions) {
            if nat {
                add(false, name, Metered::NatTime, fixtures.nat_gateways);
            }
            if endpoints {
                let count = fixtures.endpoints.len() as u32 * fixtures.zones;
                add(false, name, Metered::EndpointTime, count);
            }
        }
        let keys: BTreeSet<&str> =
            around(functions).filter_map(|around| around.key.as_ref()).map(|key| key.name.as_str()).collect();
        for name in keys.into_iter().filter(|_| kms) {
            add(true, name, Metered::KmsKeyTime, 1);
        }
    }
    let named = |((_, name), usage): ((bool, &str), MeteredUsage)| (Owner::Resource(name.to_owned()), usage);
    found.into_iter().map(named).collect()
}

/// The functions as they are from one change to the next.
fn spans(scenario: &Scenario, end: SimTime) -> Vec<(&[Function], SimTime, SimTime)> {
    let later = scenario.changes.iter().map(|change| (change.at, change.functions.as_slice()));
    let states: Vec<_> =
        std::iter::once((SimTime::ZERO, scenario.functions.as_slice())).chain(later).collect();
    let ends = states.iter().skip(1).map(|(at, _)| *at).chain([end]);
    states.iter().zip(ends).map(|((from, functions), until)| (*functions, *from, until.min(end))).collect()
}

fn around(functions: &[Function]) -> impl Iterator<Item = &Surroundings> {
    functions.iter().flat_map(|function| {
        let versions = function.versions.iter().map(|version| &version.config.surroundings);
        std::iter::once(&function.surroundings).chain(versions)
    })
}

fn fixtures(functions: &[Function]) -> BTreeMap<&str, Fixtures<'_>> {
    let mut found: BTreeMap<&str, Fixtures<'_>> = BTreeMap::new();
    for vpc in around(functions).filter_map(|around| around.vpc.as_ref()) {
        let fixtures = found.entry(&vpc.name).or_default();
        fixtures.nat_gateways = fixtures.nat_gateways.max(vpc.nat_gateways);
        fixtures.zones = fixtures.zones.max(vpc.zones);
        fixtures.endpoints.extend(vpc.interface_endpoints.iter().map(String::as_str));
    }
    found
}
