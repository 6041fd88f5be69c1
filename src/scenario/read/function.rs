//! Functions: ranges as AWS has them, handlers, poison, payload, asynchronous settings.

use std::sync::Arc;

use crate::platform::{Arch, Profile};
use crate::random::{Distribution, math};
use crate::scenario::fill;
use crate::scenario::model::{
    Asynchronous, CpuModel, DeniedDeliveries, Function, FunctionId, Handler, Payload, PerRecord, Poison,
    PushKind, Target,
};
use crate::scenario::problem::Problem;
use crate::scenario::tree::{Node, Value, abridged};
use crate::units::{Memory, SimDuration, parse_duration, parse_memory};

use super::cold_start;
use super::cursor::Cursor;
use super::target::target;
use super::{
    Names, Setting, downstream, event_source, keep_alive, layers, lookup, package, permissions, presigns,
    provisioned, snapstart, surroundings, tmp, version,
};

/// All functions, and those whose cold start is that of the default runtime. They come without their defaults.
pub(super) fn read_all(
    top: &Cursor<'_>,
    names: &Names,
    setting: &Setting,
) -> (Option<Vec<Function>>, Vec<FunctionId>) {
    let mut functions = Vec::new();
    let mut on_default_runtime = Vec::new();
    let mut complete = true;
    let Some(section) = top.find("functions") else { return (None, on_default_runtime) };
    let defaults = top.node.find("defaults");
    for name in ["versions", "aliases"] {
        if let Some(key) = top.find("defaults").and_then(|block| block.find(name)) {
            key.report(key.problem(format!("`{name}` belong to one function and cannot be a default")));
        }
    }
    if matches!(&section.node.value, Value::Map(functions) if functions.is_empty()) {
        section
            .report(section.problem("there is no function").hint("e.g. functions: {api: {duration: 100ms}}"));
        return (None, on_default_runtime);
    }
    for (index, (name, function)) in section.entries().enumerate() {
        let filled = fill::complete_function(function.node, defaults, &setting.profile);
        let own = function.node;
        let function = Cursor { node: &filled, ..function };
        check_name(name, &function);
        let read = read(name, &function, names, setting);
        let versions = version::versions(name, own, defaults, &function, names, setting);
        match (read, versions) {
            (Some((read, by_default)), Some(versions)) => {
                if by_default {
                    on_default_runtime.push(FunctionId(index as u32));
                }
                functions.push(Function { versions, ..read });
            }
            _ => complete = false,
        }
    }
    (complete.then_some(functions), on_default_runtime)
}

fn check_name(name: &str, function: &Cursor<'_>) {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !plain || name.is_empty() || name.len() > 64 {
        let message = format!("`{}` cannot be the name of a function", abridged(name));
        function.report(function.problem(message).hint(
            "AWS accepts 1 to 64 letters, digits, hyphens and underscores; else it answers with ValidationException",
        ));
    }
}

