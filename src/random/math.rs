//! Elementary functions that give the same bits on every platform.
//!
//! The standard library leaves the precision of `ln`, `exp` and their kin to the platform (fused
//! multiply-add alone changes results), so sampling goes through `libm`, which is plain Rust (or through `ln` and `exp` beside this
//! file, where it is most of the work), and a lint forbids the others. `sqrt`, `round` and the four operations are exact by IEEE 754 and may be used anywhere.

/// Natural logarithm.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// ln(1 + x), exact for small x.
#[inline]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// e to the power of x.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// eˣ − 1, exact for small x.
#[inline]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// x to the power of y.
#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Cube root.
#[inline]
pub fn cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// Sine of x in radians.
#[inline]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of x in radians.
#[inline]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Logarithm of the gamma function of x.
#[inline]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The gamma function of x.
#[inline]
pub fn gamma(x: f64) -> f64 {
    libm::tgamma(x)
}

/// 1 − erf(x), accurate where it is small.
#[inline]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// Arc tangent of y/x in radians, in the quadrant of (x, y).
#[inline]
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}
