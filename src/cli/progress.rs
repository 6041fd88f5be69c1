//! A progress bar on standard error, only on a terminal and only for runs that take a while.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_millis(500);
const STEPS: u64 = 1_000;

pub(super) struct Progress {
    started: Instant,
    wanted: bool,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "the wall clock decides only whether a bar is shown")]
    pub(super) fn new(quiet: bool) -> Self {
        Self { started: Instant::now(), wanted: !quiet && io::stderr().is_terminal(), bar: OnceLock::new() }
    }

    /// Hears the share of the work that is done; may be called from any thread.
    pub(super) fn report(&self, share: f64) {
        if self.wanted && self.started.elapsed() >= PATIENCE {
            let bar = self.bar.get_or_init(|| ProgressBar::new(STEPS).with_style(style()));
            bar.set_position((share.clamp(0.0, 1.0) * STEPS as f64) as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template(" simulating {bar:40} {percent:>3}%  {elapsed}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
