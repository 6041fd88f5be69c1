//! From a tree to a [`Scenario`]: every value typed, every reference resolved, every problem noted.
//!
//! A reader returns `None` for a value that is wrong and has been reported; where a value may be absent, or may be a
//! word such as `never`, that is a second `Option` inside.

#![expect(clippy::option_option, reason = "the outer one is \"wrong and reported\", the inner one a meaning")]

mod account;
mod cold_start;
mod cursor;
mod distribution;
mod downstream;
mod empirical;
mod endless;
mod event_source;
mod events;
mod experiment;
mod function;
mod gateway;
mod keep_alive;
mod layers;
mod log_subscription;
mod outside;
mod package;
mod permissions;
mod presigns;
mod pricing;
mod provisioned;
mod push_source;
mod queue;
mod queue_rules;
mod resources;
mod schedules;
mod snapstart;
mod storage_quota;
mod stream;
mod stream_kinds;
mod surroundings;
mod target;
mod thresholds;
mod tmp;
mod traffic;
mod updates;
mod version;
mod weighted;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::platform::{PriceBook, Profile};
use crate::units::{SimDuration, SimTime};

use super::fill;
use super::model::{
    Assumptions, AsyncJitter, ClientId, DownstreamId, EnvironmentChoice, Experiment, FunctionId, GatewayId,
    PushId, PushKind, QueueId, ScalingBucket, Scenario, SnapStartCache, SqsErrorBackoff, SqsRamp,
    SqsThrottleRetry, StreamId, StreamKind, SuppressedInit, Totals,
};
use super::problem::{Problem, suggestion};
use super::tree::Node;

pub(super) use cold_start::DEFAULT_RUNTIME;
use cursor::{Context, Cursor};

/// Names of the scenario and what they stand for.
#[derive(Default)]
struct Names {
    functions: BTreeMap<String, FunctionId>,
    queues: BTreeMap<String, QueueId>,
    clients: BTreeMap<String, ClientId>,
    /// Versions and aliases, by function.
    qualifiers: BTreeMap<String, version::Qualifiers>,
    gateways: BTreeMap<String, GatewayId>,
    downstreams: BTreeMap<String, DownstreamId>,
    /// Where each of them is.
    addresses: Vec<Option<String>>,
    /// KMS, behind them.
    kms: DownstreamId,
    streams: BTreeMap<String, StreamId>,
    /// Kinds of them.
    stream_kinds: Vec<Option<StreamKind>>,
    /// Topics, buckets and event buses.
    pushes: BTreeMap<String, (PushId, PushKind)>,
}

/// What the file is called and where it lies.
pub(super) struct Origin<'o> {
    pub text: &'o str,
    pub file_name: &'o str,
    pub folder: &'o Path,
}

/// The facts that the readers of sections need.
struct Setting {
    profile: Profile,
    region: String,
    start_unix_s: i64,
    horizon: Option<SimTime>,
    /// It is about what holds after an entry of `events`.
    is_later: bool,
    snapstart_cache: SnapStartCache,
}

/// The profile that the tree names; the default when it names none that exists (which is reported elsewhere).
pub(super) fn profile_of(tree: &Node) -> Profile {
    tree.find("platform").and_then(Node::text).and_then(Profile::by_name).unwrap_or_else(Profile::current)
}

/// The same tree with `defaults:` merged and every default written in.
pub(super) fn completed(tree: &Node) -> Node {
    let mut complete = tree.clone();
    fill::merge_defaults(&mut complete);
    fill::fill(&mut complete, &profile_of(tree));
    complete
}

/// The same tree with every default written in, except inside functions and traffic, which are completed when they are read.
fn framed(tree: &Node) -> Node {
    let mut framed = tree.clone();
    fill::fill_frame(&mut framed, &profile_of(tree));
    framed
}

