//! How a pool empties after its last request.

/// Expected environments, of `count` that all became idle at one time, after `idle` when each idle period is
/// uniform on `low..high`.
pub fn left_after_uniform(count: u64, idle: f64, low: f64, high: f64) -> f64 {
    count as f64 * ((high - idle) / (high - low)).clamp(0.0, 1.0)
}

/// The sizes of a pool of `count` under halving: at each period max(1, ⌊n/2⌋) of n leave (SeBS, measured on AWS in
/// 2020). Begins with `count` and ends with 0.
pub fn halving(count: u64) -> Vec<u64> {
    let mut sizes = vec![count];
    let mut left = count;
    while left > 0 {
        left -= (left / 2).max(1);
        sizes.push(left);
    }
    sizes
}
