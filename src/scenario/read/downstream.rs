//! Downstreams, calls, emissions and disturbances.

use crate::scenario::model::{
    Callee, Disturbance, DisturbanceKind, Downstream, Emission, Function, OutgoingCall, Overload, Qualifier,
};
use crate::scenario::problem::suggestion;
use crate::units::SimTime;

use super::cursor::Cursor;
use super::function::optional;
use super::surroundings::{self, Address, Exits, KEY_SERVICE};
use super::{Names, Setting, lookup, version};

pub(super) fn read_all(
    top: &Cursor<'_>,
    functions: Option<&[Function]>,
    setting: &Setting,
) -> Option<Vec<Downstream>> {
    let mut downstreams = Vec::new();
    let mut complete = true;
    for (name, downstream) in top.find("downstreams").iter().flat_map(Cursor::entries) {
        match read(name, &downstream) {
            Some(downstream) => downstreams.push(downstream),
            None => complete = false,
        }
    }
    let has_key = |function: &Function| function.surroundings.key.is_some();
    let any_key = |function: &Function| {
        has_key(function) || function.versions.iter().any(|version| has_key(&version.config))
    };
    if functions.is_some_and(|functions| functions.iter().any(any_key)) {
        if let Some(taken) = top.find("downstreams").and_then(|section| section.find(KEY_SERVICE)) {
            let problem = taken
                .problem(format!("`{KEY_SERVICE}` is KMS itself here, since a function has a customer key"));
            taken.report(problem.hint("give the downstream another name"));
        }
        downstreams.push(surroundings::key_service(&setting.profile, &setting.region));
    }
    complete.then_some(downstreams)
}

fn read(name: &str, downstream: &Cursor<'_>) -> Option<Downstream> {
    let count =
        |key: &str| optional(downstream.find(key), |key| key.count(1, 10_000_000).map(|count| count as u32));
    let (connections, concurrency) = (count("max_connections"), count("max_concurrency"));
    let rate = optional(downstream.find("rate"), |key| {
        let rate = key.rate()?;
        if rate.is_zero() {
            key.report(key.problem("`rate` must be above zero").hint("an outage is an entry of `events`"));
            return None;
        }
        Some(rate)
    });
    let on_overload = downstream
        .find("on_overload")
        .and_then(|key| key.choice(&[("refuse", Overload::Refuse), ("queue", Overload::Queue)]));
    let has_proxy = downstream.find("proxy").and_then(|key| key.boolean());
    if has_proxy == Some(true) && connections == Some(None) {
        let key = downstream.find("proxy").unwrap_or_else(|| downstream.clone());
        key.report(key.problem("a `proxy` needs `max_connections`: its pool"));
    }
    Some(Downstream {
        name: name.to_owned(),
        max_connections: connections?,
        max_concurrency: concurrency?,
        rate: rate?,
        on_overload: on_overload?,
        has_proxy: has_proxy?,
    })
}

const PRIVATE: &str = "private";
const PUBLIC: &str = "public";

/// The calls that a function makes.
pub(super) fn calls(function: &Cursor<'_>, names: &Names, exits: &Exits) -> Option<Vec<OutgoingCall>> {
    let mut calls = Vec::new();
    let mut complete = true;
    for call in function.find("calls").iter().flat_map(Cursor::items) {
        let called = call.find("to").and_then(|key| callee(&key, names));
        let (to, qualifier) = (called.map(|(to, _)| to), called.and_then(|(_, qualifier)| qualifier));
        let latency = call.find("latency").and_then(|key| key.distribution());
        let connections = call.find("connections").and_then(|key| key.count(0, 10_000));
        if let (Some(Callee::Function(_)), Some(key)) = (to, call.find("connections"))
            && key.node.place != crate::scenario::tree::Place::DEFAULT
        {
            key.report(key.problem("a function has no connections").hint("only downstreams have"));
        }
        let data = call.find("data").and_then(|key| key.bytes());
        let patience = call.find("connect_timeout").and_then(|key| key.duration());
        let place = to.and_then(|to| place(&call, to, names));
        match (to, latency, connections, data, patience, place) {
            (Some(to), Some(latency), Some(connections), Some(data), Some(patience), Some((at, needs))) => {
                let (way, obstacle) = surroundings::way(exits, &at, needs);
                calls.push(OutgoingCall {
                    to,
                    qualifier,
                    latency,
                    connections: connections as u32,
                    way,
                    obstacle,
                    data,
                    connect_timeout: patience,
                });
            }
            _ => complete = false,
        }
    }
    complete.then_some(calls)
}