/// A function, or a version of it; without its versions.
pub(super) fn read(
    name: &str,
    function: &Cursor<'_>,
    names: &Names,
    setting: &Setting,
) -> Option<(Function, bool)> {
    if !matches!(function.node.value, Value::Map(_)) {
        return None;
    }
    let managed_runtime = cold_start::check_runtime(function, setting);
    check_handler(function);
    let arch = arch(function);
    let package = function
        .find("package")
        .and_then(|block| package::read(&block, arch.unwrap_or(Arch::X86_64), &setting.profile));
    layers::check(function, package.map(|package| package.kind), setting.profile.unzipped_maximum);
    let memory = function.find("memory").and_then(|key| memory(&key, &setting.profile));
    let timeout = function.find("timeout").and_then(|key| timeout(&key, &setting.profile));
    let storage =
        function.find("ephemeral_storage").and_then(|key| ephemeral_storage(&key, &setting.profile));
    let tmp = tmp::read(function, storage, &setting.profile);
    let cold_start = package.and_then(|package| cold_start::read(function, package));
    let exists = function.find("handler_exists").and_then(|key| key.boolean());
    let share = |name: &str| function.find(name).and_then(|key| key.share());
    let (init_errors, errors, crashes, early_end) =
        (share("init_errors"), share("errors"), share("crashes"), share("early_end"));
    let handler = handler(function, memory);
    let aliases = version::aliases(function);
    let provisioned = provisioned::read(function);
    let cpu_model = function
        .find("cpu_model")
        .and_then(|key| key.choice(&[("quota", CpuModel::Quota), ("proportional", CpuModel::Proportional)]));
    let max_memory_used = optional(function.find("max_memory_used"), Cursor::memory_distribution);
    let poison = function.find("poison").and_then(|key| poison(&key));
    let payload = function.find("payload").and_then(|block| payload(&block));
    let log_volume = function.find("logs").and_then(|logs| logs.find("volume")).and_then(|size| size.bytes());
    let reserved = optional(function.find("reserved_concurrency"), |key| {
        key.count(0, 10_000_000).map(|count| count as u32)
    });
    let keep_alive = function.find("keep_alive").and_then(|key| keep_alive::read(&key));
    let maximum_age =
        function.find("max_age").and_then(|key| keep_alive::maximum_age(&key, keep_alive.as_ref()));
    let asynchronous =
        function.find("async").and_then(|block| asynchronous(&block, name, names, &setting.profile));
    let asynchronous = asynchronous.map(|settings| permissions::deliveries(settings, function, names));
    let sources = event_source::read_all(function, names);
    permissions::check_sources(function, names);
    let around = surroundings::with_calls(function, package, names, setting);
    let emits = downstream::emissions(function, names);
    let presigns = optional(function.find("presigns"), presigns::read);
    let proactive_replacement = share("proactive_replacement");
    // All keys are read by now, so that all problems are told at once.
    let (cold_start, by_default) = cold_start?;
    let init_errors = if exists? { init_errors? } else { 1.0 };
    let subject = snapstart::Subject::new(package?.kind, [memory?, storage?], timeout?, init_errors);
    let (snapstart, cold_start) = snapstart::read(function, subject, cold_start, setting)?;
    let handler = handler?;
    let (event_sources, mut stream_sources, schedules) = sources?;
    let (surroundings, calls) = around?;
    if let Some(created) = surroundings.created {
        // A mapping is made when its function is Active.
        for source in &mut stream_sources {
            source.enabled_at = source.enabled_at.max(created.active);
        }
    }
    let read = Function {
        name: name.to_owned(),
        runtime: function.find("runtime").and_then(|key| key.text()).map(str::to_owned),
        code: code(function),
        managed_runtime,
        arch: arch?,
        package: package?.kind,
        memory: memory?,
        timeout: timeout?,
        ephemeral_storage: storage?,
        tmp: tmp?,
        cold_start,
        // With SnapStart an Init fails when the version is published, not here.
        init_errors: if snapstart.is_some() { 0.0 } else { init_errors },
        snapstart,
        has_handler: handler.is_some(),
        handler: handler.unwrap_or(Handler::Duration(Distribution::Constant(0.0))),
        cpu_model: cpu_model?,
        max_memory_used: max_memory_used?,
        errors: errors?,
        crashes: crashes?,
        poison: poison?,
        payload: payload?,
        log_volume: log_volume?,
        reserved_concurrency: reserved?,
        keep_alive: keep_alive?,
        maximum_age: maximum_age?,
        proactive_replacement: proactive_replacement?,
        early_end: early_end?,
        asynchronous: asynchronous?,
        event_sources,
        stream_sources,
        schedules,
        calls,
        emits: emits?,
        surroundings,
        presigns: presigns?,
        provisioned: provisioned?,
        held: None,
        versions: Arc::default(),
        aliases: aliases?,
    };
    Some((with_held_form(read), by_default))
}

fn with_held_form(read: Function) -> Function {
    let is_held = read.provisioned.is_some() || read.aliases.iter().any(|alias| alias.provisioned.is_some());
    let held = is_held.then(|| Arc::new(read.provisioned_form()));
    Function { held, ..read }
}

/// A value that may be absent: `None` means that it is there and wrong.
pub(super) fn optional<'a, T>(
    key: Option<Cursor<'a>>,
    read: impl FnOnce(&Cursor<'a>) -> Option<T>,
) -> Option<Option<T>> {
    match key {
        None => Some(None),
        Some(key) => read(&key).map(Some),
    }
}

fn arch(function: &Cursor<'_>) -> Option<Arch> {
    function.find("arch")?.choice(&[("x86_64", Arch::X86_64), ("arm64", Arch::Arm64)])
}

fn check_handler(function: &Cursor<'_>) {
    let Some(key) = function.find("handler") else { return };
    let Some(text) = key.text() else { return };
    if text.len() > 128 || text.contains(char::is_whitespace) {
        let problem = key.problem("a handler has at most 128 characters and no blanks");
        key.report(problem.aws_rejects("Handler has the pattern [^\\s]+ and at most 128 characters"));
    }
}

