//! What has happened to an idle environment before somebody looked.

use crate::units::{SimDuration, SimTime};

/// Something that happened to an environment, possibly some time ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// An idle period is over: the environment left, or the run is.
    IdlePeriodEnded {
        /// Its beginning.
        since: SimTime,
        /// Its end.
        until: SimTime,
    },
    /// An environment is gone.
    Retired {
        /// Order of creation within the function.
        environment: u64,
        /// When it was created.
        created: SimTime,
        /// When it went.
        at: SimTime,
    },
    /// A pre-initialised successor was created (S17).
    Replacement {
        /// Order of creation within the function.
        environment: u64,
        /// When it took its place.
        at: SimTime,
        /// Its Init, which is billed.
        init: SimDuration,
    },
    /// An initialised environment joined the provisioned concurrency.
    Allocated {
        /// Order of creation within the function.
        environment: u64,
        /// When it was ready.
        at: SimTime,
        /// Its Init, as far as it is billed.
        init: SimDuration,
    },
}
