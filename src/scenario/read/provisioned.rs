//! Provisioned concurrency, by the rules and in the words of AWS.

use crate::platform::Profile;
use crate::scenario::model::{
    Arrivals, AutoScaling, Deployment, Function, ProvisionedConcurrency, Recurrence, ScheduledAction,
    Statistic, Strategy,
};
use crate::scenario::tree::Value;
use crate::units::{Rate, SimDuration};

use super::cursor::Cursor;
use super::function::optional;
use super::traffic::schedule;

/// The provisioned concurrency of a function, version or alias; 0 is none.
pub(super) fn read(block: &Cursor<'_>) -> Option<Option<ProvisionedConcurrency>> {
    optional(block.find("provisioned_concurrency"), |key| match key.node.value {
        Value::Map(_) => scaled(key).map(Some),
        _ => key.count(0, 10_000_000).map(|count| (count > 0).then(|| plain(count as u32))),
    })
    .map(Option::flatten)
}

/// A minute and a half, then 6,000 environments a minute.
fn plain(capacity: u32) -> ProvisionedConcurrency {
    ProvisionedConcurrency {
        capacity,
        allocation_delay: SimDuration::from_secs(90),
        allocation_rate: Rate::per_second(100.0),
        scaling: None,
    }
}

fn scaled(block: &Cursor<'_>) -> Option<ProvisionedConcurrency> {
    let min = block.find("min").and_then(|key| count(&key));
    let max = optional(block.find("max"), |key| count(key));
    let target = optional(block.find("target"), |key| {
        let target = key.share()?;
        if !(0.1..=0.9).contains(&target) {
            let message = format!("`target` must be from 10% to 90%; found {}", key.node.described());
            key.report(key.problem(message).aws_rejects("the target utilization is from 0.1 to 0.9"));
            if target <= 0.0 {
                return None;
            }
        }
        Some((target * 1e6).round() as u32)
    });
    let statistic = block
        .find("statistic")
        .and_then(|key| key.choice(&[("average", Statistic::Average), ("maximum", Statistic::Maximum)]));
    let schedule: Vec<Option<ScheduledAction>> =
        block.find("schedule").iter().flat_map(Cursor::items).map(|item| action(&item)).collect();
    let delay = block.find("allocation_delay").and_then(|key| key.duration());
    let rate = block.find("allocation_rate").and_then(|key| {
        let rate = key.rate()?;
        if rate.hertz() <= 0.0 {
            key.report(key.problem("`allocation_rate` must be above zero"));
            return None;
        }
        Some(rate)
    });
    let (min, max, target) = (min?, max?, target?);
    if let Some(max) = max.filter(|max| *max < min) {
        let key = block.find("max").unwrap_or_else(|| block.clone());
        key.report(key.problem(format!("`max` {max} is below `min` {min}")));
    }
    if max.is_some() && target.is_none() && schedule.is_empty() {
        let key = block.find("max").unwrap_or_else(|| block.clone());
        key.report(key.problem("`max` means nothing without `target` or `schedule`"));
    }
    let schedule = schedule.into_iter().collect::<Option<Vec<_>>>()?;
    let scaling = AutoScaling { min, max: max.unwrap_or(min), target, statistic: statistic?, schedule };
    let scales = scaling.target.is_some() || !scaling.schedule.is_empty();
    Some(ProvisionedConcurrency {
        capacity: min,
        allocation_delay: delay?,
        allocation_rate: rate?,
        scaling: scales.then_some(scaling),
    })
}

fn count(key: &Cursor<'_>) -> Option<u32> {
    key.count(1, 10_000_000).map(|count| count as u32)
}

fn action(item: &Cursor<'_>) -> Option<ScheduledAction> {
    let bound =
        |name: &str| optional(item.find(name), |key| key.count(0, 10_000_000).map(|count| count as u32));
    let (min, max) = (bound("min"), bound("max"));
    let when = match schedule(&item.find("at")?)? {
        Arrivals::Every(interval) => Recurrence::Every(interval),
        Arrivals::Cron(cron) => Recurrence::Cron(cron),
        _ => return None,
    };
    let (min, max) = (min?, max?);
    if min.is_none() && max.is_none() {
        item.report(item.problem("a scheduled action sets `min`, `max` or both"));
    }
    if let (Some(min), Some(max)) = (min, max)
        && max < min
    {
        item.report(item.problem(format!("`max` {max} is below `min` {min}")));
    }
    Some(ScheduledAction { when, min, max })
}

