//! The standard normal distribution: quantile, distribution function and density.

use super::math;

/// The value below which a standard normal variable falls with probability `p`, 0 < p < 1.
///
/// Algorithm AS 241 (PPND16) of Wichura, Applied Statistics 37 (1988) 477–484; relative error about 10⁻¹⁶.
#[inline]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= CENTRE_ENDS { centre(q) } else { tail(p, q) }
}

/// [`normal_quantile`] of each of `p`, into `values`.
///
/// What the centre needs is calculated for all of them, without a branch, so that the divisions overlap; the tails come
/// after.
pub(super) fn normal_quantiles<const N: usize>(p: &[f64; N], values: &mut [f64; N]) {
    for (value, p) in values.iter_mut().zip(p) {
        *value = centre(p - 0.5);
    }
    for (value, p) in values.iter_mut().zip(p) {
        let q = p - 0.5;
        if q.abs() > CENTRE_ENDS {
            *value = tail(*p, q);
        }
    }
}

/// P(Z ≤ z) of a standard normal variable, accurate in both tails.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * math::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Density of the standard normal distribution.
pub fn normal_density(z: f64) -> f64 {
    const ONE_OVER_ROOT_TWO_PI: f64 = 0.398_942_280_401_432_7;
    ONE_OVER_ROOT_TWO_PI * math::exp(-0.5 * z * z)
}

/// |p − ½| up to which [`CENTRE`] holds.
const CENTRE_ENDS: f64 = 0.425;

#[inline(always)]
fn centre(q: f64) -> f64 {
    q * ratio(&CENTRE, 0.180_625 - q * q)
}

fn tail(p: f64, q: f64) -> f64 {
    let smaller = if q < 0.0 { p } else { 1.0 - p };
    let r = (-math::ln(smaller)).sqrt();
    let magnitude = if r <= 5.0 { ratio(&SHOULDER, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    if q < 0.0 { -magnitude } else { magnitude }
}

/// Numerator and denominator, lowest power first.
struct Rational {
    numerator: [f64; 8],
    denominator: [f64; 8],
}

#[inline]
fn ratio(rational: &Rational, r: f64) -> f64 {
    polynomial(&rational.numerator, r) / polynomial(&rational.denominator, r)
}

#[inline]
fn polynomial(coefficients: &[f64; 8], r: f64) -> f64 {
    let [c0, c1, c2, c3, c4, c5, c6, c7] = *coefficients;
    ((((((c7 * r + c6) * r + c5) * r + c4) * r + c3) * r + c2) * r + c1) * r + c0
}

/// |p − ½| ≤ 0.425.
#[expect(clippy::excessive_precision, reason = "the digits of the paper")]
const CENTRE: Rational = Rational {
    numerator: [
        3.387_132_872_796_366_608_0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    denominator: [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083_0e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ],
};

/// Smaller tail from e⁻²⁵ to 0.075.
#[expect(clippy::excessive_precision, reason = "the digits of the paper")]
const SHOULDER: Rational = Rational {
    numerator: [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    denominator: [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
};

/// Smaller tail below e⁻²⁵.
#[expect(clippy::excessive_precision, reason = "the digits of the paper")]
const FAR: Rational = Rational {
    numerator: [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    denominator: [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Test values of Wichura's paper.
    #[test]
    fn the_quantile_has_wichuras_check_values() {
        assert!((normal_quantile(0.25) + 0.674_489_750_196_081_7).abs() < 1e-15);
        assert!((normal_quantile(0.001) + 3.090_232_306_167_814).abs() < 4e-15);
        assert!((normal_quantile(1e-20) + 9.262_340_089_798_408).abs() < 2e-14);
        assert_eq!(normal_quantile(0.5), 0.0);
    }

    #[test]
    fn the_quantile_inverts_the_distribution_function_far_into_both_tails() {
        for exponent in 1..50 {
            let p = math::exp(-f64::from(exponent) * 0.7);
            let lower = normal_quantile(p);
            assert!((normal_cdf(lower) / p - 1.0).abs() < 1e-13, "{p}");
            if p > 1e-3 {
                assert!((normal_quantile(1.0 - p) + lower).abs() < 1e-12, "{p}");
            }
        }
    }
}
