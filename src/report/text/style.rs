//! Colours of the terminal, only where they are allowed.

use anstyle::{AnsiColor, Style};

/// Whether and how words are coloured.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Paint {
    colour: bool,
}

impl Paint {
    pub(in crate::report) fn new(colour: bool) -> Self {
        Self { colour }
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Names and headings.
    pub(in crate::report) fn strong(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    /// What is fine.
    pub(in crate::report) fn good(self, text: &str) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    /// What went wrong.
    pub(in crate::report) fn bad(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    /// What deserves a look.
    pub(in crate::report) fn remark(self, text: &str) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    /// What may be overlooked.
    pub(in crate::report) fn faint(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }
}
