//! Traffic sources.

mod arrivals;

pub(super) use arrivals::schedule;

use std::collections::BTreeMap;

use crate::scenario::fill;
use crate::scenario::model::{Arrivals, Client, Mode, Overrides, Traffic};
use crate::scenario::tree::Place;
use crate::units::SimTime;

use super::cursor::Cursor;
use super::function::{handler_or_none, optional, payload};
use super::{Names, Setting, lookup, version};

pub(super) fn read_all(
    top: &Cursor<'_>,
    names: &Names,
    setting: &Setting,
    clients: Option<&[Client]>,
) -> Option<Vec<Traffic>> {
    let mut sources = Vec::new();
    let mut complete = true;
    let mut unnamed: BTreeMap<&str, u32> = BTreeMap::new();
    let mut taken: BTreeMap<String, crate::scenario::tree::Place> = BTreeMap::new();
    for source in top.find("traffic").iter().flat_map(Cursor::items) {
        let target = source.find("to").and_then(|to| to.text()).unwrap_or("");
        let filled = fill::complete_source(source.node, &setting.profile);
        let source = Cursor { node: &filled, ..source };
        let name = source.find("name").and_then(|name| name.text()).map_or_else(
            || {
                let count = unnamed.entry(target).or_default();
                *count += 1;
                if *count == 1 { target.to_owned() } else { format!("{target}#{count}") }
            },
            str::to_owned,
        );
        let place = source.find("name").map_or(source.node.place, |name| name.node.place);
        if let Some(earlier) = taken.insert(name.clone(), place) {
            let problem = source
                .find("name")
                .unwrap_or_else(|| source.clone())
                .problem(format!("the name `{name}` stands for two sources"));
            source.report(
                problem
                    .other(earlier, "first here")
                    .hint("names address the random streams, so each is unique"),
            );
        }
        match read(&source, name, names, setting, clients) {
            Some(source) => sources.push(source),
            None => complete = false,
        }
    }
    complete.then_some(sources)
}

fn read(
    source: &Cursor<'_>,
    name: String,
    names: &Names,
    setting: &Setting,
    clients: Option<&[Client]>,
) -> Option<Traffic> {
    let to = source.find("to").and_then(|key| version::receiver_or_part(&key, names));
    let client = optional(source.find("client"), |key| lookup(key, "client", &names.clients));
    let via = optional(source.find("via"), |key| lookup(key, "gateway", &names.gateways));
    let mode = source.find("mode").and_then(|key| {
        key.choice(&[("sync", Mode::Sync), ("async", Mode::Async), ("dry_run", Mode::DryRun)])
    });
    let at = source.find("at").and_then(|key| key.duration()).map(|span| SimTime::ZERO + span);
    let arrivals = arrivals::read(source, names, setting);
    let length = optional(source.find("for"), Cursor::duration);
    let overrides = overrides(source);
    let until = match (at, length?, &arrivals) {
        (Some(at), Some(length), Some(_)) => Some(at + length),
        (Some(at), None, Some(arrivals)) => arrivals.own_length.map(|length| at + length),
        _ => None,
    };
    let (to, qualifier) = to?;
    let read = Traffic {
        name,
        to,
        qualifier,
        mode: mode?,
        client: client?,
        via: via?,
        arrivals: arrivals?.arrivals,
        at: at?,
        until,
        overrides: overrides?,
    };
    check(source, &read, setting, clients);
    if read.function().is_none() {
        check_messages(source, &read);
    }
    Some(read)
}

fn overrides(source: &Cursor<'_>) -> Option<Overrides> {
    let handler = handler_or_none(source, None);
    let errors = optional(source.find("errors"), Cursor::share);
    let payload = optional(source.find("payload"), payload);
    let memory = optional(source.find("max_memory_used"), Cursor::memory_distribution);
    Some(Overrides { handler: handler?, errors: errors?, payload: payload?, max_memory_used: memory? })
}

