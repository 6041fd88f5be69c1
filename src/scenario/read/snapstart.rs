//! `SnapStart`, and what AWS refuses about it (F 2.7).

use crate::platform::{PackageType, Profile, SNAPSTART_RUNTIMES, SnapStartSupport, snapstart_runtime};
use crate::random::Distribution;
use crate::scenario::model::{ColdStart, Function, SnapStart, Traffic};
use crate::scenario::tree::Value;
use crate::units::{Memory, SimDuration};

use super::Setting;
use super::cold_start::DEFAULT_RUNTIME;
use super::cursor::Cursor;
use super::function::optional;

const EXCLUSIVE: &str = "provisioned concurrency and SnapStart cannot be used on the same function version";

/// What of a function decides about it.
#[derive(Clone, Copy)]
pub(super) struct Subject {
    pub package: PackageType,
    pub memory: Memory,
    pub storage: Memory,
    pub timeout: SimDuration,
    /// Probability that an Init fails.
    pub init_errors: f64,
}

impl Subject {
    /// Of a function with this memory and size of `/tmp`.
    pub fn new(
        package: PackageType,
        [memory, storage]: [Memory; 2],
        timeout: SimDuration,
        init_errors: f64,
    ) -> Self {
        Self { package, memory, storage, timeout, init_errors }
    }
}

/// The `SnapStart` of a function or version, and its cold start with or without it.
pub(super) fn read(
    function: &Cursor<'_>,
    subject: Subject,
    cold_start: ColdStart,
    setting: &Setting,
) -> Option<(Option<SnapStart>, ColdStart)> {
    let wanted = function.find("snapstart");
    let is_on = wanted.as_ref().map_or(Some(false), Cursor::boolean)?;
    let given = optional(function.find("restore"), Cursor::distribution)?;
    let Some(key) = wanted.filter(|_| is_on) else {
        if let Some(restore) = function.find("restore") {
            let problem = restore.problem("`restore` means nothing without `snapstart: true`");
            restore.report(problem);
        }
        return Some((None, cold_start));
    };
    let runtime = function.find("runtime");
    let name = runtime.as_ref().map_or(Some(DEFAULT_RUNTIME), Cursor::text)?;
    check(function, &key, subject, name, &setting.profile);
    check_init(&key, subject, &cold_start, &setting.profile);
    // Of a function with versions only these have it; `$LATEST` begins with its Init.
    if function.find("versions").is_some_and(|block| !block.node.entries().is_empty()) {
        return Some((None, cold_start));
    }
    let ColdStart::Phases { placement, first_invoke, .. } = cold_start else {
        let problem = key.problem("`snapstart` cannot stand beside `cold_duration`");
        key.report(
            problem.hint(
                "cold_duration is the whole response of a cold request; give init: and restore: instead",
            ),
        );
        return None;
    };
    let known = snapstart_runtime(name, subject.memory);
    let is_paid = known.as_ref().is_none_or(|known| known.is_paid);
    let (restore, words) = match (given, known) {
        (Some(given), _) => (given, "as given".to_owned()),
        (None, Some(known)) => {
            let words = known.measured.unwrap_or_else(|| "300ms, not measured".to_owned());
            (known.restore, words)
        }
        (None, None) => (Distribution::Constant(0.0), "unknown".to_owned()),
    };
    let snapstart = SnapStart { is_paid, restore: words, cache: setting.snapstart_cache };
    let cold_start = ColdStart::Phases { placement, init: restore, init_extra: None, first_invoke };
    Some((Some(snapstart), cold_start))
}

/// Whether environments of this function or version would begin with a restore; what is wrong with that is told by [`read`].
pub(super) fn is_wanted(function: &Cursor<'_>) -> bool {
    let has_versions = function.find("versions").is_some_and(|block| !block.node.entries().is_empty());
    !has_versions && function.find("snapstart").is_some_and(|key| key.node.text() == Some("true"))
}

