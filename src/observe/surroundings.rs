//! What happened around one function: errors of the service, calls that could not succeed, bytes through gateways.

use crate::lambda::facts::ExitChange;
use crate::lambda::fault::Fault;
use crate::scenario::model::{Obstacle, Way};

/// Counts of a function with a key, a role, a VPC or a state of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the report")]
pub struct SurroundingCounts {
    faults: [u64; Fault::ALL.len()],
    pub no_route: u64,
    pub access_denied: u64,
    pub key: u64,
    pub nat_bytes: u64,
    pub endpoint_bytes: u64,
    /// By filter.
    pub logs_delivered: [u64; 2],
}

impl SurroundingCounts {
    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults[fault as usize] += 1;
    }

    pub(super) fn exit(&mut self, change: ExitChange) {
        match change {
            ExitChange::Blocked(Obstacle::NoRoute) => self.no_route += 1,
            ExitChange::Blocked(Obstacle::AccessDenied) => self.access_denied += 1,
            ExitChange::Blocked(Obstacle::Key(_)) => self.key += 1,
            ExitChange::Passed { way: Way::Nat, bytes } => self.nat_bytes += bytes,
            ExitChange::Passed { way: Way::InterfaceEndpoint, bytes } => self.endpoint_bytes += bytes,
            ExitChange::Passed { way: Way::Direct, .. } => {}
        }
    }

    /// Errors of the service, by what they were.
    pub fn faults(&self) -> impl Iterator<Item = (Fault, u64)> {
        Fault::ALL.into_iter().zip(self.faults)
    }
}
