//! Versions, aliases and deployments of a function.

use super::{Comparison, Function, FunctionId, ProvisionedConcurrency};
use crate::units::{SimDuration, SimTime};

/// A published version: code and configuration that never change.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Name in the scenario.
    pub name: String,
    /// What it is: the function's own keys with the version's in their place. Its name, `api:v1`, addresses its streams.
    pub config: Function,
    /// How its environments live on provisioned concurrency.
    pub held: Function,
}

/// An alias: a name for a version, or for two with a weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// Name in the scenario.
    pub name: String,
    /// Index of the version that it points to; `None` is `$LATEST`.
    pub version: Option<usize>,
    /// Index of one more version, and its share of the invocations.
    pub additional: Option<(usize, f64)>,
    /// Provisioned concurrency of the alias.
    pub provisioned: Option<ProvisionedConcurrency>,
}

/// What an invocation may name behind the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qualifier {
    /// Index of a version.
    Version(usize),
    /// Index of an alias.
    Alias(usize),
}

/// An alias moves to another version (`events: - {at, deploy}`).
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// When it begins.
    pub at: SimTime,
    /// Whose alias.
    pub function: FunctionId,
    /// Index of the alias.
    pub alias: usize,
    /// Index of the version that gets the traffic.
    pub version: usize,
    /// How the traffic is shifted.
    pub strategy: Strategy,
    /// Any of these takes the alias back while traffic is shifted.
    pub rollback_if: Vec<Alarm>,
}

/// How a deployment shifts traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// At once.
    AllAtOnce,
    /// A tenth, and the rest after this time.
    Canary(SimDuration),
    /// A tenth, and a tenth more each time this has passed.
    Linear(SimDuration),
}

/// The share of a canary, and of each linear step, in tenths of the traffic.
const TENTHS: u32 = 10;

impl Strategy {
    /// Every strategy of `CodeDeploy` with its name.
    pub fn named() -> impl Iterator<Item = (String, Self)> {
        let minutes = |count: u64| SimDuration::from_secs(60 * count);
        let canaries = [5, 10, 15, 30]
            .map(|count| (format!("Canary10Percent{count}Minutes"), Self::Canary(minutes(count))));
        let steps = [1, 2, 3, 10].map(|count| {
            let plural = if count == 1 { "" } else { "s" };
            (format!("Linear10PercentEvery{count}Minute{plural}"), Self::Linear(minutes(count)))
        });
        std::iter::once(("AllAtOnce".to_owned(), Self::AllAtOnce)).chain(canaries).chain(steps)
    }

    /// The wait from one step to the next.
    pub fn wait(self) -> SimDuration {
        match self {
            Self::AllAtOnce => SimDuration::ZERO,
            Self::Canary(wait) | Self::Linear(wait) => wait,
        }
    }

    /// Tenths of the traffic that the new version has after `step` steps, the first at the beginning.
    pub fn tenths(self, step: u32) -> u32 {
        match self {
            Self::Canary(_) if step <= 1 => 1,
            Self::AllAtOnce | Self::Canary(_) => TENTHS,
            Self::Linear(_) => step.min(TENTHS),
        }
    }

    /// Steps until the new version has all traffic.
    pub fn steps(self) -> u32 {
        match self {
            Self::AllAtOnce => 1,
            Self::Canary(_) => 2,
            Self::Linear(_) => TENTHS,
        }
    }

    /// From the first step to the last.
    pub fn length(self) -> SimDuration {
        self.wait().saturating_mul(u64::from(self.steps() - 1))
    }
}

/// An alarm on a function, version or alias while traffic is shifted.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// As it is written: `api:v2.error_rate > 1% for 2m`.
    pub text: String,
    /// Whose metric.
    pub function: FunctionId,
    /// Which part of the function; `None` is all of it.
    pub qualifier: Option<Qualifier>,
    /// What is measured.
    pub quantity: AlarmQuantity,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what: a share or a number.
    pub limit: f64,
    /// The sliding window.
    pub window: SimDuration,
}

/// What an alarm measures over its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmQuantity {
    /// Function errors, timeouts and out of memory among the invocations that ended.
    ErrorRate,
    /// Their number.
    Errors,
    /// Throttles among the attempts.
    ThrottleRate,
    /// Their number.
    Throttles,
    /// Cold starts among the invocations that began.
    ColdStartRate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strategies_have_the_names_and_shares_of_codedeploy() {
        let named: Vec<(String, Strategy)> = Strategy::named().collect();
        let find = |name: &str| named.iter().find(|(known, _)| known == name).map(|(_, found)| *found);
        let canary = find("Canary10Percent15Minutes").unwrap();
        assert_eq!(
            ([1, 2].map(|step| canary.tenths(step)), canary.length()),
            ([1, 10], SimDuration::from_secs(900))
        );
        let linear = find("Linear10PercentEvery1Minute").unwrap();
        assert_eq!((linear.tenths(3), linear.steps(), linear.length()), (3, 10, SimDuration::from_secs(540)));
        assert_eq!(find("AllAtOnce").unwrap().length(), SimDuration::ZERO);
        assert_eq!(named.len(), 9);
    }
}
