//! What stands around a function: `environment`, `role`, `vpc`, `created`.

use crate::platform::{PackageType, Profile};
use crate::random::Distribution;
use crate::scenario::model::{
    Callee, ColdImage, Creation, CustomerKey, Downstream, Inactivity, KeyState, Obstacle, OutgoingCall,
    Overload, Surroundings, Vpc, Way,
};
use crate::scenario::tree::abridged;
use crate::units::{Bytes, Rate, SimDuration, SimTime};

use super::cold_start::Package;
use super::cursor::Cursor;
use super::function::optional;
use super::{Names, Setting, downstream, log_subscription, permissions, resources, snapstart};

/// The key that AWS manages.
const MANAGED_KEY: &str = "aws";
/// Services whose endpoint in a VPC is an entry of the route table.
const GATEWAY_ENDPOINTS: [&str; 2] = ["s3", "dynamodb"];

/// How long a client of AWS waits for a connection (botocore).
const CONNECT_TIMEOUT: SimDuration = SimDuration::from_secs(60);

/// How a function's calls leave it: what [`way`] needs to know.
pub(super) struct Exits {
    vpc: Option<Outlets>,
    allowed: Option<Vec<String>>,
}

/// What leads out of a VPC.
struct Outlets {
    has_nat: bool,
    gateway_endpoints: Vec<String>,
    interface_endpoints: Vec<String>,
    egress: Egress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Egress {
    All,
    Private,
    Nothing,
}

/// Where the callee of a call is.
pub(super) enum Address {
    /// In the same network.
    Private,
    /// Somewhere in the internet.
    Public,
    /// An AWS service, at its public endpoint unless the VPC has one.
    Service(String),
}

/// What stands around the function, and its calls: the one to KMS, where it decrypts in each invocation, comes first.
pub(super) fn with_calls(
    function: &Cursor<'_>,
    package: Option<Package>,
    names: &Names,
    setting: &Setting,
) -> Option<(Surroundings, Vec<OutgoingCall>)> {
    let (surroundings, exits) = read(function, package, names, setting)?;
    let mut calls = downstream::calls(function, names, &exits)?;
    if let Some(decryption) = surroundings.key.as_ref().and_then(|key| decryption(key, &exits)) {
        calls.insert(0, decryption);
    }
    if permissions::is_confined(function)
        && let Some(emits) = downstream::emissions(function, names)
    {
        let receivers = permissions::of_emissions(&emits, names).into_iter();
        calls.extend(receivers.map(|(index, (service, action))| receiver(index, service, action, &exits)));
    }
    Some((surroundings, calls))
}

/// What stands around the function, and how its calls leave it.
fn read(
    function: &Cursor<'_>,
    package: Option<Package>,
    names: &Names,
    setting: &Setting,
) -> Option<(Surroundings, Exits)> {
    let profile = &setting.profile;
    let environment = function.find("environment")?;
    let size = environment_size(&environment, profile);
    let key = environment.find("kms").and_then(|block| customer_key(&block, names));
    let role = function.find("role")?;
    let subscriptions = log_subscription::read_all(function, names);
    let allowed = allowed(&role);
    let assumable = role.find("assumable").and_then(|key| assumable(&key, setting));
    let vpc = optional(function.find("vpc"), |block| vpc(block, profile));
    let (vpc, outlets) = vpc?.unzip();
    let created = optional(function.find("created"), Cursor::duration);
    let pending = optional(function.find("pending"), Cursor::duration);
    let restores = snapstart::is_wanted(function);
    let usual = match (restores, vpc.is_some()) {
        (true, _) => profile.pending_snapshot,
        (false, true) => profile.pending_vpc,
        (false, false) => profile.pending,
    };
    let pending = pending?.unwrap_or(usual);
    let created = created?.map(|after| {
        let at = SimTime::ZERO + after;
        Creation { at, active: at + pending }
    });
    let is_reclaimed = vpc.is_some() || package.is_some_and(|package| package.kind == PackageType::Image);
    let surroundings = Surroundings {
        environment_size: size?,
        key: key?,
        role_is_gone: !assumable?,
        vpc,
        created,
        inactive: is_reclaimed.then_some(Inactivity { after: profile.inactive_after, pending }),
        log_subscriptions: subscriptions?,
        snapshot: restores.then_some(pending),
        cold_image: package.and_then(|package| cold_image(package, profile)),
    };
    Some((surroundings, Exits { vpc: outlets, allowed: allowed? }))
}

/// The size as given, and that of the variables that are named.
fn environment_size(environment: &Cursor<'_>, profile: &Profile) -> Option<Bytes> {
    let key = environment.find("size")?;
    let given = key.bytes();
    let list = environment.find("variables");
    let named = list.iter().flat_map(Cursor::items).map(|item| variable(&item)).collect::<Vec<_>>();
    let named: u64 = named.into_iter().sum::<Option<u64>>()?;
    let size = Bytes::new(given?.count().saturating_add(named));
    let most = profile.environment_variables_maximum;
    if size > most {
        let key = list.filter(|_| named > 0).unwrap_or(key);
        let message =
            format!("environment variables have at most {most} in all; found {} bytes", size.count());
        key.report(key.problem(message).aws_says(
            "Lambda was unable to configure your environment variables because the environment variables you have provided \
             exceeded the 4KB limit.",
        ));
    }
    Some(size)
}

/// Bytes of the name and value of one variable.
fn variable(item: &Cursor<'_>) -> Option<u64> {
    let text = item.text()?;
    let Some((name, value)) = text.split_once('=') else {
        let message = format!("a variable is NAME=value; found {}", item.node.described());
        item.report(item.problem(message).hint("e.g. STAGE=production"));
        return None;
    };
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|first| first.is_ascii_alphabetic());
    if !begins || name.len() < 2 || !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        let problem = item.problem(format!("`{}` cannot be the name of a variable", abridged(name)));
        item.report(problem.aws_rejects(
            "ValidationException, the name of a variable satisfies the pattern [a-zA-Z]([a-zA-Z0-9_])+",
        ));
    }
    Some((name.len() + value.len()) as u64)
}