/// What means something for requests to a function alone.
fn check_messages(source: &Cursor<'_>, traffic: &Traffic) {
    const OF_REQUESTS: [&str; 7] =
        ["client", "via", "duration", "work", "errors", "payload", "max_memory_used"];
    for key in OF_REQUESTS.iter().filter_map(|key| source.find(key)) {
        let problem = key.problem(format!("`{}` belongs to requests to a function", key.name()));
        key.report(
            problem.hint("what is sent to a queue is processed in batches, by the function that reads it"),
        );
    }
    if let Arrivals::Users { .. } = traffic.arrivals {
        let key = source.find("users").unwrap_or_else(|| source.clone());
        key.report(key.problem("`users` wait for answers, and a queue gives none"));
    }
    if traffic.mode == Mode::DryRun
        || source.find("mode").is_some_and(|mode| mode.node.place != Place::DEFAULT)
    {
        let key = source.find("mode").unwrap_or_else(|| source.clone());
        key.report(key.problem("`mode` is the invocation type of a function; a message has none"));
    }
    if let Arrivals::Trace(trace) = &traffic.arrivals
        && !trace.functions.is_empty()
    {
        let key = source.find("arrivals").unwrap_or_else(|| source.clone());
        key.report(key.problem("a trace of messages has no `function` column"));
    }
}

/// What can only be judged when all parts are known.
fn check(source: &Cursor<'_>, traffic: &Traffic, setting: &Setting, clients: Option<&[Client]>) {
    let endless = match traffic.arrivals {
        Arrivals::Trace(_) | Arrivals::Burst(_) => false,
        Arrivals::Rate { .. }
        | Arrivals::OnOff { .. }
        | Arrivals::Renewal(_)
        | Arrivals::Users { .. }
        | Arrivals::Every(_)
        | Arrivals::Cron(_) => traffic.until.is_none(),
    };
    if endless && setting.horizon.is_none() {
        let problem = source.problem(format!("the traffic `{}` never ends", traffic.name));
        source.report(
            problem.hint("give it an end, e.g. for: 10m, or give the scenario a horizon, e.g. horizon: 30m"),
        );
    }
    if let (Some(id), Some(clients)) = (traffic.client, clients)
        && traffic.mode != Mode::Sync
        && waits_or_retries(&clients[id.0 as usize])
    {
        let key = source.find("client").unwrap_or_else(|| source.clone());
        let problem = key.problem("only synchronous calls wait, give up and try again");
        key.report(problem.hint("use mode: sync, or a client with nothing but `allow`"));
    }
    if let Arrivals::Trace(trace) = &traffic.arrivals
        && traffic.qualifier.is_some()
        && !trace.functions.is_empty()
    {
        let key = source.find("to").unwrap_or_else(|| source.clone());
        key.report(
            key.problem("the trace names a function in each row, so `to` cannot name a version or alias"),
        );
    }
    if traffic.via.is_some() && traffic.mode != Mode::Sync && traffic.function().is_some() {
        let key = source.find("via").unwrap_or_else(|| source.clone());
        let problem = key.problem("only synchronous requests come through a gateway");
        key.report(problem.hint("use mode: sync, or leave `via` out"));
    }
    let Arrivals::Users { think_time, .. } = &traffic.arrivals else { return };
    if traffic.mode != Mode::Sync {
        let key = source.find("mode").unwrap_or_else(|| source.clone());
        key.report(key.problem("`users` wait for answers, so their mode is sync"));
    }
    let distant = match (traffic.client, clients) {
        (Some(id), Some(clients)) => clients[id.0 as usize].network.mean() > 0.0,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if think_time.mean() <= 0.0 && !distant {
        let key = source.find("users").unwrap_or_else(|| source.clone());
        let problem =
            key.problem("`users` need a `think_time` above zero, or a client with a `network` time");
        key.report(problem.hint("otherwise a throttled user would call again at the same instant, for ever"));
    }
}

/// Whether a client has settings that mean something for synchronous calls only.
fn waits_or_retries(client: &Client) -> bool {
    client.network.mean() > 0.0 || client.timeout.is_some() || client.attempts > 1
}