fn check(function: &Cursor<'_>, key: &Cursor<'_>, subject: Subject, runtime: &str, profile: &Profile) {
    let refuse = |message: String, words: &str| key.report(key.problem(message).aws_rejects(words));
    match (profile.snapstart, subject.package) {
        (SnapStartSupport::Nothing, _) => {
            let message = format!("`{}` has no SnapStart yet: it came in November 2022", profile.name);
            key.report(key.problem(message).hint("a later platform, e.g. platform: aws-lambda/2026-11"));
            return;
        }
        (SnapStartSupport::Zip, PackageType::Image) => {
            let message =
                format!("SnapStart of container images is not in `{}`: it came in July 2026", profile.name);
            refuse(message, "SnapStart does not support container images");
        }
        _ => {}
    }
    if snapstart_runtime(runtime, subject.memory).is_none() {
        refuse(
            format!("`{runtime}` has no SnapStart"),
            &format!("SnapStart is supported by managed runtimes only: {SNAPSTART_RUNTIMES}"),
        );
    }
    if subject.storage > profile.ephemeral_storage_included {
        refuse(
            format!(
                "SnapStart needs /tmp of {}; this has {}",
                profile.ephemeral_storage_included, subject.storage
            ),
            "SnapStart does not support ephemeral storage greater than 512 MB",
        );
    }
    let provisioned = function.find("provisioned_concurrency").filter(|key| !is_zero(key));
    if let Some(other) = provisioned {
        refuse_both(&other, key);
    }
}

/// Both together on one version.
fn refuse_both(provisioned: &Cursor<'_>, snapstart: &Cursor<'_>) {
    let problem = provisioned.problem("`provisioned_concurrency` cannot stand beside `snapstart`");
    provisioned
        .report(problem.other(snapstart.node.place, "SnapStart is switched on here").aws_rejects(EXCLUSIVE));
}

fn is_zero(key: &Cursor<'_>) -> bool {
    !matches!(key.node.value, Value::Map(_)) && key.node.text() == Some("0")
}

/// An Init that fails, or takes longer than it may, fails while the version is published.
fn check_init(key: &Cursor<'_>, subject: Subject, cold_start: &ColdStart, profile: &Profile) {
    if subject.init_errors >= 1.0 {
        let problem = key.problem("every Init fails, so no version with SnapStart can be published");
        key.report(problem.aws_rejects("Status: FAILED, StatusReason: FUNCTION_ERROR_INIT_FAILURE"));
    }
    let limit = profile.snapshot_init_limit.max(subject.timeout);
    if let ColdStart::Phases { init, .. } = cold_start
        && init.is_constant()
        && init.mean() > limit.nanos() as f64
    {
        let message =
            format!("the Init takes longer than {limit}, so no version with SnapStart can be published");
        let problem =
            key.problem(message).hint("its limit is the larger of 130 s and the function timeout (S15)");
        key.report(problem.aws_rejects("Status: FAILED, StatusReason: FUNCTION_ERROR_INIT_FAILURE"));
    }
}

/// Calls that no snapshot serves: those of `$LATEST`.
pub(super) fn check_latest(top: &Cursor<'_>, functions: &[Function], traffic: &[Traffic]) {
    const WORDS: &str = "SnapStart is for published versions and aliases that point to them, not for $LATEST";
    for (source, traffic) in top.find("traffic").iter().flat_map(Cursor::items).zip(traffic) {
        let Some(function) = traffic.function().map(|id| &functions[id.0 as usize]) else { continue };
        let Some(to) = source.find("to").filter(|_| traffic.qualifier.is_none()) else { continue };
        let by_name = to.text().is_some_and(|text| text.ends_with(":$LATEST"));
        if function.snapstart.is_some() && by_name {
            let problem =
                to.problem(format!("`{}` has SnapStart, and this calls its `$LATEST`", function.name));
            let hint = format!("`to: {0}` stands for the published version behind `{0}`", function.name);
            to.report(problem.hint(hint).aws_rejects(WORDS));
        } else if function.versions.iter().any(|version| version.config.snapstart.is_some()) {
            to.context.warn(format!(
                "{}: calls of `$LATEST` of `{}` begin with an Init: only its published versions have SnapStart",
                to.path, function.name
            ));
        }
    }
    for ((_, cursor), function) in top.find("functions").iter().flat_map(Cursor::entries).zip(functions) {
        for ((_, entry), alias) in
            cursor.find("aliases").iter().flat_map(Cursor::entries).zip(&function.aliases)
        {
            let version = alias.version.map(|version| &function.versions[version]);
            let snapstart = version.is_some_and(|version| version.config.snapstart.is_some());
            if let Some(key) =
                entry.find("provisioned_concurrency").filter(|_| snapstart && alias.provisioned.is_some())
            {
                let name = version.map_or("", |version| version.name.as_str());
                let problem = key.problem(format!("the version `{name}` behind this alias has SnapStart"));
                key.report(problem.aws_rejects(EXCLUSIVE));
            }
        }
    }
}
