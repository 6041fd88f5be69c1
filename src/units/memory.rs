//! Memory and payload sizes. "MB" means MiB, as AWS means it (S23).

use std::fmt;

/// Memory of a function in MB (MiB).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory(u32);

impl Memory {
    /// `megabytes` MB.
    pub const fn from_mb(megabytes: u32) -> Self {
        Self(megabytes)
    }

    /// The size in MB.
    pub const fn mb(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}MB", self.0)
    }
}

/// A number of bytes: payloads, packages. `1KB` is 1,024 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(u64);

impl Bytes {
    /// `count` bytes.
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// `count` KB of 1,024 bytes.
    pub const fn from_kb(count: u64) -> Self {
        Self(count * 1_024)
    }

    /// `count` MB of 1,024 KB.
    pub const fn from_mb(count: u64) -> Self {
        Self(count * 1_048_576)
    }

    /// The number of bytes.
    pub const fn count(self) -> u64 {
        self.0
    }

    /// The size in MB, for reports and slopes per MB.
    pub fn mb_f64(self) -> f64 {
        self.0 as f64 / 1_048_576.0
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (size, name) in [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")] {
            if self.0 >= size && self.0.is_multiple_of(size) {
                return write!(formatter, "{}{name}", self.0 / size);
            }
        }
        write!(formatter, "{}B", self.0)
    }
}
