//! Versions, aliases and deployments.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::scenario::fill;
use crate::scenario::model::{
    Alarm, AlarmQuantity, Alias, Deployment, Function, FunctionId, Qualifier, Strategy, Target, Traffic,
    Version,
};
use crate::scenario::problem::{Problem, suggestion};
use crate::scenario::tree::{Node, Value, abridged};
use crate::units::SimTime;

use super::cursor::{Context, Cursor};
use super::function::{self, optional};
use super::thresholds::{self, Kind};
use super::{Names, Setting, lookup, provisioned, target, weighted};

/// The version that is not published.
pub(super) const LATEST: &str = "$LATEST";

/// Keys that belong to a function, not to a version of it.
const OF_THE_FUNCTION: [(&str, &str); 4] = [
    ("reserved_concurrency", "reserved concurrency belongs to the function; all versions share it"),
    ("event_sources", "an event source mapping belongs to the function here"),
    ("versions", "a version has no versions"),
    ("aliases", "an alias belongs to the function"),
];

/// What a version does not take over from its function.
const NOT_INHERITED: [&str; 5] =
    ["reserved_concurrency", "event_sources", "versions", "aliases", "provisioned_concurrency"];

/// Versions and aliases of one function, by name.
pub(super) type Qualifiers = BTreeMap<String, Qualifier>;

/// The names behind the colon of each function that has any.
pub(super) fn qualifiers(top: &Cursor<'_>) -> BTreeMap<String, Qualifiers> {
    let mut of_all = BTreeMap::new();
    for (name, function) in top.find("functions").iter().flat_map(Cursor::entries) {
        let mut found = Qualifiers::new();
        for (index, (version, _)) in function.find("versions").iter().flat_map(Cursor::entries).enumerate() {
            found.entry(version.to_owned()).or_insert(Qualifier::Version(index));
        }
        for (index, (alias, _)) in function.find("aliases").iter().flat_map(Cursor::entries).enumerate() {
            found.entry(alias.to_owned()).or_insert(Qualifier::Alias(index));
        }
        if !found.is_empty() {
            of_all.insert(name.to_owned(), found);
        }
    }
    of_all
}

/// The published versions of the function called `name`, whose own keys (without any default) are `own`.
pub(super) fn versions(
    name: &str,
    own: &Node,
    defaults: Option<&Node>,
    function: &Cursor<'_>,
    names: &Names,
    setting: &Setting,
) -> Option<Arc<[Version]>> {
    let mut versions = Vec::new();
    let mut complete = true;
    for (version, cursor) in function.find("versions").iter().flat_map(Cursor::entries) {
        check_name("version", version, &cursor);
        if !matches!(cursor.node.value, Value::Map(_)) {
            complete = false;
            continue;
        }
        for (key, why) in OF_THE_FUNCTION {
            if let Some(key) = cursor.find(key) {
                key.report(key.problem(format!("`{}` cannot stand in a version", key.name())).hint(why));
            }
        }
        if let Some(key) = cursor.find("logs").and_then(|logs| logs.find("subscription")) {
            let problem = key.problem("`logs.subscription` cannot stand in a version");
            key.report(
                problem.hint("a log group belongs to the function, with the lines of all its versions"),
            );
        }
        let filled = fill::complete_version(cursor.node, own, defaults, &NOT_INHERITED, &setting.profile);
        // What is wrong with the function's own keys has been said already.
        let context = cursor.context.sibling();
        let inner = Cursor { node: &filled, path: cursor.path.clone(), context: &context };
        let read = function::read(&format!("{name}:{version}"), &inner, names, setting);
        take_new(cursor.context, context);
        match read {
            Some((config, _)) => {
                let held = config.provisioned_form();
                versions.push(Version { name: version.to_owned(), config, held });
            }
            None => complete = false,
        }
    }
    complete.then(|| versions.into())
}

fn check_name(what: &str, name: &str, cursor: &Cursor<'_>) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if name.is_empty() || name.len() > 128 || !name.bytes().all(plain) {
        let message = format!("`{}` cannot be the name of {what}", abridged(name));
        cursor.report(cursor.problem(message).hint("letters, digits, hyphens and underscores, at most 128"));
    }
}

