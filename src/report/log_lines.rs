//! The lines that Lambda itself writes to a log, in the text format of AWS (F 8.2): tab-separated, with a tab at the end.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::lambda::outcome::Outcome;
use crate::observe::LoggedInvocation;
use crate::units::SimDuration;

/// START, END and REPORT of one invocation, with what an Init that failed writes before them.
///
/// `seed` is that of the run: the identifier of a request follows from it and from the number of the request.
pub fn lines(seed: u64, invocation: &LoggedInvocation) -> String {
    let ended = &invocation.ended;
    let id = request_id(seed, ended.request.number);
    let course = ended.course;
    let mut text = String::new();
    if ended.cold && (course.suppressed_init > SimDuration::ZERO || course.outcome == Outcome::InitFailed) {
        let status = match course.outcome {
            Outcome::InitFailed => "Status: error\tError Type: Runtime.ImportModuleError",
            _ => "Status: timeout",
        };
        let _ =
            writeln!(text, "INIT_REPORT Init Duration: {} ms\tPhase: init\t{status}\t", millis(course.init));
    }
    let _ = writeln!(text, "START RequestId: {id} Version: {}", invocation.version);
    let _ = writeln!(text, "END RequestId: {id}");
    let _ = write!(
        text,
        "REPORT RequestId: {id}\tDuration: {} ms\tBilled Duration: {} ms\tMemory Size: {} MB\t",
        millis(course.duration),
        ended.billed.handler_ms + ended.billed.init_ms,
        ended.tariff.memory.mb()
    );
    if let Some(memory) = invocation.memory_mb {
        let _ = write!(text, "Max Memory Used: {} MB\t", memory.ceil());
    }
    let has_init =
        ended.cold && course.init > SimDuration::ZERO && course.suppressed_init == SimDuration::ZERO;
    if has_init {
        let _ = write!(text, "Init Duration: {} ms\t", millis(course.init));
    }
    if let Some(status) = status(course.outcome) {
        let _ = write!(text, "{status}\t");
    }
    text.push('\n');
    text
}

/// What stands at the end of a REPORT line; an exception that the runtime has caught is none of its business.
fn status(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::TimedOut => Some("Status: timeout"),
        Outcome::RuntimeExit | Outcome::OutOfMemory => Some("Status: error\tError Type: Runtime.ExitError"),
        Outcome::InitFailed => Some("Status: error\tError Type: Runtime.ImportModuleError"),
        Outcome::Succeeded | Outcome::HandlerError | Outcome::ResponseTooLarge | Outcome::StorageFull => None,
    }
}

fn millis(span: SimDuration) -> String {
    format!("{:.2}", span.millis_f64())
}

/// A UUID that is the same in every run of the same scenario and seed. A retry of the asynchronous queue keeps that of its event; so
/// does an attempt of a client here.
fn request_id(seed: u64, number: u64) -> String {
    let hash = Sha256::digest(format!("{seed}/{number}"));
    let mut bytes: [u8; 16] = hash[..16].try_into().expect("a hash is longer");
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_same_identifier_in_every_run_and_another_one_than_its_neighbours() {
        let id = request_id(42, 1);
        assert_eq!(id, request_id(42, 1));
        assert_ne!(id, request_id(42, 2));
        assert_ne!(id, request_id(43, 1));
        assert_eq!((id.len(), &id[14..15]), (36, "4"));
    }
}