/// What AWS refuses about the provisioned concurrency of all functions together (F 2.8).
pub(super) fn check_all(
    top: &Cursor<'_>,
    functions: &[Function],
    concurrency: Option<u32>,
    profile: &Profile,
) {
    let Some(section) = top.find("functions") else { return };
    let reserved: u64 =
        functions.iter().filter_map(|function| function.reserved_concurrency).map(u64::from).sum();
    let mut left = concurrency.map(|limit| u64::from(limit).saturating_sub(reserved));
    for ((_, cursor), function) in section.entries().zip(functions) {
        check_aliases(&cursor, function);
        let capacities = function.provisioned_by_qualifier();
        let sum: u64 = capacities.iter().map(|capacity| u64::from(*capacity)).sum();
        if sum == 0 {
            continue;
        }
        let key = first_key(&cursor);
        if let Some(reserved) = function.reserved_concurrency {
            if sum > u64::from(reserved) {
                let key = cursor.find("reserved_concurrency").unwrap_or(key);
                let message = format!("`{}` provisions {sum} and reserves {reserved}", function.name);
                key.report(key.problem(message).aws_says(&format!(
                    "ReservedConcurrentExecutions  {reserved} should not be lower than function's total provisioned \
                     concurrency [{sum}]."
                )));
            }
            continue;
        }
        let Some(unreserved) = &mut left else { continue };
        let minimum = u64::from(profile.unreserved_minimum);
        let words = if sum > *unreserved {
            Some(format!(
                "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency \
                 [{unreserved}]."
            ))
        } else if *unreserved - sum < minimum {
            Some(format!(
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below \
                 its minimum value of [{minimum}]."
            ))
        } else {
            None
        };
        if let Some(words) = words {
            let message = format!("`{}` provisions {sum}, and {unreserved} are unreserved", function.name);
            key.report(key.problem(message).aws_says(&words));
        }
        *unreserved = unreserved.saturating_sub(sum);
    }
}

fn first_key<'a>(function: &Cursor<'a>) -> Cursor<'a> {
    let own = function.find("provisioned_concurrency");
    let inside = |block: &str| {
        let block = function.find(block)?;
        let mut entries = block.entries();
        entries.find_map(|(_, entry)| entry.find("provisioned_concurrency"))
    };
    own.or_else(|| inside("versions")).or_else(|| inside("aliases")).unwrap_or_else(|| function.clone())
}

fn check_aliases(cursor: &Cursor<'_>, function: &Function) {
    let Some(section) = cursor.find("aliases") else { return };
    for ((_, entry), alias) in section.entries().zip(&function.aliases) {
        let Some(key) = entry.find("provisioned_concurrency").filter(|_| alias.provisioned.is_some()) else {
            continue;
        };
        if alias.additional.is_some() {
            let problem = key.problem("a weighted alias cannot hold provisioned concurrency");
            key.report(problem.aws_says("Alias with weights can not be used with Provisioned Concurrency"));
        }
        match alias.version {
            None => {
                let problem = key.problem("the alias points to `$LATEST`");
                key.report(problem.aws_says(
                    "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
                ));
            }
            Some(version) if function.versions[version].config.provisioned.is_some() => {
                let message = format!(
                    "the version `{}` has provisioned concurrency of its own",
                    function.versions[version].name
                );
                key.report(key.problem(message).aws_rejects(
                    "provisioned concurrency lives on a version or on an alias to it, not on both",
                ));
            }
            Some(_) => {}
        }
    }
}

/// A weighted deployment needs an alias without provisioned concurrency.
pub(super) fn check_deployment(key: &Cursor<'_>, deployment: &Deployment, functions: &[Function]) {
    let alias = &functions[deployment.function.0 as usize].aliases[deployment.alias];
    if alias.provisioned.is_some() && deployment.strategy != Strategy::AllAtOnce {
        let problem = key.problem(format!(
            "`{}` has provisioned concurrency, so its traffic cannot be shared",
            alias.name
        ));
        key.report(
            problem
                .hint("strategy: AllAtOnce moves all of it")
                .aws_says("Alias with weights can not be used with Provisioned Concurrency"),
        );
    }
}

/// What is provisioned from the start on is held before a function that is created later is there; an event asks for it then.
pub(super) fn check_created(top: &Cursor<'_>) {
    for (name, function) in top.find("functions").iter().flat_map(Cursor::entries) {
        let is_later = function.find("created").is_some();
        let versions = function.find("versions");
        let versions = versions.iter().flat_map(Cursor::entries).map(|(_, version)| version);
        let versions = versions.filter(|version| is_later || version.find("created").is_some());
        let aliases = function.find("aliases").filter(|_| is_later);
        let aliases = aliases.iter().flat_map(Cursor::entries).map(|(_, alias)| alias);
        let own = is_later.then(|| function.clone());
        for part in own.into_iter().chain(versions).chain(aliases) {
            let Some(key) = part.find("provisioned_concurrency") else { continue };
            let problem =
                key.problem("provisioned concurrency cannot be there before its function is created");
            key.report(problem.hint(format!(
                "ask for it when `{name}` is Active: events: [{{at: 1h, set: {{functions.{name}.provisioned_concurrency: 10}}}}]"
            )));
        }
    }
}