/// The aliases of a function.
pub(super) fn aliases(function: &Cursor<'_>) -> Option<Vec<Alias>> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (index, (version, _)) in function.find("versions").iter().flat_map(Cursor::entries).enumerate() {
        known.entry(version.to_owned()).or_insert(index);
    }
    let mut aliases = Vec::new();
    let mut complete = true;
    for (name, cursor) in function.find("aliases").iter().flat_map(Cursor::entries) {
        check_name("an alias", name, &cursor);
        if known.contains_key(name) {
            let problem = cursor.problem(format!("`{name}` is already the name of a version"));
            cursor.report(problem.hint("traffic names either behind the colon, so they must differ"));
        }
        match alias(name, &cursor, &known) {
            Some(alias) => aliases.push(alias),
            None => complete = false,
        }
    }
    complete.then_some(aliases)
}

fn alias(name: &str, cursor: &Cursor<'_>, known: &BTreeMap<String, usize>) -> Option<Alias> {
    let first = cursor.find("version");
    let version = first.as_ref().and_then(|key| match key.text()? {
        LATEST => Some(None),
        _ => lookup(key, "version", known).map(Some),
    });
    let additional =
        optional(only_one(cursor.find("additional")), |block| additional(block, first.as_ref(), known));
    let provisioned = provisioned::read(cursor);
    Some(Alias {
        name: name.to_owned(),
        version: version?,
        additional: additional?,
        provisioned: provisioned?,
    })
}

/// The second version, which may stand in a list; AWS takes no third one.
fn only_one(key: Option<Cursor<'_>>) -> Option<Cursor<'_>> {
    let key = key?;
    if !matches!(key.node.value, Value::List(_)) {
        return Some(key);
    }
    if key.items().count() > 1 {
        let problem = key.problem("an alias leads to one version and at most one more");
        key.report(
            problem.aws_rejects(
                "InvalidParameterValueException, AdditionalVersionWeights has at most one version",
            ),
        );
    }
    key.items().next()
}

fn additional(
    block: &Cursor<'_>,
    first: Option<&Cursor<'_>>,
    known: &BTreeMap<String, usize>,
) -> Option<(usize, f64)> {
    let weight = block.find("weight").and_then(|key| key.share());
    let second = block.find("version")?;
    for key in first.into_iter().chain([&second]) {
        if key.text() == Some(LATEST) {
            let problem = key.problem("an alias with `additional` points to published versions only");
            key.report(problem.aws_rejects("$LATEST is not allowed in a weighted alias"));
            return None;
        }
    }
    let version = lookup(&second, "version", known)?;
    if let Some(first) = first.filter(|first| first.text() == second.text()) {
        let problem = second.problem(format!("the alias has `{}` twice", second.text().unwrap_or("")));
        second.report(problem.other(first.node.place, "first here").hint("leave `additional` out"));
    }
    Some((version, weight?))
}

/// What is wrong with a name, and a hint.
type Refusal = (String, String);

/// `FUNCTION:VERSION_OR_ALIAS`: whether the text names a part of a function, and which.
pub(super) fn part<'t>(
    text: &'t str,
    names: &Names,
) -> Option<(&'t str, Result<Option<Qualifier>, Refusal>)> {
    let (function, qualifier) = text.split_once(':')?;
    names.functions.get(function)?;
    if qualifier == LATEST {
        return Some((function, Ok(None)));
    }
    let known = names.qualifiers.get(function);
    let found = known.and_then(|known| known.get(qualifier)).copied();
    let refusal = || {
        let message = format!("`{function}` has no version or alias `{}`", abridged(qualifier));
        let hint = match known {
            Some(known) => suggestion(qualifier, known.keys().map(String::as_str)),
            None => "a function gets them with `versions:` and `aliases:`".to_owned(),
        };
        (message, hint)
    };
    Some((function, found.map(Some).ok_or_else(refusal)))
}

/// What a key names, where it names a part of a function; a part that does not exist is told, and is nothing.
pub(super) fn target_part(
    key: &Cursor<'_>,
    names: &Names,
) -> Option<(FunctionId, Option<Option<Qualifier>>)> {
    let (function, qualifier) = part(key.text()?, names)?;
    let qualifier = qualifier.map_err(|(message, hint)| key.report(key.problem(message).hint(hint))).ok();
    Some((names.functions[function], qualifier))
}

