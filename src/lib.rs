//! coldstart simulates AWS Lambda: deterministic, in virtual time, on a laptop, without an AWS account.
//!
//! A scenario in YAML says which functions there are, how long they take, what limits hold and when requests come.
//! [`scenario::read`] turns the text into a typed [`scenario::Scenario`], or into all its problems at once.
//! [`simulate`] lets virtual time run: sources of requests ([`traffic`]) call functions whose environments, limits,
//! queues and retries are modelled in [`lambda`]; every step follows a numbered rule and tells facts to observers
//! ([`observe`]), from which the [`report`] is built: latency, throttles, cold starts, the bill, and a ledger that adds up.
//! The same scenario, seed and version give the same bytes everywhere.
//!
//! ```
//! use coldstart::scenario::{self, Overrides};
//! use coldstart::{Options, simulate};
//!
//! let text = "
//! functions: {hello: {memory: 512MB, init: 400ms, duration: 120ms}}
//! traffic: [{to: hello, arrivals: even, rate: 20/s, for: 5m}]
//! ";
//! let scenario = scenario::read(text, "hello.yaml", ".".as_ref(), &Overrides::default())?;
//! let report = simulate(&scenario, &Options::default());
//! assert_eq!(report.functions["hello"].cold_starts, 11);
//! assert!(report.ledger.balanced);
//! # Ok::<(), coldstart::scenario::Problems>(())
//! ```
//!
//! Modules in reading order: quantities, the engine, randomness and closed forms; what AWS fixes; what a user writes; when
//! requests come; the service; what is made of a run, and of many.

pub mod units;

pub mod engine;
pub mod random;
pub mod theory;

pub mod input;
pub mod platform;
pub mod scenario;
pub mod synthetic;
pub mod traffic;

pub mod lambda;

pub mod decision;
pub mod error_table;
pub mod explain;
pub mod observe;
pub mod report;
mod simulation;

pub mod experiment;

pub use simulation::{Division, Options, Progress, simulate, simulate_observed, simulate_with_attempts};
