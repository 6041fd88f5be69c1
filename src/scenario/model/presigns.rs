//! Presigned URLs that a function makes.

use crate::random::Distribution;
use crate::units::SimDuration;

/// Every invocation that succeeds makes one URL (S47).
#[derive(Clone, Debug, PartialEq)]
pub struct Presigns {
    /// `ExpiresIn` of the signature.
    pub expires_in: SimDuration,
    /// What is left of the session of the role that signs.
    pub session: SimDuration,
    /// From the end of the invocation to the use of the URL, ns.
    pub used_after: Distribution,
}
