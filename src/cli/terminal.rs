//! Standard output and standard error.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::AnsiColor;

use super::status::Failure;
use coldstart::report::text::DEFAULT_COLUMNS;

/// Results go to standard output. A reader that has seen enough (`| head`) is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::internal(format!("error: cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Warnings, remarks and errors go to standard error. When even that is closed there is nobody to tell.
pub(super) fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", message.trim_end());
}

/// As [`complain`], with the word `error` in red where colours are allowed.
pub(super) fn complain_loudly(message: &str, no_color: bool) {
    let red = AnsiColor::Red.on_default().bold();
    match message.strip_prefix("error:") {
        Some(rest) if colour_on_stderr(no_color) => complain(&format!("{red}error{red:#}:{rest}")),
        _ => complain(message),
    }
}

/// Whether standard output takes colours: a terminal, and neither `NO_COLOR` nor `--no-color`.
pub(super) fn colour_on_stdout(no_color: bool) -> bool {
    !no_color && AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// As [`colour_on_stdout`], for standard error.
pub(super) fn colour_on_stderr(no_color: bool) -> bool {
    !no_color && AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

/// Columns of the terminal; a fixed number when the output goes elsewhere, so that it does not depend on where.
pub(super) fn columns() -> usize {
    if !io::stdout().is_terminal() {
        return DEFAULT_COLUMNS;
    }
    terminal_size::terminal_size_of(io::stdout())
        .map_or(DEFAULT_COLUMNS, |(columns, _)| usize::from(columns.0))
}