/// `FUNCTION`, `FUNCTION:VERSION_OR_ALIAS`, or whatever else messages can be sent to.
pub(super) fn receiver_or_part(key: &Cursor<'_>, names: &Names) -> Option<(Target, Option<Qualifier>)> {
    match target_part(key, names) {
        Some((function, qualifier)) => Some((Target::Function(function), qualifier?)),
        None => Some((target::receiver(key, names)?, None)),
    }
}

/// A function without `duration` or `work` of its own is called by its versions and aliases only.
pub(super) fn check_bare(top: &Cursor<'_>, functions: &[Function], traffic: &[Traffic]) {
    let has_handler = |index: usize| functions[index].has_handler;
    let name = |index: usize| &functions[index].name;
    let refuse = |key: &Cursor<'_>, index: usize| {
        let message = format!(
            "`{}` has no `duration` or `work` of its own, so only its versions and aliases can be called",
            name(index)
        );
        let example = functions[index].aliases.first().map(|alias| &alias.name);
        let example = example.or(functions[index].versions.first().map(|version| &version.name));
        let hint = example.map(|qualifier| format!("e.g. {}:{qualifier}", name(index)));
        key.report(key.problem(message).maybe_hint(hint));
    };
    for (source, traffic) in top.find("traffic").iter().flat_map(Cursor::items).zip(traffic) {
        let bare = traffic.function().filter(|_| traffic.qualifier.is_none());
        if let Some(id) = bare.filter(|id| !has_handler(id.0 as usize)) {
            refuse(&source.find("to").unwrap_or_else(|| source.clone()), id.0 as usize);
        }
    }
    for (index, (_, cursor)) in top.find("functions").iter().flat_map(Cursor::entries).enumerate() {
        if let Some(key) = cursor.find("event_sources").filter(|_| !has_handler(index)) {
            refuse(&key, index);
        }
        for key in invoked_by(&cursor) {
            let called = functions.iter().position(|other| Some(other.name.as_str()) == key.text());
            if let Some(called) = called.filter(|called| !has_handler(*called)) {
                refuse(&key, called);
            }
        }
    }
}

/// The keys that may name a function that this one or a version of it invokes.
fn invoked_by<'t>(function: &Cursor<'t>) -> Vec<Cursor<'t>> {
    let settings = function.find("async");
    let ends = ["on_failure", "on_success"].map(|end| settings.as_ref().and_then(|block| block.find(end)));
    let mut keys: Vec<Cursor<'t>> = ends.into_iter().flatten().collect();
    let versions = function.find("versions");
    let versions = versions.iter().flat_map(Cursor::entries).map(|(_, version)| version);
    for code in std::iter::once(function.clone()).chain(versions) {
        for list in ["calls", "emits"] {
            keys.extend(code.find(list).iter().flat_map(Cursor::items).filter_map(|item| item.find("to")));
        }
    }
    keys
}

/// The switch of S11 is not built for functions whose environments are divided among versions.
pub(super) fn check_own_cold_start(top: &Cursor<'_>, functions: &[Function]) {
    let key = top.find("assumptions").and_then(|block| block.find("own_cold_start"));
    let Some(key) = key.filter(|key| key.text() == Some("false")) else { return };
    if let Some(function) = functions.iter().find(|function| is_divided(function)) {
        let message = format!(
            "`own_cold_start: false` cannot stand beside versions, aliases or provisioned concurrency, which `{}` has",
            function.name
        );
        key.report(
            key.problem(message).hint("with them a request always waits for its own cold start (S11)"),
        );
    }
}

/// Whether not all of its invocations are those of `$LATEST` on demand.
fn is_divided(function: &Function) -> bool {
    !(function.versions.is_empty() && function.aliases.is_empty()) || function.provisioned.is_some()
}

/// While the clock runs aliases may lead elsewhere, but none comes or goes.
pub(super) fn check_same_aliases(set: &Cursor<'_>, after: &[Function], before: &[Function]) {
    let names =
        |function: &Function| function.aliases.iter().map(|alias| alias.name.clone()).collect::<Vec<_>>();
    for (after, before) in after.iter().zip(before) {
        if names(after) != names(before) {
            let problem =
                set.problem(format!("aliases of `{}` cannot come or go while the clock runs", before.name));
            set.report(
                problem.hint("they can lead elsewhere, e.g. set: {functions.api.aliases.live.version: v2}"),
            );
        }
    }
}

