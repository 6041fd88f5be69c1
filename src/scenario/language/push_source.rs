//! Keys of topics, buckets and event buses.

use super::{Fallback, Key, Shape};

const TO: Key = Key::new(
    "to",
    Shape::Text,
    Fallback::Required,
    "A function (an asynchronous invocation), a queue, or, of buckets and event buses, a topic.",
);
const DEAD_LETTER: Key = Key::new(
    "dead_letter",
    Shape::Text,
    Fallback::Nothing("what cannot be handed over is lost"),
    "Standard queue that gets what could not be handed over after the last attempt.",
);
const DELIVERY_DELAY: Key = Key::new(
    "delivery_delay",
    Shape::Distribution,
    Fallback::Text("0s"),
    "From what happens to its delivery.",
);

const SUBSCRIBER: &[Key] = &[
    TO,
    Key::new(
        "filter",
        Shape::Share,
        Fallback::Text("100%"),
        "FilterPolicy: the share of messages that match; the others are not delivered.",
    ),
    DEAD_LETTER,
];

/// Keys of a topic.
pub(super) const TOPIC: &[Key] = &[
    Key::new(
        "type",
        Shape::Choice(&["standard", "fifo"]),
        Fallback::Text("standard"),
        "`fifo`: messages of a group are handed over in order, to queues alone; functions cannot be subscribed (S103).",
    ),
    Key::new(
        "message_groups",
        Shape::Count(1, 1_000_000),
        Fallback::Nothing("1 where the type is `fifo`"),
        "Of a FIFO topic: how many message groups there are; each message is of one of them, any as likely as the others, and keeps it in a FIFO queue.",
    ),
    Key::new(
        "deduplication_ids",
        Shape::Count(1, 1_000_000_000),
        Fallback::Nothing("each message has an id of its own"),
        "Of a FIFO topic: how many different MessageDeduplicationIds its publishers use, as of a FIFO queue (S103).",
    ),
    Key::new(
        "subscribers",
        Shape::List(&Shape::Either(&[Shape::Text, Shape::Block(SUBSCRIBER)])),
        Fallback::Nothing("none"),
        "Functions and queues that get each message; by name, or as maps.",
    ),
    DELIVERY_DELAY,
    Key::new(
        "delivery_errors",
        Shape::Share,
        Fallback::Text("0%"),
        "Share of attempts to hand a message over that fail. SNS tries 100,015 times in 23 days (S83).",
    ),
];

/// Keys of a bucket.
pub(super) const BUCKET: &[Key] = &[
    Key::new(
        "notify",
        Shape::List(&Shape::Either(&[Shape::Text, Shape::Block(NOTIFICATION)])),
        Fallback::Nothing("none"),
        "Functions, queues, topics and event buses that are told of each object that is put; by name, or as maps.",
    ),
    DELIVERY_DELAY,
];

const NOTIFICATION: &[Key] = &[
    TO,
    Key::new(
        "filter",
        Shape::Share,
        Fallback::Text("100%"),
        "The share of objects whose key has the prefix and suffix of the notification.",
    ),
];

const TARGET: &[Key] = &[
    TO,
    Key::new(
        "max_retry_attempts",
        Shape::Count(0, 185),
        Fallback::Text("185"),
        "MaximumRetryAttempts: attempts after the first to hand an event over.",
    ),
    Key::new(
        "max_event_age",
        Shape::Duration,
        Fallback::Text("24h"),
        "MaximumEventAgeInSeconds: no attempt later than this. AWS: 60 s to 24 h.",
    ),
    DEAD_LETTER,
];

const RULE: &[Key] = &[
    Key::new(
        "pattern",
        Shape::Share,
        Fallback::Text("100%"),
        "EventPattern: the share of events that match the rule.",
    ),
    Key::new(
        "targets",
        Shape::List(&Shape::Either(&[Shape::Text, Shape::Block(TARGET)])),
        Fallback::Required,
        "At most five functions, queues or topics; by name, or as maps.",
    ),
];

/// Keys of an event bus.
pub(super) const EVENT_BUS: &[Key] = &[
    Key::new(
        "rules",
        Shape::List(&Shape::Block(RULE)),
        Fallback::Nothing("none"),
        "Rules, each with its targets. A rule with a schedule is an event source of its function.",
    ),
    DELIVERY_DELAY,
    Key::new(
        "delivery_errors",
        Shape::Share,
        Fallback::Text("0%"),
        "Share of attempts to hand an event over that fail (S83).",
    ),
];
