//! Collects what `explain` tells: the life of one request, the requests worth telling about, and the peak of
//! concurrency.
//!
//! Memory is bounded: a narrator keeps the scenes of one request, the peak keeps what is in flight and a window of
//! the latest changes.

mod message;
mod peak;
mod request;
mod scout;

pub use message::{Carriage, MessageName, MessageNarrator, MessageScene, MessageStory};
pub use peak::{Change, Holder, PeakFinder, PeakSubject, PeakWindow, Summit, Totals};
pub use request::{Afterwards, MOST_SCENES, Narrator, Scene, Story};
pub use scout::Scout;