/// All deployments in order of time.
pub(super) fn deployments(
    top: &Cursor<'_>,
    names: &Names,
    functions: Option<&[Function]>,
) -> Option<Vec<Deployment>> {
    let mut found: Vec<(Deployment, Cursor<'_>)> = Vec::new();
    let mut complete = true;
    for event in top.find("events").iter().flat_map(Cursor::items) {
        let at = event.find("at").and_then(|key| key.duration());
        let Some(deploy) = event.find("deploy") else { continue };
        match (at, deployment(&deploy, top, names, functions)) {
            (Some(at), Some(read)) => found.push((Deployment { at: SimTime::ZERO + at, ..read }, deploy)),
            _ => complete = false,
        }
    }
    found.sort_by_key(|(deployment, _)| deployment.at);
    check_overlaps(&found);
    complete.then(|| found.into_iter().map(|(deployment, _)| deployment).collect())
}

/// One alias cannot be shifted twice at a time.
fn check_overlaps(found: &[(Deployment, Cursor<'_>)]) {
    for (index, (deployment, cursor)) in found.iter().enumerate() {
        let same =
            |other: &Deployment| (other.function, other.alias) == (deployment.function, deployment.alias);
        let earlier = found[..index].iter().rfind(|(other, _)| same(other));
        if let Some((earlier, first)) = earlier
            && earlier.at + earlier.strategy.length() > deployment.at
        {
            let problem = cursor.problem("the alias is still being shifted by the deployment before");
            cursor.report(problem.other(first.node.place, "by this one").hint(format!(
                "that one takes {} from {}s on",
                earlier.strategy.length(),
                earlier.at.seconds()
            )));
        }
    }
}

fn deployment(
    block: &Cursor<'_>,
    top: &Cursor<'_>,
    names: &Names,
    functions: Option<&[Function]>,
) -> Option<Deployment> {
    let strategy = block.find("strategy").and_then(|key| strategy(&key));
    let alarms: Vec<Option<Alarm>> =
        block.find("rollback_if").iter().flat_map(Cursor::items).map(|item| alarm(&item, names)).collect();
    let function_key = block.find("function")?;
    let function = lookup(&function_key, "function", &names.functions)?;
    let none = Qualifiers::new();
    let known = names.qualifiers.get(function_key.text()?).unwrap_or(&none);
    let of_kind = |wanted: fn(&Qualifier) -> Option<usize>| -> BTreeMap<String, usize> {
        known.iter().filter_map(|(name, qualifier)| Some((name.clone(), wanted(qualifier)?))).collect()
    };
    let aliases = of_kind(|qualifier| match qualifier {
        Qualifier::Alias(index) => Some(*index),
        Qualifier::Version(_) => None,
    });
    let versions = of_kind(|qualifier| match qualifier {
        Qualifier::Version(index) => Some(*index),
        Qualifier::Alias(_) => None,
    });
    let version = block.find("version").and_then(|key| lookup(&key, "version", &versions));
    let alias_key = block.find("alias")?;
    let alias = lookup(&alias_key, "alias", &aliases);
    if let (Some(strategy), Some(key)) = (strategy, block.find("rollback_if")) {
        check_alarms(&key, strategy, &alarms);
    }
    if let (Some(alias), Some(functions)) = (alias, functions)
        && functions[function.0 as usize].aliases[alias].version.is_none()
        && strategy.is_some_and(|strategy| strategy != Strategy::AllAtOnce)
    {
        let problem = alias_key.problem("the alias points to `$LATEST`, which cannot share traffic");
        alias_key.report(problem.aws_rejects("$LATEST is not allowed in a weighted alias"));
    }
    let read = Deployment {
        at: SimTime::ZERO,
        function,
        alias: alias?,
        version: version?,
        strategy: strategy?,
        rollback_if: alarms.into_iter().collect::<Option<_>>()?,
    };
    if let Some(functions) = functions {
        provisioned::check_deployment(&alias_key, &read, functions);
        weighted::check_deployment(&alias_key, top, &read, functions);
    }
    Some(read)
}

/// An alarm that can never go off would look like safety. Where all traffic is shifted at once none can, which a variant of a
/// canary has to be able to say.
fn check_alarms(key: &Cursor<'_>, strategy: Strategy, alarms: &[Option<Alarm>]) {
    if strategy.steps() == 1 {
        key.context.warn(format!(
            "{}: all traffic is shifted at once, so there is no time for an alarm to go off; a canary or linear strategy shifts it in steps",
            key.path
        ));
        return;
    }
    for (item, alarm) in key.items().zip(alarms) {
        if alarm.as_ref().is_some_and(|alarm| alarm.window > strategy.length()) {
            let problem = item.problem("the window of the alarm does not fit into the deployment");
            item.report(problem.hint(format!("traffic is shifted within {}", strategy.length())));
        }
    }
}

fn strategy(key: &Cursor<'_>) -> Option<Strategy> {
    let text = key.text()?;
    let plain = text.strip_prefix("CodeDeployDefault.Lambda").unwrap_or(text);
    let found = Strategy::named().find(|(name, _)| name == plain).map(|(_, strategy)| strategy);
    if found.is_none() {
        let names: Vec<String> = Strategy::named().map(|(name, _)| name).collect();
        let problem = key.problem(format!("there is no deployment strategy {}", key.node.described()));
        key.report(problem.hint(suggestion(plain, names.iter().map(String::as_str))));
    }
    found
}

const QUANTITIES: [(&str, AlarmQuantity, Kind); 5] = [
    ("error_rate", AlarmQuantity::ErrorRate, Kind::Share),
    ("errors", AlarmQuantity::Errors, Kind::Count),
    ("throttle_rate", AlarmQuantity::ThrottleRate, Kind::Share),
    ("throttles", AlarmQuantity::Throttles, Kind::Count),
    ("cold_start_rate", AlarmQuantity::ColdStartRate, Kind::Share),
];

fn alarm(key: &Cursor<'_>, names: &Names) -> Option<Alarm> {
    let text = key.text()?.trim();
    parse_alarm(text, names).map_err(|(message, hint)| key.report(key.problem(message).hint(hint))).ok()
}

fn parse_alarm(text: &str, names: &Names) -> Result<Alarm, (String, String)> {
    const EXAMPLE: &str = "e.g. \"api:v2.error_rate > 1% for 2m\"";
    let example = || EXAMPLE.to_owned();
    let (metric, comparison, right) =
        thresholds::compared(text).ok_or_else(|| (format!("`{}` is no alarm", abridged(text)), example()))?;
    let (owner, quantity) = metric
        .rsplit_once('.')
        .ok_or_else(|| (format!("there is no metric `{}`", abridged(metric)), example()))?;
    let (name, qualifier) = match part(owner, names) {
        Some((function, qualifier)) => (function, qualifier?),
        None => (owner, None),
    };
    let Some(function) = names.functions.get(name).copied() else {
        let known = names.functions.keys().map(String::as_str);
        return Err((format!("there is no function `{}`", abridged(name)), suggestion(name, known)));
    };
    let Some((_, quantity, kind)) = QUANTITIES.iter().find(|(name, ..)| *name == quantity) else {
        let known = QUANTITIES.iter().map(|(name, ..)| *name);
        return Err((format!("an alarm cannot watch `{}`", abridged(quantity)), suggestion(quantity, known)));
    };
    let Some((limit, window)) = right.split_once(" for ") else {
        return Err(("an alarm needs a window".to_owned(), example()));
    };
    let window = thresholds::whole_seconds(window, "an alarm").map_err(|message| (message, example()))?;
    let limit = kind.limit(limit.trim()).map_err(|reason| (reason, example()))?;
    Ok(Alarm { text: text.to_owned(), function, qualifier, quantity: *quantity, comparison, limit, window })
}

/// What a change of a published version meets.
pub(super) fn immutable(path: String, place: crate::scenario::tree::Place) -> Problem {
    Problem::new(path, place, "a published version never changes")
        .hint(
            "declare another version, and point an alias to it: deploy: {function: …, alias: …, version: …}",
        )
        .aws_rejects("code and configuration of a published version cannot be changed")
}

/// Takes over what was reported about a part and has not been said about the whole.
fn take_new(context: &Context, part: Context) {
    let (problems, warnings) = part.into_parts();
    for problem in problems {
        if !context.has_said(&problem) {
            context.report(problem);
        }
    }
    for warning in warnings {
        context.warn(warning);
    }
}
