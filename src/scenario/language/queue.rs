//! Keys of queues.

use super::{Fallback, Key, Shape};

const REDRIVE: &[Key] = &[
    Key::new("dlq", Shape::Text, Fallback::Required, "Dead-letter queue, one of `queues`."),
    Key::new(
        "max_receive_count",
        Shape::Count(1, 1_000),
        Fallback::Required,
        "A message goes to the dead-letter queue at the receive that would exceed this count (S53): with 3 it is processed exactly 3 times.",
    ),
];

/// Keys of a queue.
pub(super) const QUEUE: &[Key] = &[
    Key::new(
        "type",
        Shape::Choice(&["standard", "fifo"]),
        Fallback::Text("standard"),
        "`fifo`: messages of a group stay in order, one batch of a group at a time (S55). AWS takes only a standard queue as dead-letter queue or destination of a function.",
    ),
    Key::new(
        "backlog",
        Shape::Count(0, 1_000_000_000),
        Fallback::Text("0"),
        "Messages that are in the queue at the start.",
    ),
    Key::new(
        "visibility_timeout",
        Shape::Duration,
        Fallback::Text("30s"),
        "How long a received message is invisible (S53, S54). AWS: 0 s to 12 h, and not shorter than the timeout of a function that reads the queue.",
    ),
    Key::new(
        "retention",
        Shape::Duration,
        Fallback::Text("4d"),
        "Messages older than this are gone. AWS: 60 s to 14 days.",
    ),
    Key::new(
        "delay",
        Shape::Duration,
        Fallback::Text("0s"),
        "A new message is invisible for so long. AWS: 0 s to 15 minutes.",
    ),
    Key::new(
        "redrive",
        Shape::Block(REDRIVE),
        Fallback::Nothing("a message comes back until its retention ends"),
        "Where messages go that were received too often.",
    ),
    Key::new(
        "message_groups",
        Shape::Count(1, 1_000_000),
        Fallback::Nothing("1 where the type is `fifo`"),
        "Of a FIFO queue: how many message groups there are; each message is of one of them, any as likely as the others. At most so many batches are processed at once (S55).",
    ),
    Key::new(
        "deduplication_ids",
        Shape::Count(1, 1_000_000_000),
        Fallback::Nothing("each message has an id of its own"),
        "Of a FIFO queue: how many different MessageDeduplicationIds its senders use; each message has one of them, any as likely as the others. A message whose id was \
         taken in less than 5 minutes ago is accepted and not delivered (S103).",
    ),
];