/// A range as AWS words it.
fn out_of_range(
    key: &Cursor<'_>,
    accepted: &str,
    parameter: &str,
    value: u64,
    least: u64,
    most: u64,
) -> Problem {
    let (word, bound) = if value < least { ("greater", least) } else { ("less", most) };
    let message = format!("`{}` must be {accepted}; found {}", key.name(), key.node.described());
    key.problem(message).aws_says(&format!(
        "1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: \
         Member must have value {word} than or equal to {bound}"
    ))
}

fn memory(key: &Cursor<'_>, profile: &Profile) -> Option<Memory> {
    let memory = key.memory()?;
    let (least, most) = (profile.memory_minimum, profile.memory_maximum);
    if memory.mb() == 0 {
        key.report(key.problem("`memory` must be above zero"));
        return None;
    }
    if memory < least || memory > most {
        let accepted = format!("from {least} to {most} in steps of 1MB");
        key.report(out_of_range(
            key,
            &accepted,
            "memorySize",
            memory.mb().into(),
            least.mb().into(),
            most.mb().into(),
        ));
    }
    Some(memory)
}

fn timeout(key: &Cursor<'_>, profile: &Profile) -> Option<SimDuration> {
    let timeout = key.duration()?;
    let (least, most) = (profile.timeout_minimum, profile.timeout_maximum);
    let second = SimDuration::from_secs(1);
    if timeout == SimDuration::ZERO {
        key.report(key.problem("`timeout` must be above zero"));
        return None;
    }
    if timeout < least || timeout > most {
        let seconds = |span: SimDuration| span.nanos() / second.nanos();
        let accepted = format!("whole seconds from {least} to {}s", seconds(most));
        key.report(out_of_range(key, &accepted, "timeout", seconds(timeout), seconds(least), seconds(most)));
    } else if !timeout.nanos().is_multiple_of(second.nanos()) {
        let message = format!("`timeout` must be in whole seconds; found {}", key.node.described());
        key.report(key.problem(message).aws_rejects("Timeout is an integer number of seconds"));
    }
    Some(timeout)
}

fn ephemeral_storage(key: &Cursor<'_>, profile: &Profile) -> Option<Memory> {
    let size = key.memory()?;
    let (least, most) = (profile.ephemeral_storage_included, profile.ephemeral_storage_maximum);
    if size < least || size > most {
        let accepted = format!("from {least} to {most}");
        key.report(out_of_range(
            key,
            &accepted,
            "ephemeralStorage.size",
            size.mb().into(),
            least.mb().into(),
            most.mb().into(),
        ));
    }
    Some(size)
}

/// `duration` or `work`, exactly one; none where versions say it.
fn handler(function: &Cursor<'_>, memory: Option<Memory>) -> Option<Option<Handler>> {
    match handler_or_none(function, memory) {
        Some(None) if function.find("versions").is_some_and(|block| !block.node.entries().is_empty()) => {
            Some(None)
        }
        Some(None) => {
            let message = format!("`{}` needs `duration` or `work`", function.path);
            let hint = "how long does the handler run? e.g. duration: 120ms, or work: {cpu: 80ms, io: 40ms}";
            function.report(function.problem(message).hint(hint));
            None
        }
        read => read,
    }
}

/// `duration` or `work`, if one is given.
pub(super) fn handler_or_none(block: &Cursor<'_>, memory: Option<Memory>) -> Option<Option<Handler>> {
    match (block.find("duration"), block.find("work")) {
        (None, None) => Some(None),
        (Some(duration), None) => match duration.node.value {
            Value::Map(_) => per_memory(&duration, memory?)
                .map(|nanos| Some(Handler::Duration(Distribution::Constant(nanos)))),
            _ => duration.distribution().map(|duration| Some(Handler::Duration(duration))),
        },
        (None, Some(work)) => {
            let cpu = work.find("cpu").and_then(|key| key.distribution());
            let io = work.find("io").and_then(|key| key.distribution());
            let threads = work.find("threads").and_then(|key| key.count(1, 1_024));
            let per_record = optional(work.find("per_record"), |block| {
                let cpu = block.find("cpu").and_then(|key| key.distribution());
                let io = block.find("io").and_then(|key| key.distribution());
                Some(Box::new(PerRecord { cpu: cpu?, io: io? }))
            });
            Some(Some(Handler::Work {
                cpu: cpu?,
                io: io?,
                threads: threads? as u32,
                per_record: per_record?,
            }))
        }
        (Some(duration), Some(work)) => {
            let problem = work
                .problem("`work` cannot stand beside `duration`")
                .hint("duration does not change with memory, work does; keep one of them");
            work.report(problem.other(duration.node.place, "the duration is given here"));
            if !matches!(duration.node.value, Value::Map(_)) {
                duration.distribution();
            }
            None
        }
    }
}

