//! A sudden steady load against the scaling rate: even arrivals from nothing, constant service, a token per new
//! environment (S32).

/// The load and the bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepLoad {
    /// Arrivals per second.
    pub arrival_rate: f64,
    /// Time that a request holds its environment, s.
    pub service: f64,
    /// Tokens at the start.
    pub capacity: f64,
    /// Tokens per second.
    pub refill: f64,
}

/// What the bucket does to the load, counted as if requests were a fluid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepOutcome {
    /// When the bucket is first empty, s; `None` if it never is.
    pub first_throttle: Option<f64>,
    /// Requests refused.
    pub throttled: f64,
    /// Environments created.
    pub cold_starts: f64,
    /// No throttle comes later than this, s.
    pub last_throttle_before: Option<f64>,
}

impl StepLoad {
    /// In cycle k (one service time long) a = min(λS, B + rS (k + 1)) requests are accepted and λS − a refused;
    /// valid while the bucket never fills up again, that is while λ > r.
    pub fn outcome(&self) -> StepOutcome {
        let wanted = self.arrival_rate * self.service;
        let mut throttled = 0.0;
        let mut cycle = 0.0;
        loop {
            let accepted = self.capacity + self.refill * self.service * (cycle + 1.0);
            if accepted >= wanted || self.refill <= 0.0 {
                break;
            }
            throttled += wanted - accepted;
            cycle += 1.0;
        }
        let any = throttled > 0.0;
        StepOutcome {
            first_throttle: any.then(|| self.capacity / (self.arrival_rate - self.refill)),
            throttled,
            cold_starts: wanted,
            last_throttle_before: any.then_some(cycle * self.service),
        }
    }

    /// Requests refused before `horizon` (s) when arrival i comes at i/λ exactly and capacity freed at an instant
    /// serves an arrival at that instant: enumerated, in whole nanoseconds.
    pub fn throttled_one_by_one(&self, horizon: f64) -> u64 {
        const NANOS: f64 = 1e9;
        let service = (self.service * NANOS).round() as u64;
        let mut tokens = self.capacity;
        let mut releases = std::collections::VecDeque::new();
        let (mut idle, mut throttled, mut before, mut ordinal) = (0_u64, 0, 0, 0.0);
        loop {
            let now = (ordinal / self.arrival_rate * NANOS).round() as u64;
            if now as f64 >= horizon * NANOS {
                return throttled;
            }
            while releases.front().is_some_and(|at| *at <= now) {
                releases.pop_front();
                idle += 1;
            }
            tokens = (tokens + (now - before) as f64 / NANOS * self.refill).min(self.capacity);
            before = now;
            ordinal += 1.0;
            if idle > 0 {
                idle -= 1;
            } else if tokens >= 1.0 - 1e-9 {
                tokens -= 1.0;
            } else {
                throttled += 1;
                continue;
            }
            releases.push_back(now + service);
        }
    }
}