fn customer_key(block: &Cursor<'_>, names: &Names) -> Option<Option<CustomerKey>> {
    let name = block.find("key")?.text()?;
    let each_invocation = block.find("decrypt")?.choice(&[("init", false), ("each_invocation", true)])?;
    let state = block.find("key_state")?;
    let state = state.choice(&[
        ("enabled", KeyState::Enabled),
        ("disabled", KeyState::Disabled),
        ("pending_deletion", KeyState::PendingDeletion),
        ("deleted", KeyState::Deleted),
        ("no_grant", KeyState::NoGrant),
    ])?;
    let latency = block.find("latency")?.distribution()?;
    if name == MANAGED_KEY {
        for (key, is_usual) in [("decrypt", !each_invocation), ("key_state", state == KeyState::Enabled)] {
            if let (false, Some(key)) = (is_usual, block.find(key)) {
                let problem = key.problem(format!("`{}` is about a customer key", key.name()));
                key.report(problem.hint("name one: kms: {key: customer}; `aws` is the key that AWS manages"));
            }
        }
        return Some(None);
    }
    Some(Some(CustomerKey { name: name.to_owned(), state, latency, each_invocation, service: names.kms }))
}

fn allowed(role: &Cursor<'_>) -> Option<Option<Vec<String>>> {
    let Some(list) = role.find("allow") else { return Some(None) };
    let actions = list.items().map(|item| {
        let action = item.text()?;
        if action != "*" && !action.contains(':') {
            let message = format!("an action is SERVICE:NAME; found {}", item.node.described());
            item.report(item.problem(message).hint("e.g. dynamodb:PutItem, dynamodb:* or \"*\""));
        }
        Some(action.to_owned())
    });
    actions.collect::<Option<Vec<_>>>().map(Some)
}

/// Whether the role can be assumed; at creation AWS insists on it.
fn assumable(key: &Cursor<'_>, setting: &Setting) -> Option<bool> {
    let assumable = key.boolean()?;
    if !assumable && !setting.is_later {
        let problem = key.problem("the role is missing or does not trust Lambda");
        let problem = problem.hint(
            "from a date on it can be so: events: [{at: 5m, set: {functions.api.role.assumable: false}}]",
        );
        key.report(problem.aws_says("The role defined for the function cannot be assumed by Lambda."));
    }
    Some(assumable)
}

fn vpc(block: &Cursor<'_>, profile: &Profile) -> Option<(Vpc, Outlets)> {
    let name = block.find("name").and_then(|key| key.text());
    let is_public = block.find("subnets").and_then(|key| key.choice(&[("private", false), ("public", true)]));
    let zones = block.find("availability_zones").and_then(|key| subnets(&key));
    let nat = block.find("nat").and_then(|key| key.boolean());
    let nat_gateways = block.find("nat_gateways").and_then(|key| key.count(1, 100));
    let egress = block.find("security_group_egress").and_then(|key| {
        key.choice(&[("all", Egress::All), ("private", Egress::Private), ("none", Egress::Nothing)])
    });
    let security_groups = security_groups(block);
    let addresses =
        optional(block.find("free_addresses"), |key| key.count(0, 10_000_000).map(|count| count as u32));
    let endpoints = sorted_names(block.find("endpoints").as_ref());
    // All keys are read by now, so that all problems are told at once.
    let (gateway_endpoints, interface_endpoints): (Vec<_>, Vec<_>) =
        endpoints?.into_iter().partition(|service| GATEWAY_ENDPOINTS.contains(&service.as_str()));
    let nat = nat?;
    let outlets = Outlets {
        has_nat: nat && !is_public?,
        gateway_endpoints,
        interface_endpoints: interface_endpoints.clone(),
        egress: egress?,
    };
    let vpc = Vpc {
        name: name?.to_owned(),
        zones: zones?,
        nat_gateways: if nat { nat_gateways? as u32 } else { 0 },
        interface_endpoints,
        security_groups: security_groups?,
        free_addresses: addresses?,
        interface_per_environment: profile.interface_per_environment,
        interface_environments: profile.interface_environments,
        interface_limit: profile.network_interfaces,
        attach: profile.network_attach,
    };
    Some((vpc, outlets))
}

