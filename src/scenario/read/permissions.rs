//! What the execution role must allow where Lambda acts in its name, or code sends something on (F 1.7, S94).

use crate::scenario::model::{Asynchronous, DeniedDeliveries, Emission, PushKind, StreamId, Target};

use super::Names;
use super::cursor::Cursor;
use super::resources::covers;

/// Whether the role of `function` allows an action; one without `allow` allows everything.
fn allows(function: &Cursor<'_>, action: &str) -> bool {
    let list = function.find("role").and_then(|role| role.find("allow"));
    list.is_none_or(|list| list.items().any(|item| item.text().is_some_and(|policy| covers(policy, action))))
}

/// The AWS service that a target belongs to, and the action that sends to it.
pub(super) fn sending(target: Target, names: &Names) -> (&'static str, &'static str) {
    match target {
        Target::Function(_) => ("lambda", "lambda:InvokeFunction"),
        Target::Queue(_) => ("sqs", "sqs:SendMessage"),
        Target::Stream(id) if names.table_streams.contains(&id) => ("dynamodb", "dynamodb:PutItem"),
        Target::Stream(_) => ("kinesis", "kinesis:PutRecord"),
        Target::Push(id) => {
            let kind = names.pushes.values().find(|(known, _)| *known == id).map(|(_, kind)| *kind);
            match kind {
                Some(PushKind::Bucket) => ("s3", "s3:PutObject"),
                Some(PushKind::EventBus) => ("events", "events:PutEvents"),
                Some(PushKind::Topic) | None => ("sns", "sns:Publish"),
            }
        }
    }
}

/// Settings of asynchronous invocation, with what the role does not let Lambda deliver.
pub(super) fn deliveries(settings: Asynchronous, function: &Cursor<'_>, names: &Names) -> Asynchronous {
    let is_denied =
        |target: Option<Target>| target.is_some_and(|target| !allows(function, sending(target, names).1));
    let denied = DeniedDeliveries {
        dead_letter: is_denied(settings.dead_letter),
        on_failure: is_denied(settings.on_failure),
        on_success: is_denied(settings.on_success),
    };
    Asynchronous { denied, ..settings }
}

/// Whether a role or a VPC may stand in the way of what the code sends on.
pub(super) fn is_confined(function: &Cursor<'_>) -> bool {
    let list = function.find("role").and_then(|role| role.find("allow"));
    list.is_some() || function.find("vpc").is_some()
}

/// The service and the action of each emission.
pub(super) fn of_emissions(emits: &[Emission], names: &Names) -> Vec<(&'static str, &'static str)> {
    emits.iter().map(|emission| sending(emission.to, names)).collect()
}

/// A mapping reads its source with the role of the function; AWS looks when it is made.
pub(super) fn check_sources(function: &Cursor<'_>) {
    for source in function.find("event_sources").iter().flat_map(Cursor::items) {
        let Some((key, action)) = source
            .find("queue")
            .map(|key| (key, "sqs:ReceiveMessage"))
            .filter(|(_, action)| !allows(function, action))
        else {
            continue;
        };
        let problem = key.problem(format!("the role does not allow `{action}`, which the mapping needs"));
        let words = "InvalidParameterValueException, 400 of CreateEventSourceMapping: the execution role lacks the permission";
        key.report(problem.hint(format!("role: {{allow: [{action}, …]}}")).aws_rejects(words));
    }
}

/// The streams of `DynamoDB` tables.
pub(super) fn table_streams(top: &Cursor<'_>) -> Vec<StreamId> {
    let section = top.find("streams");
    let entries = section.iter().flat_map(Cursor::entries).enumerate();
    let is_table =
        |stream: &Cursor<'_>| stream.find("type").is_some_and(|key| key.text() == Some("dynamodb"));
    entries.filter(|(_, (_, stream))| is_table(stream)).map(|(index, _)| StreamId(index as u32)).collect()
}
