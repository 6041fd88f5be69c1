//! The scenes in the life of one message of a queue, or of one record of a stream.

use std::collections::BTreeSet;

use crate::lambda::facts::{
    Detail, Fact, MessageChange, Observer, ParcelStep, QueueFact, RecordStep, RequestTag,
};
use crate::lambda::messages::Messages;
use crate::units::SimTime;

use super::MOST_SCENES;

/// A message or record: where it came in first, and as which one there, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageName {
    /// Of a queue (by index).
    InQueue {
        /// Which queue.
        queue: u32,
        /// Which message.
        ordinal: u64,
    },
    /// Of a stream (by index).
    InStream {
        /// Which stream.
        stream: u32,
        /// Which record.
        ordinal: u64,
    },
    /// Of a topic, a bucket or an event bus (by index).
    InPush {
        /// Which of them.
        source: u32,
        /// Which message.
        ordinal: u64,
    },
}

/// A batch that the message left with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carriage {
    /// The request that the batch is.
    pub request: RequestTag,
    /// Index of the mapping of queues, or of that of streams.
    pub mapping: u32,
    /// Messages or records in it.
    pub size: u32,
    /// Those of them that the function fails on.
    pub poison: u32,
    /// The one that is told about is among these.
    pub is_poison: bool,
}

/// Something that belongs to the life of the message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MessageScene {
    /// It happened to the message itself.
    Queue(QueueFact),
    /// It left with a batch.
    Carried(Carriage),
    /// It happened to the record in a lane of a mapping.
    Record {
        /// Index of the mapping.
        mapping: u32,
        /// Index of the lane among those of the mapping.
        lane: u32,
        /// What happened.
        step: RecordStep,
    },
    /// It happened to a batch that carried the message.
    Batch(Fact),
    /// It happened to a message of a push source, or to what that has become at another one.
    Parcel {
        /// Index of the push source.
        source: u32,
        /// Which message of it.
        ordinal: u64,
        /// What happened.
        step: ParcelStep,
    },
}

/// The life of one message.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageStory {
    /// Which.
    pub name: MessageName,
    /// Messages that came into its queue or stream first.
    pub entered: u64,
    /// In order of time.
    pub scenes: Vec<(SimTime, MessageScene)>,
    /// Scenes that were not kept.
    pub left_out: u64,
}

/// Keeps the scenes of one message.
#[derive(Clone, Debug)]
pub struct MessageNarrator {
    story: MessageStory,
    /// The first mapping that reads the stream: it counts the records.
    counts_by: Option<u32>,
    /// The batch that is told part by part, and its scene once the message is in it.
    batch: Option<(Carriage, Option<usize>)>,
    carried_by: BTreeSet<u64>,
    /// Mappings that read the stream.
    readers: BTreeSet<u32>,
    /// Messages of push sources that are followed.
    followed: BTreeSet<(u32, u64)>,
    /// One of them is being handed over: what is told now comes from it.
    hands_over: u32,
}

impl MessageNarrator {
    /// A narrator of this message; `readers` are the mappings (by index among those of streams) that read its stream.
    pub fn new(name: MessageName, readers: impl IntoIterator<Item = u32>) -> Self {
        let readers: BTreeSet<u32> = readers.into_iter().collect();
        Self {
            story: MessageStory { name, entered: 0, scenes: Vec::new(), left_out: 0 },
            counts_by: readers.first().copied(),
            batch: None,
            carried_by: BTreeSet::new(),
            readers,
            followed: BTreeSet::new(),
            hands_over: 0,
        }
    }

    /// What was seen.
    pub fn into_story(self) -> MessageStory {
        self.story
    }

    fn add(&mut self, at: SimTime, scene: MessageScene) -> Option<usize> {
        if self.story.scenes.len() == MOST_SCENES {
            self.story.left_out += 1;
            return None;
        }
        self.story.scenes.push((at, scene));
        Some(self.story.scenes.len() - 1)
    }

    fn is_among(&self, messages: &Messages) -> bool {
        matches!(self.story.name, MessageName::InQueue { queue, ordinal }
            if messages.origin == queue && messages.ordinals().contains(&ordinal))
    }

