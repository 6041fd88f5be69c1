//! Asynchronous invocation with independent failures and fixed waits (S41).

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Retries {
    /// Probability that every attempt fails: p^(r + 1).
    pub p_failed: f64,
    /// Mean number of attempts.
    pub mean_attempts: f64,
    /// Mean number of attempts of the events that succeed.
    pub mean_attempts_of_succeeded: f64,
    /// When each attempt starts, if all before failed.
    pub starts: Vec<f64>,
    /// When an event that failed every time goes to the dead-letter queue.
    pub ends: f64,
    /// Mean age at the end of the successful attempt.
    pub mean_completion: f64,
}

/// Attempts fail with probability `p_failure` each, last `duration`, and are followed by `waits` after the end of
/// the failed one; as many retries as waits.
pub fn retries(p_failure: f64, duration: f64, waits: &[f64]) -> Retries {
    let mut starts = vec![0.0];
    for wait in waits {
        let last = starts[starts.len() - 1];
        starts.push(last + duration + wait);
    }
    let mut p_reached = 1.0;
    let (mut mean_attempts, mut weighted, mut completion) = (0.0, 0.0, 0.0);
    for (index, start) in starts.iter().enumerate() {
        mean_attempts += p_reached;
        let succeeds = p_reached * (1.0 - p_failure);
        weighted += succeeds * (index as f64 + 1.0);
        completion += succeeds * (start + duration);
        p_reached *= p_failure;
    }
    let succeeded = 1.0 - p_reached;
    Retries {
        p_failed: p_reached,
        mean_attempts,
        mean_attempts_of_succeeded: weighted / succeeded,
        ends: starts[starts.len() - 1] + duration,
        mean_completion: completion / succeeded,
        starts,
    }
}