/// The duration at `memory`: a straight line between measured sizes in the logarithms of both.
fn per_memory(table: &Cursor<'_>, memory: Memory) -> Option<f64> {
    let mut points = Vec::new();
    let mut complete = true;
    for (size, duration) in table.entries() {
        let size = parse_memory(size).map_err(|error| {
            let message = format!(
                "`{}` is no memory size: it {}, e.g. {}",
                abridged(size),
                error.reason,
                error.example
            );
            duration.report(duration.problem(message));
        });
        let Some(text) = duration.text() else {
            let message = "a duration at a memory size is a plain one, e.g. 2s";
            duration.report(duration.problem(message));
            return None;
        };
        let nanos = parse_duration(text).map_err(|error| {
            let message = format!("the duration at a memory size {}, e.g. {}", error.reason, error.example);
            duration.report(duration.problem(message));
        });
        match (size, nanos) {
            (Ok(size), Ok(nanos)) => points.push((size, nanos.nanos() as f64)),
            _ => complete = false,
        }
    }
    if !complete {
        return None;
    }
    points.sort_by_key(|(size, _)| *size);
    if let Some((_, nanos)) = points.iter().find(|(size, _)| *size == memory) {
        return Some(*nanos);
    }
    let above = points.iter().position(|(size, _)| *size > memory).filter(|index| *index > 0);
    let Some(above) = above else {
        let range = match (points.first(), points.last()) {
            (Some((least, _)), Some((most, _))) => format!("the measured sizes reach from {least} to {most}"),
            _ => "there are no measured sizes".to_owned(),
        };
        table.report(
            table.problem(format!("there is no duration for the function's memory of {memory}")).hint(range),
        );
        return None;
    };
    let ((low, fast), (high, slow)) = (points[above - 1], points[above]);
    let log = |size: Memory| math::ln(f64::from(size.mb()));
    let share = (log(memory) - log(low)) / (log(high) - log(low));
    let (fast, slow) = (math::ln(fast.max(1.0)), math::ln(slow.max(1.0)));
    Some(math::exp(fast + share * (slow - fast)).round())
}

fn poison(key: &Cursor<'_>) -> Option<Poison> {
    if matches!(key.node.value, Value::List(_)) {
        let read: Vec<Option<u64>> = key.items().map(|item| item.count(0, u64::MAX)).collect();
        let mut ordinals = read.into_iter().collect::<Option<Vec<u64>>>()?;
        ordinals.sort_unstable();
        ordinals.dedup();
        return Some(Poison::Ordinals(ordinals));
    }
    key.share().map(Poison::Share)
}

pub(super) fn payload(block: &Cursor<'_>) -> Option<Payload> {
    let request = block.find("request").and_then(|key| key.bytes());
    let response = block.find("response").and_then(|key| key.bytes());
    Some(Payload { request: request?, response: response? })
}

fn asynchronous(
    block: &Cursor<'_>,
    own_name: &str,
    names: &Names,
    profile: &Profile,
) -> Option<Asynchronous> {
    let retries = block.find("max_retry_attempts").and_then(|key| {
        let most = u64::from(profile.async_retries_maximum);
        let count = key.count(0, 1_000)?;
        if count > most {
            key.report(out_of_range(
                &key,
                &format!("from 0 to {most}"),
                "maximumRetryAttempts",
                count,
                0,
                most,
            ));
        }
        Some(count as u32)
    });
    let age = block.find("max_event_age").and_then(|key| {
        let age = key.duration()?;
        let (least, most) = (profile.async_event_age_minimum, profile.async_event_age_maximum);
        if age < least || age > most {
            let seconds = |span: SimDuration| span.nanos() / 1_000_000_000;
            let accepted = format!("from {}s to {most}", seconds(least));
            key.report(out_of_range(
                &key,
                &accepted,
                "maximumEventAgeInSeconds",
                seconds(age),
                seconds(least),
                seconds(most),
            ));
        }
        Some(age)
    });
    let dead_letter = optional(block.find("dead_letter"), |key| dead_letter(key, names));
    let on_failure = optional(block.find("on_failure"), |key| destination(key, own_name, names));
    let on_success = optional(block.find("on_success"), |key| destination(key, own_name, names));
    let latency = block.find("queue_latency").and_then(|key| key.distribution());
    let delay = block.find("delivery_delay").and_then(|key| key.distribution());
    let errors = block.find("delivery_errors").and_then(|key| key.share());
    Some(Asynchronous {
        max_retry_attempts: retries?,
        max_event_age: age?,
        dead_letter: dead_letter?,
        on_failure: on_failure?,
        on_success: on_success?,
        queue_latency: latency?,
        delivery_delay: delay?,
        delivery_errors: errors?,
        denied: DeniedDeliveries::default(),
    })
}

