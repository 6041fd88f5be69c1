//! Changes while the clock runs: the tree is patched and read again.

use std::sync::Arc;

use crate::scenario::conform;
use crate::scenario::model::{ControlChange, Disturbance, Function, Redrive, Scenario};
use crate::scenario::patch;
use crate::scenario::problem::Problem;
use crate::scenario::tree::{Node, Place};
use crate::units::SimTime;

use super::cursor::{Context, Cursor};
use super::{
    Origin, Setting, account, downstream, event_source, framed, function, names, provisioned, queue,
    queue_rules, setting, updates, version,
};

use updates::Update;

/// What happens while the clock runs.
#[derive(Default)]
pub(super) struct Happenings {
    pub changes: Vec<ControlChange>,
    pub disturbances: Vec<Disturbance>,
    pub redrives: Vec<Redrive>,
}

/// All changes in order of time, and what is wrong with them. `tree` is the scenario before defaults.
///
/// Without a sound `scenario` only times and paths are checked: its own problems would come again after every change.
pub(super) fn read(
    tree: &Node,
    mut scenario: Option<&mut Scenario>,
    origin: &Origin<'_>,
    allow_invalid: bool,
) -> (Happenings, Vec<Problem>) {
    let context = Context::new(origin.folder, allow_invalid);
    let top = Cursor { node: tree, path: String::new(), context: &context };
    let names = names(&top);
    let mut happenings = Happenings::default();
    let mut entries: Vec<Update<'_>> = Vec::new();
    for event in top.find("events").iter().flat_map(Cursor::items) {
        let at = event.find("at").and_then(|at| at.duration());
        check_kind(&event);
        entries.extend(updates::read(&event));
        let at = at.map(|span| SimTime::ZERO + span);
        if let Some(block) = event.find("redrive") {
            happenings.redrives.extend(queue::redrive(at, &block, &names));
        }
        happenings.disturbances.extend(downstream::disturbance(at, &event, &names));
    }
    if let Some(scenario) = &scenario {
        queue::check_redrives(&top, &scenario.functions, &happenings.redrives, &scenario.queues);
        queue_rules::check_redrives(&top, &happenings.redrives, &scenario.queues);
    }
    // A stable sort: entries of one instant keep the order of the file (S2).
    entries.sort_by_key(|update| update.successful);
    updates::check_one_at_a_time(&entries);
    if let Some(scenario) = &scenario {
        updates::check_request_rate(&entries, scenario.platform.control_plane_rate);
    }
    if entries.is_empty() {
        return (happenings, context.into_parts().0);
    }
    let known = conform::problems(tree);
    let mut patched = tree.clone();
    for update in entries {
        let Update { successful: at, set, .. } = &update;
        let before = patched.clone();
        let assignments = apply(&mut patched, set);
        let Some(scenario) = scenario.as_deref_mut() else { continue };
        match state(&patched, &known, set, origin, allow_invalid, &scenario.functions) {
            Ok((account, functions, warnings)) => {
                scenario.warnings.extend(
                    warnings
                        .into_iter()
                        .filter(|warning| !scenario.warnings.contains(warning))
                        .collect::<Vec<_>>(),
                );
                let so_far =
                    happenings.changes.last().map_or(&scenario.functions, |change| &change.functions);
                updates::check_runtimes(&update, &functions, so_far, scenario.start_unix_s);
                happenings.changes.push(ControlChange { at: *at, assignments, account, functions });
            }
            Err(problems) => {
                for problem in problems {
                    context.report(problem);
                }
                patched = before;
            }
        }
    }
    (happenings, context.into_parts().0)
}

/// An entry says one thing that happens.
fn check_kind(event: &Cursor<'_>) {
    let kinds = ["set", "deploy", "outage", "slow", "redrive"];
    let given: Vec<&str> = kinds.into_iter().filter(|key| event.find(key).is_some()).collect();
    if given.len() != 1 {
        let found = if given.is_empty() { "nothing".to_owned() } else { given.join(" and ") };
        let problem = event.problem(format!("an event says what happens, once; found {found}"));
        event.report(problem.hint("accepted: `set`, `deploy`, `outage`, `slow`, `redrive`"));
    }
}

