//! What a function has around it on AWS besides code and capacity: a key, a role, a network, a life of its own.

use crate::random::Distribution;
use crate::units::{Bytes, SimDuration, SimTime};

use super::{DownstreamId, FunctionId};

/// What stands around one function. All of it is off by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// Size of the environment variables.
    pub environment_size: Bytes,
    /// The customer key that encrypts them (S27).
    pub key: Option<CustomerKey>,
    /// The execution role cannot be assumed (any more): no environment starts (S29).
    pub role_is_gone: bool,
    /// The VPC that it is attached to (S28).
    pub vpc: Option<Vpc>,
    /// When it is created, where that is not before the start (S67).
    pub created: Option<Creation>,
    /// Idleness after which it is Inactive (S67), and how long waking up takes.
    pub inactive: Option<Inactivity>,
    /// What the first starts of a fresh image cost (S68).
    pub cold_image: Option<ColdImage>,
    /// Who is told of what its log says (S69): at most two filters.
    pub log_subscriptions: Vec<LogSubscription>,
    /// With `SnapStart`: how long the snapshot of a version that is published takes (S108).
    pub snapshot: Option<SimDuration>,
}

impl Surroundings {
    /// Whether Lambda may fail to start an environment, other than by a throttle, while requests arrive until `until`.
    pub fn may_fail(&self, until: SimTime) -> bool {
        let rests = self.inactive.is_some_and(|inactive| SimTime::ZERO + inactive.after < until);
        self.key.is_some()
            || self.role_is_gone
            || self.created.is_some()
            || rests
            || self.vpc.as_ref().is_some_and(Vpc::can_run_out)
    }
}

/// A customer key of KMS (F 1.7).
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerKey {
    /// Its name; functions that name the same key share it.
    pub name: String,
    /// Whether it can be used.
    pub state: KeyState,
    /// How long a Decrypt takes.
    pub latency: Distribution,
    /// The code decrypts once more in each invocation.
    pub each_invocation: bool,
    /// KMS as a downstream: its quota is shared by all functions of the account.
    pub service: DownstreamId,
}

/// Whether a key can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's words")]
pub enum KeyState {
    Enabled,
    Disabled,
    PendingDeletion,
    Deleted,
    NoGrant,
}

/// A network of the customer's own, as one function sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Vpc {
    /// Functions that name the same VPC share its gateways, endpoints and addresses.
    pub name: String,
    /// Availability Zones, with a subnet each.
    pub zones: u32,
    /// NAT gateways that its subnets lead to.
    pub nat_gateways: u32,
    /// AWS services with an interface endpoint, sorted.
    pub interface_endpoints: Vec<String>,
    /// Its security groups, sorted: each set of them has network interfaces of its own.
    pub security_groups: Vec<String>,
    /// Addresses that are free in all its subnets together.
    pub free_addresses: Option<u32>,
    /// Every environment has a network interface of its own (before 2019-09).
    pub interface_per_environment: bool,
    /// Environments that an interface serves, where they share one.
    pub interface_environments: u32,
    /// Most network interfaces.
    pub interface_limit: u32,
    /// What attaching a network interface adds to every cold start.
    pub attach: SimDuration,
}

impl Vpc {
    /// Whether network interfaces may run out.
    pub fn can_run_out(&self) -> bool {
        self.free_addresses.is_some() || self.interface_per_environment
    }
}

/// A function that is made while the clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Creation {
    /// `CreateFunction`: from then on there is a function, Pending.
    pub at: SimTime,
    /// From then on it is Active.
    pub active: SimTime,
}

/// A function whose resources are taken back when nobody calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inactivity {
    /// After this.
    pub after: SimDuration,
    /// How long it is Pending when it is called again.
    pub pending: SimDuration,
}

/// Image blocks that are not in the caches yet (F 11 item 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColdImage {
    /// So many environments after a deployment load them from afar.
    pub starts: u32,
    /// What that adds to the Init of each.
    pub extra: SimDuration,
}

/// A subscription filter on the log of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct LogSubscription {
    /// Which invocations match.
    pub pattern: LogPattern,
    /// Who gets an asynchronous event for each of them.
    pub to: FunctionId,
    /// From the end of the invocation to that event.
    pub delay: Distribution,
}

/// Which invocations a filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogPattern {
    /// Those that end in any function error, timeouts and kills too.
    Error,
    /// Those that run into the function timeout.
    Timeout,
    /// All.
    All,
}

/// Which way a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// No gateway and no endpoint of the VPC is needed.
    Direct,
    /// Through a NAT gateway, which is paid by the byte.
    Nat,
    /// Through an interface endpoint, likewise.
    InterfaceEndpoint,
}

/// Why a call cannot succeed, whatever its callee does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// No way leads there: packets are dropped, and the caller waits.
    NoRoute,
    /// The execution role does not allow it.
    AccessDenied,
    /// The key is not usable.
    Key(KeyState),
}
