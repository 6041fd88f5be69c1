//! Exit statuses, and what to say when something goes wrong.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::Mutex;

/// How the command ended (the contract's exit statuses).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// 0.
    Fine,
    /// 99: a strict threshold failed.
    ThresholdFailed,
    /// 2: bad usage or scenario.
    Usage,
    /// 1: internal error, or an output that could not be written.
    Internal,
    /// 130: interrupted.
    Interrupted,
}

impl Status {
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::ThresholdFailed => 99,
            Self::Usage => 2,
            Self::Internal => 1,
            Self::Interrupted => 130,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}

/// Why the command stopped.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: Status,
    /// For a person; may have several lines.
    pub(super) message: String,
}

impl Failure {
    /// The user can mend it.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { status: Status::Usage, message: message.into() }
    }

    /// The world did not let us, or we are wrong.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self { status: Status::Internal, message: message.into() }
    }

    /// It belongs to the contract, but this version cannot do it.
    pub(super) fn not_built(what: &str) -> Self {
        Self::usage(format!("error: {what} is not built yet\nThis version can: {BUILT}."))
    }
}

const BUILT: &str = "run, report, plot, compare, sweep, tune, size, cost, validate, schema, explain, logs, theory, assumptions, init, examples, \
     completions";

/// What the panic said, kept for the message after unwinding.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn said<'panic>(panic: &'panic PanicHookInfo<'_>) -> &'panic str {
    let payload = panic.payload();
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}

/// Runs `command`; a panic becomes a short request for a bug report instead of a trace.
pub(super) fn guarded(command: impl FnOnce() -> Result<Status, Failure>) -> Result<Status, Failure> {
    let default_hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            default_hook(panic);
        }
        if let Ok(mut message) = PANIC.lock()
            && message.is_empty()
        {
            let place = panic.location().map(|place| format!(" ({}:{})", place.file(), place.line()));
            *message = format!("{}{}", said(panic), place.unwrap_or_default());
        }
    }));
    let outcome = panic::catch_unwind(AssertUnwindSafe(command));
    drop(panic::take_hook());
    outcome.unwrap_or_else(|_| {
        let reason = PANIC.lock().map(|reason| reason.clone()).unwrap_or_default();
        let command = std::env::args().collect::<Vec<_>>().join(" ");
        Err(Failure::internal(format!(
            "error: internal error: {reason}\nThis is a bug in coldstart {}, not in your scenario. Please report it with the \
             scenario and this command:\n  {command}",
            env!("CARGO_PKG_VERSION")
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_of_ours_asks_for_a_report_with_the_command() {
        let failure = guarded(|| panic!("seed 42, 3s: an event was lost")).unwrap_err();
        assert_eq!(failure.status, Status::Internal);
        assert!(
            failure.message.contains("seed 42, 3s: an event was lost (src/cli/status.rs:"),
            "{}",
            failure.message
        );
        assert!(failure.message.contains("Please report it"));
        assert!(failure.message.contains(&std::env::args().next().unwrap()));
    }
}
