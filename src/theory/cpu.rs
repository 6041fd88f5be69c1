//! CPU work as time, by memory size (S20, S21).

/// Memory that brings one full vCPU, MB (AWS Lambda developer guide, "Configure Lambda function memory").
pub const MEMORY_OF_ONE_VCPU: f64 = 1_769.0;
/// Length of the scheduler's period, ms (measured; measurements-and-oracles 1.7).
pub const PERIOD_MS: f64 = 20.0;

/// vCPUs that a function sees: 2, 3, 4, 5, 6 up to 3,008, 5,307, 7,076, 8,845, 10,240 MB.
pub fn visible_vcpus(memory_mb: u32) -> u32 {
    match memory_mb {
        ..=3_008 => 2,
        3_009..=5_307 => 3,
        5_308..=7_076 => 4,
        7_077..=8_845 => 5,
        _ => 6,
    }
}

/// Time of `work` (at one vCPU) when speed is in proportion to memory: W / min(m/1769, threads, vCPUs).
pub fn proportional(work: f64, memory_mb: u32, threads: u32) -> f64 {
    let share = f64::from(memory_mb) / MEMORY_OF_ONE_VCPU;
    work / share.min(f64::from(threads.min(visible_vcpus(memory_mb))))
}

/// Time in ms of `work_ms` under a quota of 20 ms × share per period that begins full: a staircase.
///
/// With quota Q and p = min(threads, vCPUs): W ≤ Q or m ≥ 1769 p gives W/p, else ⌊W/Q⌋ · 20 ms + (W mod Q)/p, and
/// without a remainder one period less plus Q/p.
pub fn quota(work_ms: f64, memory_mb: u32, threads: u32) -> f64 {
    let parallel = f64::from(threads.min(visible_vcpus(memory_mb)));
    let quota = PERIOD_MS * f64::from(memory_mb) / MEMORY_OF_ONE_VCPU;
    if work_ms <= quota || f64::from(memory_mb) >= MEMORY_OF_ONE_VCPU * parallel {
        return work_ms / parallel;
    }
    let periods = (work_ms / quota).floor();
    let rest = work_ms - periods * quota;
    if rest == 0.0 {
        (periods - 1.0) * PERIOD_MS + quota / parallel
    } else {
        periods * PERIOD_MS + rest / parallel
    }
}
