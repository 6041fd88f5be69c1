//! Presigned URLs: made by an invocation, used later by somebody who has no permission of their own (S47).

use crate::scenario::model::Presigns;
use crate::units::SimDuration;

/// What became of a presigned URL when it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlUse {
    /// 200.
    Served,
    /// 403 `AccessDenied`: Request has expired.
    Expired,
    /// 403 `ExpiredToken`: the session that signed it was over before.
    SessionEnded,
}

/// A URL made with `presigns` is used so long `after`.
pub fn used(after: SimDuration, presigns: &Presigns) -> UrlUse {
    let Presigns { expires_in, session, .. } = presigns;
    if after <= *expires_in.min(session) {
        UrlUse::Served
    } else if expires_in <= session {
        UrlUse::Expired
    } else {
        UrlUse::SessionEnded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Distribution;

    /// F 12 item 16.
    #[test]
    fn a_url_lives_as_long_as_the_shorter_of_its_expiry_and_its_session() {
        let secs = SimDuration::from_secs;
        let presigns = |expires_in, session| Presigns {
            expires_in: secs(expires_in),
            session: secs(session),
            used_after: Distribution::Constant(0.0),
        };
        assert_eq!(used(secs(3_600), &presigns(3_600, 21_600)), UrlUse::Served);
        assert_eq!(used(secs(3_601), &presigns(3_600, 21_600)), UrlUse::Expired);
        assert_eq!(used(secs(21_600), &presigns(604_800, 21_600)), UrlUse::Served);
        assert_eq!(used(secs(21_601), &presigns(604_800, 21_600)), UrlUse::SessionEnded);
    }
}
