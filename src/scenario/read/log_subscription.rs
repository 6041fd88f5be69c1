//! `logs.subscription` of functions.

use crate::scenario::model::{Function, FunctionId, LogPattern, LogSubscription};

use super::cursor::Cursor;
use super::{Names, lookup};

pub(super) fn read(block: &Cursor<'_>, names: &Names) -> Option<LogSubscription> {
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
pub(super) fn check_loops(top: &Cursor<'_>, functions: &[Function]) {
    let next = |id: FunctionId| {
        functions[id.0 as usize].surroundings.log_subscription.as_ref().map(|filter| filter.to)
    };
    let Some(section) = top.find("functions") else { return };
    for (index, (name, function)) in section.entries().enumerate() {
        let start = FunctionId(index as u32);
        let mut at = next(start);
        for _ in 0..functions.len() {
            let Some(id) = at else { break };
            if id == start {
                let key = function.find("logs").unwrap_or(function);
                let problem = key
                    .problem(format!("`{name}` would be told of its own log, and of what that makes it log"));
                key.report(problem.hint(
                    "CloudWatch Logs stops no such loop; let another function, without a filter, be told",
                ));
                break;
            }
            at = next(id);
        }
    }
}
