//! Student's t distribution.

use super::math;
use super::normal::normal_quantile;

/// Beyond so many degrees of freedom the logarithms of the gamma function cancel too much.
const NEARLY_NORMAL: f64 = 1e6;

/// P(T ≤ t) for Student's t with `freedom` degrees of freedom.
pub fn student_cdf(freedom: f64, t: f64) -> f64 {
    let upper = 0.5 * beta_share(0.5 * freedom, 0.5, freedom / (freedom + t * t));
    if t > 0.0 { 1.0 - upper } else { upper }
}

/// The t with P(T ≤ t) = `p`, 0 < p < 1; relative error below 10⁻⁹.
///
/// The normal quantile is too small in size, so the root is bracketed by doubling and then halved.
pub fn student_quantile(freedom: f64, p: f64) -> f64 {
    if p < 0.5 {
        return -student_quantile(freedom, 1.0 - p);
    }
    let normal = normal_quantile(p);
    if freedom > NEARLY_NORMAL {
        // The first term of the expansion in 1/freedom (Fisher); the next is below 10⁻¹¹.
        return normal + normal * (normal * normal + 1.0) / (4.0 * freedom);
    }
    let mut low = normal.max(0.0);
    let mut high = 2.0 * low + 1.0;
    while student_cdf(freedom, high) < p {
        (low, high) = (high, 2.0 * high);
    }
    while high - low > 1e-11 * high {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if student_cdf(freedom, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The regularised incomplete beta function Iₓ(a, b) by its continued fraction (Press et al., Numerical Recipes, 6.4).
fn beta_share(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = math::exp(
        math::ln_gamma(a + b) - math::ln_gamma(a) - math::ln_gamma(b) + a * math::ln(x) + b * math::ln_1p(-x),
    );
    // The fraction converges quickly on this side of the mean; the other side is its complement.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

/// The continued fraction of the incomplete beta function, by the modified method of Lentz.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut upper = 1.0;
    let mut lower = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut product = lower;
    let mut m = 0.0;
    // √(max(a, b)) terms are enough; the bound only guarantees an end.
    while m < 1e6 {
        m += 1.0;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = product;
        for term in [even, odd] {
            lower = 1.0 / away_from_zero(1.0 + term * lower);
            upper = away_from_zero(1.0 + term / upper);
            product *= lower * upper;
        }
        if (product - before).abs() <= 1e-15 * product.abs() {
            break;
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64, relative: f64) {
        assert!((found / wanted - 1.0).abs() < relative, "{found} is not {wanted}");
    }

    /// One degree is Cauchy's distribution, two have a quantile in closed form.
    #[test]
    fn one_and_two_degrees_of_freedom_have_closed_forms() {
        for p in [0.51, 0.6, 0.75, 0.975, 0.999] {
            let angle = std::f64::consts::PI * (p - 0.5);
            close(student_quantile(1.0, p), math::sin(angle) / math::cos(angle), 1e-9);
            let two = (2.0 * p - 1.0) * (2.0 / (4.0 * p * (1.0 - p))).sqrt();
            close(student_quantile(2.0, p), two, 1e-9);
        }
    }

    /// The numbers of every table of the distribution.
    #[test]
    fn the_quantiles_of_the_tables() {
        for (freedom, p, t) in [
            (1.0, 0.975, 12.706_204_736_432_1),
            (9.0, 0.975, 2.262_157_162_740_99),
            (19.0, 0.975, 2.093_024_054_408_26),
            (29.0, 0.975, 2.045_229_642_132_70),
            (4.0, 0.995, 4.604_094_871_349_99),
            (30.0, 0.9, 1.310_415_025_329_40),
        ] {
            close(student_quantile(freedom, p), t, 1e-9);
            close(student_quantile(freedom, 1.0 - p), -t, 1e-9);
        }
    }

    #[test]
    fn many_degrees_of_freedom_are_normal() {
        for p in [0.6, 0.975, 0.999_5] {
            close(student_quantile(1e9, p), normal_quantile(p), 1e-7);
            close(student_quantile(NEARLY_NORMAL, p), student_quantile(NEARLY_NORMAL * 1.000_001, p), 1e-9);
        }
    }

    #[test]
    fn the_quantile_inverts_the_distribution_function() {
        for freedom in [1.0, 3.0, 17.0, 399.0, 99_999.0] {
            for p in [0.001, 0.3, 0.5, 0.9, 0.999] {
                let back = student_cdf(freedom, student_quantile(freedom, p));
                assert!((back - p).abs() < 1e-10, "{freedom} {p} {back}");
            }
        }
    }
}
