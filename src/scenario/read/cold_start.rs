//! What a cold start consists of (S13, S13a, S14).

use crate::platform::{self, Arch, PackageType, RuntimeStatus};
use crate::random::Distribution;
use crate::scenario::model::{ColdStart, FirstInvoke};
use crate::scenario::problem::{listed, suggestion};
use crate::units::{Bytes, parse_duration};

use super::Setting;
use super::cursor::Cursor;

/// The runtime whose tables are taken when neither `runtime` nor `init` is given (S13a).
pub(in crate::scenario) const DEFAULT_RUNTIME: &str = "python3.13";

/// What a cold start depends on.
#[derive(Clone, Copy)]
pub(super) struct Package {
    pub arch: Arch,
    pub kind: PackageType,
    pub size: Bytes,
    /// The blocks of the image are in the caches.
    pub cached: bool,
}

/// The cold start of a function, and whether it is that of the default runtime.
pub(super) fn read(function: &Cursor<'_>, package: Package) -> Option<(ColdStart, bool)> {
    if let Some(whole) = function.find("cold_duration") {
        for other in ["init", "placement", "init_extra", "first_invoke_extra", "init_table"] {
            if let Some(other) = function.find(other) {
                let message = format!("`{}` cannot stand beside `cold_duration`", other.name());
                let problem = other
                    .problem(message)
                    .hint("cold_duration is the whole response of a cold request, init and handler together");
                other.report(problem.other(whole.node.place, "the whole is given here"));
            }
        }
        return whole.distribution().map(|whole| (ColdStart::Whole(whole), false));
    }
    let placement = function.find("placement").map(|key| key.distribution());
    let init_extra = function.find("init_extra").map(|key| key.distribution());
    let extra = function.find("first_invoke_extra").map(|key| key.distribution().map(fixed));
    if let (Some(init), Some(table)) = (function.find("init"), function.find("init_table")) {
        let problem = table.problem("`init_table` cannot stand beside `init`");
        let hint = "init states the whole cold-start delay and replaces the measured tables";
        table.report(problem.hint(hint).other(init.node.place, "the delay is given here"));
    }
    let (init, usual_placement, usual_extra, by_default) = match function.find("init") {
        Some(init) => (init.distribution()?, Distribution::Constant(0.0), FirstInvoke::Nothing, false),
        None => from_table(function, package)?,
    };
    let phases = ColdStart::Phases {
        placement: placement.unwrap_or(Some(usual_placement))?,
        init,
        init_extra: match init_extra {
            Some(read) => Some(read?),
            None => None,
        },
        first_invoke: extra.unwrap_or(Some(usual_extra))?,
    };
    Some((phases, by_default))
}

fn fixed(extra: Distribution) -> FirstInvoke {
    if extra == Distribution::Constant(0.0) { FirstInvoke::Nothing } else { FirstInvoke::Fixed(extra) }
}

/// Init, placement and first invoke of the measured table; whether it is the default one.
fn from_table(
    function: &Cursor<'_>,
    package: Package,
) -> Option<(Distribution, Distribution, FirstInvoke, bool)> {
    let runtime = function.find("runtime");
    let table = function.find("init_table");
    let by_default = runtime.is_none() && table.is_none();
    let name = table.as_ref().or(runtime.as_ref()).map_or(Some(DEFAULT_RUNTIME), Cursor::text)?;
    if let Some(table) = &table {
        let known = platform::init_table_names();
        if !known.contains(&name) {
            let problem = table.problem(format!("there is no init table {}", table.node.described()));
            table.report(problem.hint(suggestion(name, known.iter().copied())));
            return None;
        }
    }
    let Some(found) = platform::init_table(name, package.arch, package.kind) else {
        let subject = table.or(runtime)?;
        if platform::runtime_names().any(|known| known == name)
            || platform::init_table_names().contains(&name)
        {
            let message = format!(
                "there are no measurements of `{name}` as {} package on {}",
                package.kind, package.arch
            );
            subject.report(subject.problem(message).hint("give `init:` instead, e.g. init: 400ms"));
        }
        return None;
    };
    if found.stands_in {
        function.context.warn(format!(
            "{}: `{name}` was not measured; the init table of `{}` stands in for it",
            function.path, found.name
        ));
    }
    let cpu = found.first_invoke_cpu.nanos();
    let extra = if cpu == 0 { FirstInvoke::Nothing } else { FirstInvoke::CpuWork(cpu as f64) };
    Some((found.init, platform::placement(package.kind, package.size), extra, by_default))
}

/// Checks the runtime against the calendar; whether it is a managed one.
pub(super) fn check_runtime(function: &Cursor<'_>, setting: &Setting) -> bool {
    let Some(runtime) = function.find("runtime") else { return true };
    let Some(name) = runtime.text() else { return true };
    match platform::runtime_status(name, created_at(function, setting)) {
        RuntimeStatus::Supported => {}
        RuntimeStatus::Unknown { nearest } => {
            let problem = runtime.problem(format!("there is no runtime {}", runtime.node.described()));
            let hint = nearest.map_or_else(
                || format!("accepted: {}", listed(supported(setting))),
                |name| format!("did you mean `{name}`?"),
            );
            runtime.report(problem.hint(hint).hint(format!("AWS says: {}", platform::unknown_message(name))));
        }
        RuntimeStatus::Deprecated { since } => {
            function.context.warn(format!(
                "{}: `{name}` has been deprecated since {since}: no more security patches",
                runtime.path
            ));
        }
        RuntimeStatus::CreateBlocked { since } | RuntimeStatus::UpdateBlocked { since } => {
            let problem = runtime.problem(format!("the runtime `{name}` has been blocked since {since}"));
            let successor = platform::successor(name).map(|name| format!("its successor is `{name}`"));
            runtime.report(problem.maybe_hint(successor).aws_says(&platform::blocked_message(name)));
        }
    }
    platform::is_managed(name)
}

/// When the function is created: before the start, unless it says when.
fn created_at(function: &Cursor<'_>, setting: &Setting) -> i64 {
    let after = function.find("created").and_then(|key| parse_duration(key.text()?).ok());
    setting.start_unix_s + after.map_or(0, |after| after.seconds() as i64)
}

fn supported(setting: &Setting) -> Vec<&'static str> {
    let alive =
        |name: &&str| platform::runtime_status(name, setting.start_unix_s) == RuntimeStatus::Supported;
    platform::runtime_names().filter(alive).collect()
}
