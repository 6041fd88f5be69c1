//! `logs.subscription` of functions.

use std::collections::BTreeSet;

use crate::scenario::model::{Function, FunctionId, LogPattern, LogSubscription};
use crate::scenario::tree::Value;

use super::cursor::Cursor;
use super::{Names, lookup};

/// Subscription filters of a log group, at most.
const MOST: usize = 2;

/// One filter, or a list of at most two.
pub(super) fn read_all(function: &Cursor<'_>, names: &Names) -> Option<Vec<LogSubscription>> {
    let Some(key) = function.find("logs").and_then(|logs| logs.find("subscription")) else {
        return Some(Vec::new());
    };
    if !matches!(key.node.value, Value::List(_)) {
        return read(&key, names).map(|filter| vec![filter]);
    }
    let filters: Vec<_> = key.items().map(|item| read(&item, names)).collect();
    if filters.len() > MOST {
        let message = format!("a log group has at most {MOST} subscription filters; found {}", filters.len());
        key.report(key.problem(message).aws_rejects("LimitExceededException, Resource limit exceeded."));
    }
    filters.into_iter().collect()
}

fn read(block: &Cursor<'_>, names: &Names) -> Option<LogSubscription> {
    let pattern = block.find("pattern").and_then(|key| {
        key.choice(&[
            ("error", LogPattern::Error),
            ("timeout", LogPattern::Timeout),
            ("all", LogPattern::All),
        ])
    });
    let to = block.find("to").and_then(|key| lookup(&key, "function", &names.functions));
    let delay = block.find("delay").and_then(|key| key.distribution());
    Some(LogSubscription { pattern: pattern?, to: to?, delay: delay? })
}

/// A function that is told of its own log, alone or by way of others, calls itself for ever: nothing on AWS stops that.
/// Whether there is such a loop.
pub(super) fn check_loops(top: &Cursor<'_>, functions: &[Function]) -> bool {
    let told = |id: FunctionId| {
        functions[id.0 as usize].surroundings.log_subscriptions.iter().map(|filter| filter.to)
    };
    let Some(section) = top.find("functions") else { return false };
    let mut found = false;
    for (index, (name, function)) in section.entries().enumerate() {
        let start = FunctionId(index as u32);
        let mut seen = BTreeSet::new();
        let mut ahead: Vec<FunctionId> = told(start).collect();
        while let Some(id) = ahead.pop() {
            if seen.insert(id) {
                ahead.extend(told(id));
            }
        }
        if seen.contains(&start) {
            found = true;
            let key = function.find("logs").unwrap_or(function);
            let problem =
                key.problem(format!("`{name}` would be told of its own log, and of what that makes it log"));
            key.report(
                problem.hint(
                    "CloudWatch Logs stops no such loop; let another function, without a filter, be told",
                ),
            );
        }
    }
    found
}