    fn queue_fact(&mut self, now: SimTime, fact: &QueueFact) {
        if let (MessageName::InQueue { queue, .. }, MessageChange::Entered(_)) =
            (self.story.name, fact.change)
            && fact.queue == queue
            && fact.messages.origin == queue
            && fact.messages.moves == 0
        {
            self.story.entered += u64::from(fact.messages.count);
        }
        if self.is_among(&fact.messages) {
            let at = if let MessageChange::Expired { at } = fact.change { at } else { now };
            self.add(at, MessageScene::Queue(*fact));
        }
    }

    /// More of the batch of a request; `is_own` when the message is in it.
    fn carried(&mut self, now: SimTime, more: Carriage, is_own: bool) {
        let (mut whole, mut scene) = match self.batch.take() {
            Some((known, scene)) if known.request == more.request && known.mapping == more.mapping => {
                let size = known.size + more.size;
                (Carriage { size, poison: known.poison + more.poison, ..known }, scene)
            }
            _ => (Carriage { is_poison: false, ..more }, None),
        };
        if is_own {
            whole.is_poison = more.is_poison;
            self.carried_by.insert(more.request.number);
            scene = self.add(now, MessageScene::Carried(whole));
        } else if let Some(place) = scene {
            self.story.scenes[place].1 = MessageScene::Carried(whole);
        }
        self.batch = Some((whole, scene));
    }

    fn detail(&mut self, now: SimTime, detail: &Detail) {
        match *detail {
            Detail::Carries { request, mapping, messages } => {
                let poison = if messages.is_poison { messages.count } else { 0 };
                let is_poison = messages.is_poison;
                let more = Carriage { request, mapping, size: messages.count, poison, is_poison };
                self.carried(now, more, self.is_among(&messages));
            }
            Detail::Record { request, consumer, lane, ordinal, is_poison, step }
                if self.readers.contains(&consumer) =>
            {
                if step == RecordStep::Entered && self.counts_by == Some(consumer) {
                    self.story.entered += 1;
                }
                let is_own =
                    matches!(self.story.name, MessageName::InStream { ordinal: own, .. } if own == ordinal);
                if step == RecordStep::Carried {
                    let poison = u32::from(is_poison);
                    self.carried(
                        now,
                        Carriage { request, mapping: consumer, size: 1, poison, is_poison },
                        is_own,
                    );
                } else if is_own {
                    self.add(now, MessageScene::Record { mapping: consumer, lane, step });
                }
            }
            Detail::Parcel { source, ordinal, step } => self.parcel(now, source, ordinal, step),
            _ => {}
        }
    }
}

impl MessageNarrator {
    fn parcel(&mut self, now: SimTime, source: u32, ordinal: u64, step: ParcelStep) {
        if let (ParcelStep::Told { .. }, MessageName::InPush { source: own, ordinal: asked }) =
            (step, self.story.name)
        {
            self.story.entered += u64::from(source == own);
            if (source, ordinal) == (own, asked) || self.hands_over > 0 {
                self.followed.insert((source, ordinal));
            }
        }
        if !self.followed.contains(&(source, ordinal)) {
            return;
        }
        match step {
            ParcelStep::HandedOver { .. } => self.hands_over += 1,
            ParcelStep::Became { .. } => self.hands_over -= 1,
            _ => {}
        }
        self.add(now, MessageScene::Parcel { source, ordinal, step });
    }
}

impl Observer for MessageNarrator {
    const DETAILED: bool = true;

    fn observe(&mut self, now: SimTime, fact: &Fact) {
        let batch = match fact {
            Fact::Queue(fact) => return self.queue_fact(now, fact),
            Fact::Detail(detail) => return self.detail(now, detail),
            Fact::Refused { request, .. } => request,
            Fact::Faulted(fact) => &fact.request,
            Fact::Started(started) => &started.request,
            Fact::Ended(ended) => &ended.request,
            Fact::Batch(fact) => &fact.request,
            _ => return,
        };
        if self.carried_by.contains(&batch.number) {
            self.add(now, MessageScene::Batch(*fact));
        }
    }
}