fn dead_letter(key: &Cursor<'_>, names: &Names) -> Option<Target> {
    let name = key.text()?;
    if names.functions.contains_key(name) && !names.queues.contains_key(name) {
        let problem =
            key.problem(format!("`{name}` is a function; a dead letter goes to a queue or a topic"));
        key.report(problem.hint("a function can be `on_failure:`"));
        return None;
    }
    match names.pushes.get(name) {
        Some((id, PushKind::Topic)) => Some(Target::Push(*id)),
        Some(_) => {
            let problem = key.problem(format!("`{name}` is no queue and no topic"));
            key.report(problem.aws_rejects("a dead-letter target is an SQS queue or an SNS topic"));
            None
        }
        None => lookup(key, "queue", &names.queues).map(Target::Queue),
    }
}

fn destination(key: &Cursor<'_>, own_name: &str, names: &Names) -> Option<Target> {
    let name = key.text()?;
    if name == own_name && !names.queues.contains_key(name) {
        let problem = key.problem(format!("`{name}` is the function itself"));
        key.report(problem.aws_says("You can't specify the function as a destination for itself."));
    }
    if let Some((_, PushKind::Bucket)) = names.pushes.get(name)
        && key.name() == "on_success"
    {
        let problem = key.problem(format!("`{name}` is a bucket, which takes records of failures only"));
        key.report(problem.aws_rejects("an S3 bucket can be a destination on failure only"));
    }
    target(key, names)
}

const RESERVED: &str = "reserved_concurrency";

/// At least 100 of the account's concurrency stay unreserved (S31).
pub(super) fn check_reservations(top: &Cursor<'_>, concurrency: Option<u32>, profile: &Profile) {
    let Some(limit) = concurrency.map(u64::from) else { return };
    let minimum = u64::from(profile.unreserved_minimum);
    let mut reserved = 0;
    let by_default = top.find("defaults").and_then(|defaults| defaults.find(RESERVED));
    for (_, function) in top.find("functions").iter().flat_map(Cursor::entries) {
        // A `null` of its own takes the default away.
        let is_given = function.node.find(RESERVED).is_some();
        let inherited =
            || by_default.clone().map(|key| Cursor { path: format!("{}.{RESERVED}", function.path), ..key });
        let key = if is_given { function.find(RESERVED) } else { inherited() };
        let Some(key) = key else { continue };
        let Some(count) = key.text().and_then(|text| text.parse::<u64>().ok()) else { continue };
        reserved += count.min(1 << 40);
        if reserved + minimum > limit {
            let left = limit.saturating_sub(minimum).saturating_sub(reserved - count.min(1 << 40));
            let message =
                format!("`reserved_concurrency` can be at most {left} here; found {}", key.node.described());
            let words = format!(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution \
                 below its minimum value of [{minimum}]."
            );
            let hint = format!(
                "the account has {limit}; all reservations together leave {minimum} of it unreserved"
            );
            key.report(key.problem(message).hint(hint).aws_says(&words));
            return;
        }
    }
}

/// The texts of the keys that say what code a function has, besides runtime and architecture.
fn code(function: &Cursor<'_>) -> String {
    fn spell(node: &Node, text: &mut String) {
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    text.push_str(&entry.key);
                    spell(&entry.node, text);
                }
            }
            Value::List(items) => items.iter().for_each(|item| spell(item, text)),
            Value::Scalar(_) | Value::Null => {
                text.push_str(&node.described());
                text.push('\n');
            }
        }
    }
    let mut text = String::new();
    for key in
        ["handler", "handler_exists", "layers", "package"].map(|name| function.find(name)).iter().flatten()
    {
        spell(key.node, &mut text);
    }
    text
}