/// Reads `tree`, which has its `--set` applied but not its defaults.
pub(super) fn scenario(tree: &Node, origin: &Origin<'_>) -> (Option<Scenario>, Vec<Problem>) {
    let complete = framed(tree);
    let allow_invalid = complete.find("allow_invalid").and_then(Node::text) == Some("true");
    let context = Context::new(origin.folder, allow_invalid);
    let mut scenario = whole(&complete, origin, &context);
    let (mut problems, warnings) = context.into_parts();
    let mut sound = scenario.as_mut().filter(|_| problems.is_empty());
    if let Some(scenario) = &mut sound {
        scenario.warnings = warnings;
    }
    let (happenings, wrong) = events::read(tree, sound.as_deref_mut(), origin, allow_invalid);
    problems.extend(wrong);
    let context = Context::new(origin.folder, allow_invalid);
    if let Some(scenario) = &mut sound {
        scenario.changes = happenings.changes;
        scenario.disturbances = happenings.disturbances;
        scenario.redrives = happenings.redrives;
    }
    let whole = sound.as_deref().filter(|_| problems.is_empty());
    let (experiment, wrong) = experiment::read(&complete, whole, context);
    problems.extend(wrong);
    if let (Some(scenario), Some(experiment)) = (sound, experiment) {
        scenario.experiment = experiment;
    }
    (scenario.filter(|_| problems.is_empty()), problems)
}

fn whole(tree: &Node, origin: &Origin<'_>, context: &Context) -> Option<Scenario> {
    let top = Cursor { node: tree, path: String::new(), context };
    let names = names(&top);
    top.find("version").map(|version| version.count(1, 1));
    top.find("allow_invalid").map(|allow| allow.boolean());
    let pricing =
        top.find("pricing").and_then(|block| pricing::read(&block, &text_or(&top, "region", DEFAULT_REGION)));
    let book = pricing.as_ref().map_or_else(PriceBook::current, |pricing| Arc::clone(&pricing.book));
    check_region(&top, &book);
    let setting = setting(&top);
    let account = top.find("account").and_then(|account| account::read(&account, &setting));
    let (functions, functions_on_default_runtime) = function::read_all(&top, &names, &setting);
    if let Some(account) = account {
        function::check_reservations(&top, account.concurrency, &setting.profile);
        if let Some(functions) = &functions {
            provisioned::check_all(&top, functions, account.concurrency, &setting.profile);
            weighted::check_all(&top, functions);
        }
    }
    storage_quota::check(&top);
    target::check_names(&top);
    let queues = queue::read_all(&top, &names);
    if let (Some(functions), Some(queues)) = (&functions, &queues) {
        event_source::check_visibility(&top, functions, queues);
        queue_rules::check(&top, functions, queues, &setting.profile);
    }
    let clients = resources::clients(&top);
    let gateways = gateway::read_all(&top, &setting);
    let downstreams = downstream::read_all(&top, functions.as_deref(), &setting);
    let streams = stream::read_all(&top);
    if let (Some(functions), Some(streams)) = (&functions, &streams) {
        stream::check_readers(&top, functions, streams);
        stream_kinds::check(&top, functions, streams, &setting.profile);
    }
    let push_sources = push_source::read_all(&top, &names);
    if let (Some(sources), Some(queues)) = (&push_sources, &queues) {
        push_source::check_queues(&top, sources, queues);
    }
    if let (Some(functions), Some(sources)) = (&functions, &push_sources) {
        push_source::check_destinations(&top, functions, sources);
    }
    let mut traffic = traffic::read_all(&top, &names, &setting, clients.as_deref());
    let deployments = version::deployments(&top, &names, functions.as_deref());
    if let (Some(functions), Some(traffic)) = (&functions, &traffic) {
        version::check_bare(&top, functions, traffic);
        snapstart::check_latest(&top, functions, traffic);
        version::check_own_cold_start(&top, functions);
        provisioned::check_created(&top);
        let pushes = push_sources.as_deref().unwrap_or_default();
        let logs_are_told = log_subscription::check_loops(&top, functions);
        if setting.horizon.is_none() {
            endless::check(&top, functions, pushes, logs_are_told);
        }
    }
    if let (Some(functions), Some(traffic)) = (&functions, &mut traffic) {
        schedules::add(&top, functions, traffic, &setting);
    }
    let thresholds = thresholds::read_all(&top, &names);
    let assumptions = top.find("assumptions").and_then(|assumptions| read_assumptions(&assumptions));
    let seed = top.find("seed").and_then(|seed| seed.count(0, u64::MAX));
    let warmup = top.find("warmup").and_then(|warmup| read_warmup(&warmup, &setting));
    let (functions, traffic) = (functions?, traffic?);
    Some(Scenario {
        name: text_or(&top, "name", &stem(origin.file_name)),
        description: text_or(&top, "description", ""),
        sha256: hexadecimal(&Sha256::digest(origin.text.as_bytes())),
        platform: setting.profile.clone(),
        region: setting.region.clone(),
        start_unix_s: setting.start_unix_s,
        seed: seed?,
        horizon: setting.horizon,
        warmup: warmup?,
        account: account?,
        totals: Totals::of(&functions, &traffic, setting.horizon),
        functions,
        queues: queues?,
        push_sources: push_sources?,
        streams: streams?,
        clients: clients?,
        gateways: gateways?,
        downstreams: downstreams?,
        traffic,
        changes: Vec::new(),
        deployments: deployments?,
        redrives: Vec::new(),
        disturbances: Vec::new(),
        thresholds: thresholds?,
        assumptions: assumptions?,
        pricing: pricing?,
        experiment: Experiment::default(),
        warnings: Vec::new(),
        functions_on_default_runtime,
    })
}

