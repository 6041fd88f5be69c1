//! Keys of what a function has around it: environment variables and their key, a role, a VPC.

use super::{Fallback, Key, Shape};

const KMS: &[Key] = &[
    Key::new(
        "key",
        Shape::Text,
        Fallback::Text("aws"),
        "`aws`, the key that AWS manages: free, and never throttled to you. Any other name is a customer key (S27); functions \
         that name the same one share it, and all customer keys share the quota of the region.",
    ),
    Key::new(
        "decrypt",
        Shape::Choice(&["init", "each_invocation"]),
        Fallback::Text("init"),
        "`init`: Lambda decrypts once for each environment, in its Init. `each_invocation`: the code calls `kms:Decrypt` in \
         every invocation besides.",
    ),
    Key::new(
        "key_state",
        Shape::Choice(&["enabled", "disabled", "pending_deletion", "deleted", "no_grant"]),
        Fallback::Text("enabled"),
        "State of the customer key. Unless it is enabled no environment starts: 502 `KMSDisabledException`, \
         `KMSInvalidStateException`, `KMSNotFoundException` or `KMSAccessDeniedException`. Can change on a date with `events`.",
    ),
    Key::new(
        "latency",
        Shape::Distribution,
        Fallback::Text("lognormal(p50=10ms, p99=50ms)"),
        "How long a Decrypt takes.",
    ),
];

/// Keys of `environment`.
pub(super) const ENVIRONMENT: &[Key] = &[
    Key::new(
        "size",
        Shape::Size,
        Fallback::Text("0B"),
        "Size of all environment variables. AWS: at most 4 KB in all.",
    ),
    Key::new(
        "variables",
        Shape::List(&Shape::Text),
        Fallback::Nothing("none"),
        "Variables as `NAME=value`. Names and values count in `size`; a name begins with a letter and has letters, digits and underscores.",
    ),
    Key::new("kms", Shape::Block(KMS), Fallback::Inside, "What encrypts them at rest."),
];

/// Keys of `role`.
pub(super) const ROLE: &[Key] = &[
    Key::new(
        "allow",
        Shape::List(&Shape::Text),
        Fallback::Nothing("everything"),
        "Actions that the code may use, such as `dynamodb:PutItem`; `dynamodb:*` and `*` are patterns. A call whose `needs` is \
         not among them is an AccessDenied in the handler (S29).",
    ),
    Key::new(
        "assumable",
        Shape::Bool,
        Fallback::Text("true"),
        "`false`: the role is missing or does not trust Lambda. AWS rejects such a function; where it becomes so with `events`, no \
         environment starts from then on.",
    ),
];

/// Keys of `vpc`.
pub(super) const VPC: &[Key] = &[
    Key::new(
        "name",
        Shape::Text,
        Fallback::Text("vpc"),
        "Functions that name the same VPC share its gateways, endpoints and addresses.",
    ),
    Key::new(
        "subnets",
        Shape::Choice(&["private", "public"]),
        Fallback::Text("private"),
        "A function has a private address only: in a `public` subnet, which leads to an internet gateway, even a NAT gateway does \
         not help it.",
    ),
    Key::new(
        "availability_zones",
        Shape::Count(1, 10_000),
        Fallback::Text("2"),
        "Availability Zones, with a subnet each. AWS: at most 16 subnets.",
    ),
    Key::new("nat", Shape::Bool, Fallback::Text("false"), "Whether the subnets lead to a NAT gateway."),
    Key::new(
        "nat_gateways",
        Shape::Count(1, 100),
        Fallback::Text("1"),
        "How many there are; each is paid by the hour.",
    ),
    Key::new(
        "endpoints",
        Shape::List(&Shape::Text),
        Fallback::Nothing("none"),
        "AWS services with an endpoint in the VPC: `s3` and `dynamodb` have gateway endpoints, which are free; all others have interface \
         endpoints, paid by the hour in each zone and by the byte.",
    ),
    Key::new(
        "security_group_egress",
        Shape::Choice(&["all", "private", "none"]),
        Fallback::Text("all"),
        "What the security group lets out: everything, what stays in the VPC, or nothing.",
    ),
    Key::new(
        "security_groups",
        Shape::List(&Shape::Text),
        Fallback::Nothing("one that all functions of the VPC share"),
        "Names of its security groups. Functions with another set have network interfaces of their own (S28). AWS: at most 5.",
    ),
    Key::new(
        "free_addresses",
        Shape::Count(0, 10_000_000),
        Fallback::Nothing("enough"),
        "Addresses that are free in the subnets together. A network interface in each zone serves 65,000 environments; in `aws-lambda/2019` \
         every environment has its own. Without an address left a start fails: 502 `SubnetIPAddressLimitReachedException`.",
    ),
];
