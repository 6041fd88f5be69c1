//! CPU in proportion to memory (S20, S21): how long CPU work takes.

use crate::scenario::model::CpuModel;
use crate::units::{Memory, SimDuration};

/// Memory that buys exactly one vCPU (F 1.2, documented).
pub const MB_PER_VCPU: u64 = 1_769;
/// Period of the CPU bandwidth control (F 1.2 and M 1.7, measured).
const QUOTA_PERIOD_NANOS: u64 = 20_000_000;

/// vCPUs that code can see (S20, M 1.7).
pub fn visible_vcpus(memory: Memory) -> u32 {
    match memory.mb() {
        0..=3_008 => 2,
        3_009..=5_307 => 3,
        5_308..=7_076 => 4,
        7_077..=8_845 => 5,
        _ => 6,
    }
}

/// Time that `work` (CPU time at one full vCPU, spread evenly over `threads`) takes at `memory`.
///
/// Exact in integers up to the last nanosecond. Check values: oracles CPU and CPUN.
pub fn elapsed(work: SimDuration, memory: Memory, threads: u32, model: CpuModel) -> SimDuration {
    let parallel = u64::from(threads.min(visible_vcpus(memory)));
    let memory_mb = u64::from(memory.mb());
    if memory_mb >= MB_PER_VCPU * parallel {
        return round_div(work.nanos(), parallel);
    }
    match model {
        CpuModel::Proportional => {
            let scaled = u128::from(work.nanos()) * u128::from(MB_PER_VCPU);
            SimDuration::from_nanos(((scaled + u128::from(memory_mb) / 2) / u128::from(memory_mb)) as u64)
        }
        CpuModel::Quota => under_quota(work.nanos(), memory_mb, parallel),
    }
}

/// The staircase: in each period the work advances by the quota, then waits for the next period.
fn under_quota(work_nanos: u64, memory_mb: u64, parallel: u64) -> SimDuration {
    // Both in units of 1/1769 ns, so that the quota of 20 ms · memory / 1769 is a whole number.
    let work = u128::from(work_nanos) * u128::from(MB_PER_VCPU);
    let quota = u128::from(QUOTA_PERIOD_NANOS) * u128::from(memory_mb);
    let (mut periods, mut rest) = (work / quota, work % quota);
    if rest == 0 && periods > 0 {
        (periods, rest) = (periods - 1, quota);
    }
    let burst_divisor = u128::from(MB_PER_VCPU) * u128::from(parallel);
    let burst = (rest + burst_divisor / 2) / burst_divisor;
    SimDuration::from_nanos(periods as u64 * QUOTA_PERIOD_NANOS + burst as u64)
}

fn round_div(nanos: u64, divisor: u64) -> SimDuration {
    SimDuration::from_nanos((nanos + divisor / 2) / divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(work_us: u64, memory_mb: u32, threads: u32, model: CpuModel) -> f64 {
        elapsed(SimDuration::from_micros(work_us), Memory::from_mb(memory_mb), threads, model).millis_f64()
    }

    #[track_caller]
    fn assert_close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-5 * wanted, "found {found}, wanted {wanted}");
    }

    #[test]
    fn work_of_160_ms_climbs_the_staircase_of_oracle_cpu() {
        for (memory, quota, proportional) in [
            (128, 2_200.814_02, 2_211.25),
            (256, 1_100.814_02, 1_105.625),
            (512, 543.708_31, 552.812_5),
            (1_024, 269.496_891, 276.406_25),
            (1_536, 183.708_31, 184.270_833),
            (1_769, 160.0, 160.0),
            (3_008, 160.0, 160.0),
        ] {
            assert_close(millis(160_000, memory, 1, CpuModel::Quota), quota);
            assert_close(millis(160_000, memory, 1, CpuModel::Proportional), proportional);
        }
    }

    #[test]
    fn a_burst_below_the_quota_runs_at_full_speed() {
        assert_close(millis(1_400, 128, 1, CpuModel::Quota), 1.4);
    }

    #[test]
    fn work_of_exactly_one_quota_does_not_wait_for_the_next_period() {
        // 1769 MB / 2 has a quota of 10 ms.
        let half = elapsed(SimDuration::from_nanos(10_000_000), Memory::from_mb(1_769), 2, CpuModel::Quota);
        assert_eq!(half.nanos(), 5_000_000);
        assert_close(millis(16_200, 1_504, 1, CpuModel::Quota), 16.2);
    }

    #[test]
    fn four_threads_scale_to_the_share_and_to_the_visible_vcpus() {
        for (memory, seconds) in [
            (1_024, 17.275_390_6),
            (1_769, 10.0),
            (3_008, 5.880_985_04),
            (3_538, 5.0),
            (5_307, 10.0 / 3.0),
            (10_240, 2.5),
        ] {
            assert_close(millis(10_000_000, memory, 4, CpuModel::Proportional), seconds * 1_000.0);
        }
    }
}
