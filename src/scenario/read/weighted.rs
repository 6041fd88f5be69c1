//! The two versions of a weighted alias: what AWS wants them to have in common (F 1.8).

use crate::scenario::model::{Deployment, Function, Strategy};
use crate::scenario::tree::Node;

use super::cursor::Cursor;

/// Checks every alias with a second version.
pub(super) fn check_all(top: &Cursor<'_>, functions: &[Function]) {
    for ((_, cursor), function) in top.find("functions").iter().flat_map(Cursor::entries).zip(functions) {
        let section = cursor.find("aliases");
        for ((_, entry), alias) in section.iter().flat_map(Cursor::entries).zip(&function.aliases) {
            if let (Some(first), Some((second, _)), Some(key)) =
                (alias.version, alias.additional, entry.find("additional"))
            {
                check(&key, function, &cursor, [first, second]);
            }
        }
    }
}

/// A deployment in steps shares the traffic of two versions, too.
pub(super) fn check_deployment(
    key: &Cursor<'_>,
    top: &Cursor<'_>,
    deployment: &Deployment,
    functions: &[Function],
) {
    let index = deployment.function.0 as usize;
    let function = &functions[index];
    let cursor = top.find("functions").and_then(|section| section.entries().nth(index));
    if let (Some((_, cursor)), Some(first)) = (cursor, function.aliases[deployment.alias].version)
        && deployment.strategy != Strategy::AllAtOnce
    {
        check(key, function, &cursor, [first, deployment.version]);
    }
}

fn check(key: &Cursor<'_>, function: &Function, cursor: &Cursor<'_>, versions: [usize; 2]) {
    let [first, second] = versions.map(|index| &function.versions[index]);
    let refuse = |what: &str| {
        let message = format!("`{}` and `{}` have another {what}", first.name, second.name);
        let words =
            format!("InvalidParameterValueException, both versions of a weighted alias have the same {what}");
        key.report(key.problem(message).aws_rejects(&words));
    };
    if first.config.asynchronous.dead_letter != second.config.asynchronous.dead_letter {
        refuse("dead-letter queue");
    }
    let [first_role, second_role] = [first, second]
        .map(|version| role(cursor, &version.name).map_or_else(String::new, |role| written(&role)));
    if first_role != second_role {
        refuse("execution role");
    }
}

/// The role of a version: its own, or that of its function.
fn role<'a>(function: &Cursor<'a>, version: &str) -> Option<Cursor<'a>> {
    let own = function.find("versions").and_then(|section| section.find(version));
    own.and_then(|version| version.find("role")).or_else(|| function.find("role"))
}

/// What a role allows, and whether it can be assumed.
fn written(role: &Cursor<'_>) -> String {
    let text = |key: &str| role.find(key).and_then(|key| key.text().map(str::to_owned)).unwrap_or_default();
    let allowed = role.find("allow");
    let allowed =
        allowed.iter().flat_map(Cursor::items).filter_map(|item| Node::text(item.node).map(str::to_owned));
    format!("{:?} {}", allowed.collect::<Vec<_>>(), text("assumable"))
}