fn sorted_names(list: Option<&Cursor<'_>>) -> Option<Vec<String>> {
    let names = list.into_iter().flat_map(Cursor::items).map(|item| item.text().map(str::to_owned));
    let mut names = names.collect::<Option<Vec<_>>>()?;
    names.sort_unstable();
    names.dedup();
    Some(names)
}

/// A subnet in each zone; AWS takes at most sixteen.
fn subnets(key: &Cursor<'_>) -> Option<u32> {
    const MOST: u64 = 16;
    let zones = key.count(1, 10_000)?;
    if zones > MOST {
        let message = format!("a function has at most {MOST} subnets, one in each zone; found {zones}");
        key.report(key.problem(message).aws_rejects("ValidationException, SubnetIds has at most 16 members"));
    }
    Some(zones as u32)
}

/// Sorted, so that sets compare.
fn security_groups(vpc: &Cursor<'_>) -> Option<Vec<String>> {
    const MOST: usize = 5;
    let list = vpc.find("security_groups");
    let names = sorted_names(list.as_ref())?;
    if let Some(list) = list.filter(|_| names.len() > MOST) {
        let message = format!("a function has at most {MOST} security groups; found {}", names.len());
        list.report(
            list.problem(message).aws_rejects("ValidationException, SecurityGroupIds has at most 5 members"),
        );
    }
    Some(names)
}

/// The way of a call to `address`, and what stands in it.
pub(super) fn way(exits: &Exits, address: &Address, needs: Option<&str>) -> (Way, Option<Obstacle>) {
    let way = match &exits.vpc {
        None => Some(Way::Direct),
        Some(outlets) => outlets.way(address),
    };
    let Some(way) = way else { return (Way::Direct, Some(Obstacle::NoRoute)) };
    let is_allowed = match (&exits.allowed, needs) {
        (Some(allowed), Some(action)) => allowed.iter().any(|pattern| resources::covers(pattern, action)),
        _ => true,
    };
    (way, (!is_allowed).then_some(Obstacle::AccessDenied))
}

impl Outlets {
    /// `None`: no way leads there.
    fn way(&self, address: &Address) -> Option<Way> {
        let leaves = self.egress == Egress::All;
        let stays = self.egress != Egress::Nothing;
        match address {
            Address::Private => stays.then_some(Way::Direct),
            Address::Service(service) if self.interface_endpoints.contains(service) => {
                stays.then_some(Way::InterfaceEndpoint)
            }
            Address::Service(service) if self.gateway_endpoints.contains(service) => {
                leaves.then_some(Way::Direct)
            }
            Address::Service(_) | Address::Public => (leaves && self.has_nat).then_some(Way::Nat),
        }
    }
}

/// The call to KMS that the code makes in each invocation, if it does.
fn decryption(key: &CustomerKey, exits: &Exits) -> Option<OutgoingCall> {
    if !key.each_invocation {
        return None;
    }
    let (way, obstacle) = way(exits, &Address::Service("kms".to_owned()), Some("kms:Decrypt"));
    let unusable = (key.state != KeyState::Enabled).then_some(Obstacle::Key(key.state));
    Some(OutgoingCall {
        to: Callee::Downstream(key.service),
        qualifier: None,
        latency: key.latency.clone(),
        connections: 0,
        way,
        obstacle: obstacle.or(unusable),
        data: Bytes::new(0),
        connect_timeout: CONNECT_TIMEOUT,
    })
}

/// The way of an emission to an AWS service, and what stands in it.
fn receiver(emission: u32, service: &str, action: &str, exits: &Exits) -> OutgoingCall {
    let (way, obstacle) = way(exits, &Address::Service(service.to_owned()), Some(action));
    OutgoingCall {
        to: Callee::Receiver(emission),
        qualifier: None,
        latency: Distribution::Constant(0.0),
        connections: 0,
        way,
        obstacle,
        data: Bytes::new(0),
        connect_timeout: CONNECT_TIMEOUT,
    }
}

/// What the first starts of an image cost, where its blocks are in no cache yet: a second for each GB (S68).
fn cold_image(package: Package, profile: &Profile) -> Option<ColdImage> {
    const GB: u128 = 1 << 30;
    let per_gb = u128::from(profile.cold_image_per_gb.nanos());
    let extra = u128::from(package.size.count()) * per_gb / GB;
    let extra = SimDuration::from_nanos(u64::try_from(extra).unwrap_or(u64::MAX));
    let is_cold = package.kind == PackageType::Image && !package.cached;
    is_cold.then_some(ColdImage { starts: profile.cold_image_starts, extra })
}

/// The name under which KMS stands among the downstreams of a report.
pub(super) const KEY_SERVICE: &str = "kms";

/// KMS as a downstream: calls above the quota of the region fail.
pub(super) fn key_service(profile: &Profile, region: &str) -> Downstream {
    Downstream {
        name: KEY_SERVICE.to_owned(),
        max_connections: None,
        max_concurrency: None,
        rate: Some(Rate::per_second(f64::from(profile.kms_rate(region)))),
        on_overload: Overload::Refuse,
        has_proxy: false,
    }
}