/// Where the callee is, and which action the call needs.
fn place<'a>(call: &Cursor<'a>, to: Callee, names: &Names) -> Option<(Address, Option<&'a str>)> {
    let needs = call.find("needs");
    let action = needs.as_ref().map_or(Some(None), |key| key.text().map(Some))?;
    if let (Some(key), Some(action)) = (&needs, action)
        && !action.contains(':')
    {
        let message = format!("an action is SERVICE:NAME; found {}", key.node.described());
        key.report(key.problem(message).hint("e.g. dynamodb:PutItem"));
    }
    let is_public = call.find("public_endpoint")?.boolean()?;
    let of_action = action.and_then(|action| action.split_once(':')).map(|(service, _)| service);
    match to {
        Callee::Receiver(_) => unreachable!("an entry of `calls` names no receiver"),
        Callee::Function(_) => {
            Some((Address::Service("lambda".to_owned()), action.or(Some("lambda:InvokeFunction"))))
        }
        Callee::Downstream(id) => {
            let stated = names.addresses.get(id.0 as usize).cloned().flatten();
            let address = match (stated.as_deref(), of_action) {
                (Some(PUBLIC), _) => Address::Public,
                (Some(service), _) => Address::Service(service.to_owned()),
                (None, Some(service)) if is_public => Address::Service(service.to_owned()),
                (None, None) if is_public => Address::Public,
                (None, _) => Address::Private,
            };
            Some((address, action))
        }
    }
}

/// Where each downstream is, in the order of the file.
pub(super) fn addresses(top: &Cursor<'_>) -> Vec<Option<String>> {
    let section = top.find("downstreams");
    let entries = section.iter().flat_map(Cursor::entries);
    let of =
        |downstream: Cursor<'_>| downstream.find("endpoint").and_then(|key| key.text().map(str::to_owned));
    entries.map(|(_, downstream)| of(downstream).filter(|text| text != PRIVATE)).collect()
}

/// A downstream, or a function with the version or alias that is named behind it.
fn callee(key: &Cursor<'_>, names: &Names) -> Option<(Callee, Option<Qualifier>)> {
    let name = key.text()?;
    if let Some((id, qualifier)) = version::target_part(key, names) {
        return Some((Callee::Function(id), qualifier?));
    }
    let function = names.functions.get(name).copied().map(Callee::Function);
    let found = function.or_else(|| names.downstreams.get(name).copied().map(Callee::Downstream));
    if found.is_none() {
        let known = names.functions.keys().chain(names.downstreams.keys()).map(String::as_str);
        let message = format!("there is no downstream or function {}", key.node.described());
        key.report(key.problem(message).hint(suggestion(name, known)));
    }
    Some((found?, None))
}

/// What a function passes on.
pub(super) fn emissions(function: &Cursor<'_>, names: &Names) -> Option<Vec<Emission>> {
    let mut emissions = Vec::new();
    let mut complete = true;
    for emission in function.find("emits").iter().flat_map(Cursor::items) {
        let to = emission.find("to").and_then(|key| version::receiver_or_part(&key, names));
        let probability = emission.find("probability").and_then(|key| key.share());
        if let Some(mode) = emission.find("mode") {
            mode.choice(&[("async", ())]);
        }
        match (to, probability) {
            (Some((to, qualifier)), Some(probability)) => {
                emissions.push(Emission { to, qualifier, probability });
            }
            _ => complete = false,
        }
    }
    complete.then_some(emissions)
}

