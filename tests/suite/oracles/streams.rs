//! One shard, batch 1, one lane: a server with a queue (MG1).

use super::oracle;
use crate::simulated::{UNBOUND, report, tries};

/// The iterator age of a batch of one is what its record has waited. A shard of Kinesis could be read 5 times a second only (S102).
#[test]
fn records_of_a_shard_wait_as_the_formula_of_pollaczek_and_khinchine_says() {
    for (id, law) in [("MG1-4-0", ""), ("MG1-4-1", "exp")] {
        let row = oracle(id);
        let (rate, mean) = (row.input("lam"), row.input("mean_service_s"));
        let duration = if law.is_empty() { format!("{mean}s") } else { format!("exp(mean={mean}s)") };
        let n = tries(40_000, 1_000_000);
        let report = report(&format!(
            "{UNBOUND}
functions: {{f: {{duration: {duration}, event_sources: [{{stream: s, batch_size: 1}}]}}}}
streams: {{s: {{type: dynamodb}}}}
traffic: [{{to: s, rate: {rate}/s, for: {}s}}]",
            (n as f64 / rate).round()
        ));
        let (busy, seconds) = (report.functions["f"].concurrency.mean.unwrap(), row.expected("mean_wait_s"));
        // The row says 3 % at a million records; with fewer, as much more as the standard error grows.
        let wide = 0.03 * (1_000_000.0_f64 / n as f64).sqrt();
        row.agrees("rho", busy, row.expected("rho") * wide);
        let waited = report.streams["s"].iterator_age_ms.mean.unwrap() / 1e3;
        row.agrees("mean_wait_s", waited, seconds * wide);
    }
}
