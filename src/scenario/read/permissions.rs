//! What the execution role must allow where Lambda acts in its name, or code sends something on (F 1.7, S94).

use crate::scenario::model::{Asynchronous, DeniedDeliveries, Emission, PushKind, StreamKind, Target};

use super::Names;
use super::cursor::Cursor;
use super::resources::covers;

/// Whether the role of `function` allows an action; one without `allow` allows everything.
fn allows(function: &Cursor<'_>, action: &str) -> bool {
    let list = function.find("role").and_then(|role| role.find("allow"));
    list.is_none_or(|list| list.items().any(|item| item.text().is_some_and(|policy| covers(policy, action))))
}

/// The AWS service that a target belongs to, and the action that sends to it; nothing for brokers and `DocumentDB`, which
/// have users of their own.
pub(super) fn sending(target: Target, names: &Names) -> Option<(&'static str, &'static str)> {
    Some(match target {
        Target::Function(_) => ("lambda", "lambda:InvokeFunction"),
        Target::Queue(_) => ("sqs", "sqs:SendMessage"),
        Target::Stream(id) => match names.stream_kinds[id.0 as usize]? {
            StreamKind::Kinesis => ("kinesis", "kinesis:PutRecord"),
            StreamKind::Dynamodb => ("dynamodb", "dynamodb:PutItem"),
            _ => return None,
        },
        Target::Push(id) => {
            let kind = names.pushes.values().find(|(known, _)| *known == id).map(|(_, kind)| *kind);
            match kind {
                Some(PushKind::Bucket) => ("s3", "s3:PutObject"),
                Some(PushKind::EventBus) => ("events", "events:PutEvents"),
                Some(PushKind::Topic) | None => ("sns", "sns:Publish"),
            }
        }
    })
}

/// Settings of asynchronous invocation, with what the role does not let Lambda deliver.
pub(super) fn deliveries(settings: Asynchronous, function: &Cursor<'_>, names: &Names) -> Asynchronous {
    let is_denied = |target: Option<Target>| {
        target.and_then(|target| sending(target, names)).is_some_and(|(_, action)| !allows(function, action))
    };
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

/// The service and the action of each emission that has one, with its place in the list.
pub(super) fn of_emissions(emits: &[Emission], names: &Names) -> Vec<(u32, (&'static str, &'static str))> {
    let numbered = emits.iter().zip(0..);
    numbered.filter_map(|(emission, index)| Some((index, sending(emission.to, names)?))).collect()
}

/// A mapping reads its source with the role of the function; AWS looks when it is made.
pub(super) fn check_sources(function: &Cursor<'_>, names: &Names) {
    for source in function.find("event_sources").iter().flat_map(Cursor::items) {
        let Some((key, action)) = reading(&source, names).filter(|(_, action)| !allows(function, action))
        else {
            continue;
        };
        let problem = key.problem(format!("the role does not allow `{action}`, which the mapping needs"));
        let words = "InvalidParameterValueException, 400 of CreateEventSourceMapping: the execution role lacks the permission";
        key.report(problem.hint(format!("role: {{allow: [{action}, …]}}")).aws_rejects(words));
    }
}

/// What a mapping reads, and the action that takes from it; brokers and `DocumentDB` have users of their own.
fn reading<'a>(source: &Cursor<'a>, names: &Names) -> Option<(Cursor<'a>, &'static str)> {
    if let Some(key) = source.find("queue") {
        return Some((key, "sqs:ReceiveMessage"));
    }
    let key = source.find("stream")?;
    let id = names.streams.get(key.text()?)?;
    match names.stream_kinds[id.0 as usize]? {
        StreamKind::Kinesis => Some((key, "kinesis:GetRecords")),
        StreamKind::Dynamodb => Some((key, "dynamodb:GetRecords")),
        _ => None,
    }
}
