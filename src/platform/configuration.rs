//! What a function's code is built for.

use std::fmt;

/// Instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum Arch {
    X86_64,
    Arm64,
}

/// How code is packaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum PackageType {
    Zip,
    Image,
}

/// `x86_64` or `arm64`, as AWS spells it.
impl fmt::Display for Arch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}

/// `zip` or `image`, as the scenario language spells it.
impl fmt::Display for PackageType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Zip => "zip",
            Self::Image => "image",
        })
    }
}