fn names(top: &Cursor<'_>) -> Names {
    fn numbered<T>(section: Option<&Cursor<'_>>, id: fn(u32) -> T) -> BTreeMap<String, T> {
        let mut found = BTreeMap::new();
        for (index, (name, _)) in section.into_iter().flat_map(Cursor::entries).enumerate() {
            found.entry(name.to_owned()).or_insert_with(|| id(index as u32));
        }
        found
    }
    let downstreams = numbered(top.find("downstreams").as_ref(), DownstreamId);
    Names {
        addresses: downstream::addresses(top),
        kms: DownstreamId(downstreams.len() as u32),
        functions: numbered(top.find("functions").as_ref(), FunctionId),
        queues: numbered(top.find("queues").as_ref(), QueueId),
        clients: numbered(top.find("clients").as_ref(), ClientId),
        qualifiers: version::qualifiers(top),
        gateways: numbered(top.find("gateways").as_ref(), GatewayId),
        downstreams,
        streams: numbered(top.find("streams").as_ref(), StreamId),
        stream_kinds: stream_kinds::kinds(top),
        pushes: push_source::names(top),
    }
}

const DEFAULT_REGION: &str = "us-east-1";

/// A region without any price is more likely a slip than a place.
fn check_region(top: &Cursor<'_>, book: &PriceBook) {
    let regions = book.regions();
    let Some(written) = top.find("region") else { return };
    if let Some(region) = written.text().filter(|region| !regions.contains(region)) {
        let problem =
            written.problem(format!("there is no price list for region {}", written.node.described()));
        written.report(problem.hint(suggestion(region, regions.iter().copied())));
    }
}

fn setting(top: &Cursor<'_>) -> Setting {
    if let Some(platform) = top.find("platform") {
        platform.choice(&Profile::NAMES.map(|name| (name, ())));
    }
    let region = text_or(top, "region", DEFAULT_REGION);
    let start = top.find("start").and_then(|start| {
        let seconds = outside::unix_seconds(start.text()?);
        if seconds.is_none() {
            let message = format!(
                "`start` must be an instant such as 2026-11-23T00:00:00Z; found {}",
                start.node.described()
            );
            start.report(start.problem(message));
        }
        seconds
    });
    let horizon = top.find("horizon").and_then(|horizon| {
        let span = horizon.duration()?;
        if span == SimDuration::ZERO {
            horizon.report(horizon.problem("`horizon` must be above zero"));
            return None;
        }
        Some(SimTime::ZERO + span)
    });
    let caches = [SnapStartCache::Warming, SnapStartCache::Cold, SnapStartCache::Warm];
    let cache = top.find("assumptions").and_then(|block| block.find("snapstart_cache"));
    let cache = cache.and_then(|key| key.choice(&caches.map(|cache| (cache.name(), cache))));
    Setting {
        profile: profile_of(top.node),
        region,
        start_unix_s: start.unwrap_or(0),
        horizon,
        is_later: false,
        snapstart_cache: cache.unwrap_or(SnapStartCache::Warming),
    }
}

