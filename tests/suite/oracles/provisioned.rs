//! Provisioned concurrency spills over as a loss system loses, and the overflow varies as Riordan says (PC).

use coldstart::lambda::facts::{Fact, Observer};
use coldstart::lambda::parts::Provision;
use coldstart::units::SimTime;
use coldstart::{Options, simulate_observed};

use super::{Oracle, oracle};
use crate::simulated::{UNBOUND, run_length, scenario};

/// Busy environments on demand, over time after the warm-up.
#[derive(Debug, Default)]
struct Overflow {
    busy: u64,
    since: f64,
    moments: [f64; 3],
}

const WARM_UP_S: f64 = 20.0;

impl Overflow {
    fn step(&mut self, now: SimTime, change: i64) {
        let now = now.seconds();
        let spent = (now - self.since.max(WARM_UP_S)).max(0.0);
        let busy = self.busy as f64;
        for (sum, value) in self.moments.iter_mut().zip([1.0, busy, busy * busy]) {
            *sum += value * spent;
        }
        self.since = now;
        self.busy = self.busy.checked_add_signed(change).unwrap();
    }

    fn mean_and_variance(&self) -> (f64, f64) {
        let [time, first, second] = self.moments;
        (first / time, second / time - (first / time) * (first / time))
    }
}

impl Observer for Overflow {
    fn observe(&mut self, now: SimTime, fact: &Fact) {
        match fact {
            Fact::Started(started) if started.served.provision == Provision::Spilled => self.step(now, 1),
            Fact::Ended(ended) if ended.served.provision == Provision::OnDemand => self.step(now, -1),
            _ => {}
        }
    }
}

fn check(row: &Oracle, like: &str) {
    let (capacity, offered) = (row.input("pc"), row.input("offered_erlangs"));
    let length = (run_length(1_000_000.0, 100_000.0) / offered + WARM_UP_S).ceil();
    let scenario = scenario(&format!(
        "{UNBOUND}
warmup: {WARM_UP_S}s
functions: {{f: {{duration: exp(mean=1s), provisioned_concurrency: {capacity}}}}}
traffic: [{{to: f, rate: {offered}/s, for: {length}s}}]"
    ));
    let (report, overflow) = simulate_observed(&scenario, &Options::default(), Overflow::default());
    let provisioned = report.functions["f"].provisioned.as_ref().unwrap();
    let n = (provisioned.invocations + provisioned.spillover) as f64;
    let spilled = provisioned.spillover as f64 / n;
    let p = row.expected("spill_fraction");
    let inflation = oracle(like).variance_inflation();
    let four_sigma = 4.0 * (inflation * p * (1.0 - p) / n).sqrt();
    row.agrees("spill_fraction", spilled, four_sigma);
    // Both follow from the spill fraction: offered × spill, and offered × (1 - spill) / capacity; the mean of offered
    // load itself varies by its own four standard errors.
    let load = 4.0 * offered * (2.0 / n).sqrt();
    row.agrees("pc_utilisation", provisioned.utilization.unwrap(), (offered * four_sigma + load) / capacity);
    let (mean, variance) = overflow.mean_and_variance();
    row.agrees("overflow_mean", mean, offered * four_sigma + load * p);
    // Six percent at a million requests (the row), and more with fewer.
    let of_variance = 0.06 * (1e6 / n).sqrt().max(1.0) * row.expected("overflow_variance");
    row.agrees("overflow_variance", variance, of_variance);
}

#[test]
fn provisioned_concurrency_spills_over_what_erlang_b_says() {
    check(&oracle("PC-10-8"), "EB-10-8");
    check(&oracle("PC-100-95"), "EB-100-90");
}
