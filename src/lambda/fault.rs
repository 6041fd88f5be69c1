//! Faults: errors of the service itself, before a function runs (F 4.2). They are neither throttles nor function errors.

use crate::scenario::model::KeyState;

/// Why Lambda could not start an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is an exception of AWS")]
pub enum Fault {
    FunctionNotFound,
    FunctionPending,
    FunctionInactive,
    SnapshotNotReady,
    RoleNotAssumable,
    KeyDisabled,
    KeyInvalidState,
    KeyNotFound,
    KeyAccessDenied,
    KeyThrottled,
    SubnetAddressesUsedUp,
    NetworkInterfacesUsedUp,
}

impl Fault {
    /// All, in the order of a report.
    pub const ALL: [Self; 12] = [
        Self::FunctionNotFound,
        Self::FunctionPending,
        Self::FunctionInactive,
        Self::SnapshotNotReady,
        Self::RoleNotAssumable,
        Self::KeyDisabled,
        Self::KeyInvalidState,
        Self::KeyNotFound,
        Self::KeyAccessDenied,
        Self::KeyThrottled,
        Self::SubnetAddressesUsedUp,
        Self::NetworkInterfacesUsedUp,
    ];

    /// What an Init meets that decrypts with a key in this state; `None` when it can.
    pub fn of_key(state: KeyState) -> Option<Self> {
        match state {
            KeyState::Enabled => None,
            KeyState::Disabled => Some(Self::KeyDisabled),
            KeyState::PendingDeletion => Some(Self::KeyInvalidState),
            KeyState::Deleted => Some(Self::KeyNotFound),
            KeyState::NoGrant => Some(Self::KeyAccessDenied),
        }
    }

    /// The exception that AWS answers with.
    pub fn exception(self) -> &'static str {
        match self {
            Self::FunctionNotFound => "ResourceNotFoundException",
            Self::FunctionPending | Self::FunctionInactive => "ResourceConflictException",
            Self::SnapshotNotReady => "SnapStartNotReadyException",
            Self::RoleNotAssumable => "AccessDeniedException",
            Self::KeyDisabled => "KMSDisabledException",
            Self::KeyInvalidState => "KMSInvalidStateException",
            Self::KeyNotFound => "KMSNotFoundException",
            Self::KeyAccessDenied => "KMSAccessDeniedException",
            Self::KeyThrottled => "ThrottlingException",
            Self::SubnetAddressesUsedUp => "SubnetIPAddressLimitReachedException",
            Self::NetworkInterfacesUsedUp => "ENILimitReachedException",
        }
    }

    /// The HTTP status of the answer.
    pub fn status(self) -> u16 {
        match self {
            Self::FunctionNotFound => 404,
            Self::FunctionPending | Self::FunctionInactive | Self::SnapshotNotReady => 409,
            Self::RoleNotAssumable => 403,
            Self::KeyDisabled
            | Self::KeyInvalidState
            | Self::KeyNotFound
            | Self::KeyAccessDenied
            | Self::KeyThrottled
            | Self::SubnetAddressesUsedUp
            | Self::NetworkInterfacesUsedUp => 502,
        }
    }

    /// The rule that it comes from.
    pub fn rule(self) -> &'static str {
        match self {
            Self::FunctionNotFound | Self::FunctionPending | Self::FunctionInactive => "S67",
            Self::SnapshotNotReady => "S108",
            Self::RoleNotAssumable => "S29",
            Self::KeyDisabled
            | Self::KeyInvalidState
            | Self::KeyNotFound
            | Self::KeyAccessDenied
            | Self::KeyThrottled => "S27",
            Self::SubnetAddressesUsedUp | Self::NetworkInterfacesUsedUp => "S28",
        }
    }

    /// Whether a client of AWS tries again: it does after every 5xx.
    pub fn is_retried(self) -> bool {
        self.status() >= 500
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_try_again_after_what_the_service_could_not_do_and_not_after_what_it_refuses() {
        assert!(Fault::KeyDisabled.is_retried() && Fault::SubnetAddressesUsedUp.is_retried());
        assert!(!Fault::SnapshotNotReady.is_retried());
        assert!(!Fault::FunctionPending.is_retried() && !Fault::RoleNotAssumable.is_retried());
        assert_eq!(Fault::of_key(KeyState::Enabled), None);
        assert_eq!(Fault::ALL.iter().filter(|fault| fault.status() == 502).count(), 7);
    }
}