fn read_warmup(warmup: &Cursor<'_>, setting: &Setting) -> Option<SimTime> {
    let end = SimTime::ZERO + warmup.duration()?;
    if setting.horizon.is_some_and(|horizon| end >= horizon) {
        warmup.report(warmup.problem("`warmup` must end before the horizon"));
        return None;
    }
    Some(end)
}

fn read_assumptions(block: &Cursor<'_>) -> Option<Assumptions> {
    use EnvironmentChoice::{LeastRecentlyUsed, MostRecentlyUsed, Newest, Random};
    let scaling_bucket = block.find("scaling_bucket").and_then(|key| {
        key.choice(&[("continuous", ScalingBucket::Continuous), ("step", ScalingBucket::Step)])
    });
    let environment_choice = block.find("environment_choice").and_then(|key| {
        key.choice(&[
            ("mru", MostRecentlyUsed),
            ("lru", LeastRecentlyUsed),
            ("newest", Newest),
            ("random", Random),
        ])
    });
    let own_cold_start = block.find("own_cold_start").and_then(|key| key.boolean());
    let suppressed_init = block.find("suppressed_init").and_then(|key| {
        key.choice(&[("same", SuppressedInit::Same), ("cpu_share", SuppressedInit::CpuShare)])
    });
    let async_jitter = block
        .find("async_jitter")
        .and_then(|key| key.choice(&[("none", AsyncJitter::Nothing), ("full", AsyncJitter::Full)]));
    let sqs_ramp = block
        .find("sqs_ramp")
        .and_then(|key| key.choice(&[("linear", SqsRamp::Linear), ("step", SqsRamp::Step)]));
    let sqs_throttle_retry = block.find("sqs_throttle_retry").and_then(|key| {
        key.choice(&[
            ("none", SqsThrottleRetry::Nothing),
            ("until_visibility", SqsThrottleRetry::UntilVisibility),
        ])
    });
    let sqs_error_backoff = block
        .find("sqs_error_backoff")
        .and_then(|key| key.choice(&[("halve", SqsErrorBackoff::Halve), ("none", SqsErrorBackoff::Nothing)]));
    Some(Assumptions {
        scaling_bucket: scaling_bucket?,
        environment_choice: environment_choice?,
        own_cold_start: own_cold_start?,
        suppressed_init: suppressed_init?,
        async_jitter: async_jitter?,
        sqs_ramp: sqs_ramp?,
        sqs_throttle_retry: sqs_throttle_retry?,
        sqs_error_backoff: sqs_error_backoff?,
    })
}

/// What `name` stands for, or a problem with the nearest match.
fn lookup<T: Copy>(cursor: &Cursor<'_>, kind: &str, known: &BTreeMap<String, T>) -> Option<T> {
    let name = cursor.text()?;
    let found = known.get(name).copied();
    if found.is_none() {
        let problem = cursor.problem(format!("there is no {kind} {}", cursor.node.described()));
        cursor.report(problem.hint(suggestion(name, known.keys().map(String::as_str))));
    }
    found
}

fn text_or(top: &Cursor<'_>, key: &str, otherwise: &str) -> String {
    top.find(key).and_then(|cursor| cursor.text()).unwrap_or(otherwise).to_owned()
}

fn stem(file_name: &str) -> String {
    Path::new(file_name)
        .file_stem()
        .map_or_else(|| "scenario".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