/// An entry of `events` that may be about a downstream: `outage` or `slow`, from `at` on.
pub(super) fn disturbance(at: Option<SimTime>, event: &Cursor<'_>, names: &Names) -> Option<Disturbance> {
    let length = optional(event.find("for"), Cursor::duration);
    let hangs = optional(event.find("hangs"), Cursor::boolean);
    let by = optional(event.find("by"), Cursor::duration);
    let (key, is_outage) = match (event.find("outage"), event.find("slow")) {
        (Some(key), None) => (key, true),
        (None, Some(key)) => (key, false),
        _ => return None,
    };
    let downstream = lookup(&key, "downstream", &names.downstreams);
    let (length, hangs, by) = (length?, hangs?, by?);
    if length.is_none() {
        key.report(
            key.problem(format!("`{}` needs `for`: how long it lasts", key.name())).hint("e.g. for: 2m"),
        );
    }
    let kind = match (is_outage, by, hangs) {
        (true, None, hangs) => Some(DisturbanceKind::Outage { hangs: hangs.unwrap_or(false) }),
        (false, Some(by), None) => Some(DisturbanceKind::Slow { by }),
        (true, Some(_), _) => {
            key.report(key.problem("an `outage` takes no `by`").hint("`slow` adds to the latency"));
            None
        }
        (false, None, _) => {
            key.report(key.problem("`slow` needs `by`: how much longer calls take").hint("e.g. by: 300ms"));
            None
        }
        (false, Some(_), Some(_)) => {
            key.report(key.problem("only an `outage` can hang"));
            None
        }
    };
    let at = at?;
    Some(Disturbance { at, until: at + length?, downstream: downstream?, kind: kind? })
}

/// While the clock runs latencies and probabilities may change, but not who calls whom.
pub(super) fn check_same(top: &Cursor<'_>, after: &[Function], before: &[Function]) {
    let partners = |function: &Function| {
        let is_call = |call: &&OutgoingCall| !matches!(call.to, Callee::Receiver(_));
        let calls = function.calls.iter().filter(is_call);
        let calls = calls.map(|call| (call.to, call.qualifier, call.connections)).collect::<Vec<_>>();
        let emits = function.emits.iter().map(|emission| (emission.to, emission.qualifier));
        (calls, emits.collect::<Vec<_>>())
    };
    let Some(section) = top.find("functions") else { return };
    for ((_, cursor), (after, before)) in section.entries().zip(after.iter().zip(before)) {
        let (now, then) = (&after.surroundings, &before.surroundings);
        let name = |vpc: &Option<crate::scenario::model::Vpc>| vpc.as_ref().map(|vpc| vpc.name.clone());
        let told = |filters: &[crate::scenario::model::LogSubscription]| {
            filters.iter().map(|filter| filter.to).collect::<Vec<_>>()
        };
        if told(&now.log_subscriptions) != told(&then.log_subscriptions) {
            let problem =
                cursor.problem("a log subscription cannot come, go or lead elsewhere while the clock runs");
            cursor.report(problem.hint("its pattern and delay can change"));
        } else if now.key.is_some() != then.key.is_some()
            || name(&now.vpc) != name(&then.vpc)
            || now.created != then.created
        {
            let problem = cursor.problem(
                "a customer key, a VPC and `created` cannot come, go or be others while the clock runs",
            );
            cursor.report(problem.hint(
                "the state of the key and what is in the VPC can change, e.g. set: {functions.api.environment.kms.key_state: disabled}",
            ));
        } else if partners(after) == partners(before) && after.calls.len() != before.calls.len() {
            let key = cursor.find("role").unwrap_or(cursor);
            let problem =
                key.problem("`role.allow` cannot come or go while the clock runs where a function emits");
            key.report(problem.hint(
                "say from the start what is allowed, e.g. role: {allow: [\"*\"]}; its items can change",
            ));
        } else if partners(after) != partners(before) {
            let key = cursor.find("calls").or_else(|| cursor.find("emits")).unwrap_or(cursor);
            let problem =
                key.problem("calls and emissions cannot come, go or go elsewhere while the clock runs");
            key.report(problem.hint(
                "their latency and probability can change, e.g. set: {functions.api.calls.0.latency: 50ms}",
            ));
        }
    }
}