fn apply(tree: &mut Node, set: &Cursor<'_>) -> Vec<(String, String)> {
    let mut assignments = Vec::new();
    for entry in set.node.entries() {
        let place = entry.key_place;
        let path = conform::joined(&set.path, &entry.key);
        if !(entry.key.starts_with("account.") || entry.key.starts_with("functions.")) {
            let problem =
                Problem::new(path, place, format!("`{}` cannot change while the clock runs", entry.key));
            set.report(problem.hint("only values of `account` and `functions` can, e.g. set: {functions.api.reserved_concurrency: 50}"));
            continue;
        }
        let parts: Vec<&str> = entry.key.splitn(4, '.').collect();
        if let ["functions", _, "versions", ..] = parts[..] {
            set.report(version::immutable(path, place));
            continue;
        }
        match patch::set(tree, &entry.key, entry.node.clone(), place) {
            Ok(()) => assignments.push((entry.key.clone(), patch::written(&entry.node))),
            Err(error) => {
                let part = if place.end - place.start == entry.key.len() as u32 {
                    Place {
                        start: place.start + error.range.start as u32,
                        end: place.start + error.range.end as u32,
                        ..place
                    }
                } else {
                    place
                };
                set.report(Problem::new(path, part, error.message).maybe_hint(error.hint));
            }
        }
    }
    assignments
}

type State = (crate::scenario::model::Account, Vec<crate::scenario::model::Function>, Vec<String>);

/// Account and functions as `patched` has them; problems point at the entry of `events`.
fn state(
    patched: &Node,
    known: &[Problem],
    set: &Cursor<'_>,
    origin: &Origin<'_>,
    allow_invalid: bool,
    before: &[Function],
) -> Result<State, Vec<Problem>> {
    let context = Context::new(origin.folder, allow_invalid);
    for problem in conform::problems(patched).into_iter().filter(|problem| !known.contains(problem)) {
        context.report(problem);
    }
    let complete = framed(patched);
    let top = Cursor { node: &complete, path: String::new(), context: &context };
    let setting = Setting { is_later: true, ..setting(&top) };
    let account = top.find("account").and_then(|account| account::read(&account, &setting));
    let (functions, _) = function::read_all(&top, &names(&top), &setting);
    let functions = functions.map(|functions| published(functions, before));
    if let Some(functions) = &functions {
        event_source::check_same(&top, functions, before);
        downstream::check_same(&top, functions, before);
        version::check_same_aliases(&Cursor { context: &context, ..set.clone() }, functions, before);
        for (now, before) in functions.iter().zip(before) {
            if before.has_handler && !now.has_handler {
                let problem =
                    set.problem(format!("`{}` would be left without `duration` or `work`", now.name));
                context.report(problem.hint("set the other one in the same entry"));
            }
        }
    }
    if let Some(account) = account {
        function::check_reservations(&top, account.concurrency, &setting.profile);
        if let Some(functions) = &functions {
            provisioned::check_all(&top, functions, account.concurrency, &setting.profile);
        }
    }
    let (problems, warnings) = context.into_parts();
    match (account, functions) {
        (Some(account), Some(functions)) if problems.is_empty() => Ok((account, functions, warnings)),
        _ => Err(problems.into_iter().map(|problem| at_the_event(problem, set)).collect()),
    }
}

/// Versions are as they were published, whatever becomes of the keys that they were published with.
fn published(functions: Vec<Function>, before: &[Function]) -> Vec<Function> {
    let keep = |(function, before): (Function, &Function)| Function {
        versions: Arc::clone(&before.versions),
        ..function
    };
    functions.into_iter().zip(before).map(keep).collect()
}

fn at_the_event(problem: Problem, set: &Cursor<'_>) -> Problem {
    if problem.place.is_some_and(|place| set.node.place.contains(place)) {
        return Problem { path: set.path.clone(), ..problem };
    }
    let path = problem.path.clone();
    Problem { path: set.path.clone(), place: Some(set.node.place), ..problem }
        .hint(format!("after this change, at `{path}`"))
}
