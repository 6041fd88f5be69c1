//! Dated platform profiles (S35): the quotas and billing rules in force on a date, built from the table of quotas.

use crate::units::{Bytes, Memory, SimDuration};

use super::quotas::{Quota, QuotaTable};

/// The rules of the platform on a date.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// `aws-lambda/2026-11`.
    pub name: &'static str,
    /// Default account concurrency of a region.
    pub account_concurrency: u32,
    /// Account concurrency that reservations may not touch.
    pub unreserved_minimum: u32,
    /// Requests per second per unit of concurrency (S33).
    pub request_rate_factor: u32,
    /// How fast environments may be added (S32).
    pub scaling: ScalingRule,
    /// Environments that may be added per [`Self::scaling_refill_period`] once the burst is used up.
    pub scaling_refill: u32,
    /// See [`Self::scaling_refill`].
    pub scaling_refill_period: SimDuration,
    /// Smallest memory size.
    pub memory_minimum: Memory,
    /// Largest memory size.
    pub memory_maximum: Memory,
    /// Memory size of a function that gives none.
    pub memory_default: Memory,
    /// Shortest function timeout.
    pub timeout_minimum: SimDuration,
    /// Longest function timeout.
    pub timeout_maximum: SimDuration,
    /// Timeout of a function that gives none.
    pub timeout_default: SimDuration,
    /// Size of `/tmp` that costs nothing; also its minimum and default.
    pub ephemeral_storage_included: Memory,
    /// Largest size of `/tmp`.
    pub ephemeral_storage_maximum: Memory,
    /// Network bandwidth of an environment, Mbit/s.
    pub network_bandwidth_mbps: u32,
    /// Largest zip package with its layers, unzipped.
    pub unzipped_maximum: Bytes,
    /// Zip files of all functions and versions of a region together.
    pub code_storage: Bytes,
    /// Largest container image; zero where there were none yet.
    pub image_maximum: Bytes,
    /// Billed durations are rounded up to a multiple of this.
    pub billing_granularity: SimDuration,
    /// Which Inits are billed (S60).
    pub init_billing: InitBilling,
    /// Limit of the Init phase on demand (S15).
    pub init_limit: SimDuration,
    /// Which packages may have `SnapStart` (S26).
    pub snapstart: SnapStartSupport,
    /// Limit of the Init of which a snapshot or provisioned concurrency is made, where the function timeout is not
    /// longer (S15).
    pub snapshot_init_limit: SimDuration,
    /// Largest synchronous request.
    pub sync_request_maximum: Bytes,
    /// Largest synchronous response.
    pub sync_response_maximum: Bytes,
    /// Largest asynchronous event.
    pub async_request_maximum: Bytes,
    /// Asynchronous payload that one request charge covers; above it one more per `async_request_chunk`.
    pub async_request_included: Bytes,
    /// See `async_request_included`.
    pub async_request_chunk: Bytes,
    /// Most retries after a function error; also the default.
    pub async_retries_maximum: u32,
    /// Shortest maximum event age.
    pub async_event_age_minimum: SimDuration,
    /// Longest maximum event age; also the default.
    pub async_event_age_maximum: SimDuration,
    /// Waits before the first and second retry after a function error (S41).
    pub async_retry_waits: [SimDuration; 2],
    /// First wait after a throttle (S42); doubled each time.
    pub async_backoff_first: SimDuration,
    /// Longest doubled wait before the cap takes over (256 s).
    pub async_backoff_doubling_maximum: SimDuration,
    /// Longest wait after a throttle (300 s).
    pub async_backoff_cap: SimDuration,
    /// Shortest and longest retention of a queue.
    pub queue_retention: [SimDuration; 2],
    /// Retention of a queue that gives none.
    pub queue_retention_default: SimDuration,
    /// Batches of a queue that are processed at once at the start (S50).
    pub sqs_pollers_start: u32,
    /// Batches that are added per minute while messages wait.
    pub sqs_pollers_added_per_minute: u32,
    /// Most batches of a queue at once.
    pub sqs_pollers_maximum: u32,
    /// A rest of this length takes the added pollers away.
    pub sqs_pollers_rest: SimDuration,
    /// Bytes a second that are read from a shard of a Kinesis stream.
    pub shard_read_rate: Bytes,
    /// Reads of a shard of a Kinesis stream in a second.
    pub shard_reads_per_second: u32,
    /// Pollers that can be provisioned for a Kafka topic, where the profile has them (S104).
    pub kafka_provisioned: Option<KafkaPollerRules>,
    /// How often the lag of a Kafka topic is looked at.
    pub kafka_lag_interval: SimDuration,
    /// Looks until a lag has brought a consumer for each partition.
    pub kafka_scaling_looks: u32,
    /// From the arrival of a record until enhanced fan-out has pushed it.
    pub fan_out_latency: SimDuration,
    /// Reads of an idle shard of a table's stream in a second (S89).
    pub dynamodb_stream_reads: u32,
    /// Calls a second that the control plane takes.
    pub control_plane_rate: u32,
    /// New connections a second of a load balancer capacity unit (S90).
    pub lcu_new_connections: u32,
    /// Bytes an hour of a load balancer capacity unit with functions as targets (S90).
    pub lcu_lambda_bytes: Bytes,
    /// Most messages of a queue that are received and not deleted.
    pub sqs_in_flight_maximum: u32,
    /// How long a receive waits for a message before it comes back empty (S80).
    pub sqs_long_poll: SimDuration,
    /// A request to SQS is charged once for each of these of its payload.
    pub sqs_request_chunk: Bytes,
    /// So long a FIFO queue or topic knows a deduplication id.
    pub deduplication_interval: SimDuration,
    /// Bytes of an event of `EventBridge` that are charged as one.
    pub eventbridge_event_chunk: Bytes,
    /// Pollers that can be provisioned for a queue, where the profile has them (S82).
    pub sqs_provisioned: Option<ProvisionedPollerRules>,
    /// Shortest timeout of an API of API Gateway.
    pub api_timeout_minimum: SimDuration,
    /// How long an HTTP API waits at most.
    pub http_api_timeout: SimDuration,
    /// Longest time that a REST API waits unless its quota was raised.
    pub rest_api_timeout: SimDuration,
    /// Requests a second that all APIs of a region let through.
    pub api_rate: u32,
    /// As many at once.
    pub api_burst: u32,
    /// Statuses behind each kind of gateway, in the order of `GatewayKind`: of a throttle, of a function error.
    pub gateway_statuses: [[u16; 2]; 4],
    /// Largest size of all environment variables together.
    pub environment_variables_maximum: Bytes,
    /// Every environment in a VPC has a network interface of its own.
    pub interface_per_environment: bool,
    /// Most network interfaces of a VPC.
    pub network_interfaces: u32,
    /// Environments that one of them serves.
    pub interface_environments: u32,
    /// What attaching one adds to every cold start in a VPC.
    pub network_attach: SimDuration,
    /// How long a new function is Pending.
    pub pending: SimDuration,
    /// The same where the first network interface of its VPC is made.
    pub pending_vpc: SimDuration,
    /// The same where the snapshot of a version is made.
    pub pending_snapshot: SimDuration,
    /// Idleness after which a function with network interfaces or an image is Inactive.
    pub inactive_after: SimDuration,
    /// Largest zip file that is uploaded directly.
    pub zip_upload_maximum: Bytes,
    /// Largest code that stands in a template.
    pub inline_code_maximum: Bytes,
    /// Starts after a deployment that find the blocks of an image in no cache.
    pub cold_image_starts: u32,
    /// What a GB of such an image adds to an Init.
    pub cold_image_per_gb: SimDuration,
}

/// How fast environments may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingRule {
    /// Each function by itself: 1,000 at once, refilled at 1,000 per 10 s.
    PerFunction,
    /// The whole region: a burst that depends on the region, then 500 per minute.
    Regional,
}

/// Which Inits are billed (S60).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitBilling {
    /// Every one (since 2025-08-01).
    All,
    /// All but those of zip functions on managed runtimes.
    ExceptManagedZip,
}

const PREFIX: &str = "aws-lambda/";

/// The profiles from the oldest on, without their prefix: a quota holds from its own era until it is replaced.
const ERAS: [&str; 4] = ["2019", "2025-07", "2025-08", "2026-11"];

impl Profile {
    /// Names of all profiles, the default first.
    pub const NAMES: [&'static str; 4] =
        ["aws-lambda/2026-11", "aws-lambda/2025-08", "aws-lambda/2025-07", "aws-lambda/2019"];

    /// The default profile.
    pub fn current() -> Self {
        Self::of_era(ERAS.len() - 1)
    }

    /// The profile called `name`, as in [`Self::NAMES`].
    pub fn by_name(name: &str) -> Option<Self> {
        let era = name.strip_prefix(PREFIX)?;
        ERAS.iter().position(|known| *known == era).map(Self::of_era)
    }

    /// Environments of `region` that could be started at once while the burst was regional: 3,000, 1,000 or 500. In a
    /// profile without that rule it is what the region had.
    pub fn regional_burst(&self, region: &str) -> u64 {
        u64::from(self.regional("regional_burst", region))
    }

    /// Cryptographic requests a second that KMS takes from an account in `region`.
    pub fn kms_rate(&self, region: &str) -> u32 {
        self.regional("kms_rate", region)
    }

    fn regional(&self, name: &str, region: &str) -> u32 {
        let table = self.table();
        let own = format!("{name}.{region}");
        table.count(if table.find(&own).is_some() { &own } else { name })
    }

    /// Environments that may be started at once, per function or in the whole of `region` as [`Self::scaling`]
    /// says: the capacity of the token bucket of S32.
    pub fn scaling_burst(&self, region: &str) -> u64 {
        match self.scaling {
            ScalingRule::PerFunction => u64::from(self.table().count("function_burst")),
            ScalingRule::Regional => self.regional_burst(region),
        }
    }

    /// Requests that are charged for an asynchronous event of `payload`: one, and one more for each chunk begun above
    /// what the first covers.
    pub fn async_request_charges(&self, payload: Bytes) -> u64 {
        let beyond = payload.count().saturating_sub(self.async_request_included.count());
        1 + beyond.div_ceil(self.async_request_chunk.count())
    }

    /// Every quota of this profile with its source, in the order of the table.
    pub fn quotas(&self) -> Vec<&'static Quota> {
        let mut quotas = self.table().in_force();
        // A burst of regions ended with the rule that had it.
        quotas.retain(|quota| {
            self.scaling == ScalingRule::Regional || !quota.name.starts_with("regional_burst")
        });
        quotas
    }

    /// The row of the quota called `name`.
    pub fn quota(&self, name: &str) -> Option<&'static Quota> {
        self.table().find(name)
    }

    fn table(&self) -> QuotaTable<'static> {
        let era = Self::NAMES.iter().rev().position(|known| *known == self.name);
        QuotaTable::new(&ERAS[..=era.unwrap_or(ERAS.len() - 1)])
    }

    fn of_era(era: usize) -> Self {
        let quota = QuotaTable::new(&ERAS[..=era]);
        Self {
            name: Self::NAMES[Self::NAMES.len() - 1 - era],
            account_concurrency: quota.count("account_concurrency"),
            unreserved_minimum: quota.count("unreserved_minimum"),
            request_rate_factor: quota.count("request_rate_factor"),
            scaling: ScalingRule::named(quota.rule("scaling_rule")),
            scaling_refill: quota.count("scaling_refill"),
            scaling_refill_period: quota.duration("scaling_refill_period"),
            memory_minimum: quota.memory("memory_minimum"),
            memory_maximum: quota.memory("memory_maximum"),
            memory_default: quota.memory("memory_default"),
            timeout_minimum: quota.duration("timeout_minimum"),
            timeout_maximum: quota.duration("timeout_maximum"),
            timeout_default: quota.duration("timeout_default"),
            ephemeral_storage_included: quota.memory("ephemeral_storage_included"),
            ephemeral_storage_maximum: quota.memory("ephemeral_storage_maximum"),
            network_bandwidth_mbps: quota.count("network_bandwidth_mbps"),
            unzipped_maximum: quota.bytes("unzipped_maximum"),
            code_storage: quota.bytes("code_storage"),
            image_maximum: quota.bytes("image_maximum"),
            billing_granularity: quota.duration("billing_granularity"),
            init_billing: InitBilling::named(quota.rule("init_billing")),
            init_limit: quota.duration("init_limit"),
            snapstart: SnapStartSupport::named(quota.rule("snapstart")),
            snapshot_init_limit: quota.duration("snapshot_init_limit"),
            sync_request_maximum: quota.bytes("sync_request_maximum"),
            sync_response_maximum: quota.bytes("sync_response_maximum"),
            async_request_maximum: quota.bytes("async_request_maximum"),
            async_request_included: quota.bytes("async_request_included"),
            async_request_chunk: quota.bytes("async_request_chunk"),
            async_retries_maximum: quota.count("async_retries_maximum"),
            async_event_age_minimum: quota.duration("async_event_age_minimum"),
            async_event_age_maximum: quota.duration("async_event_age_maximum"),
            async_retry_waits: [
                quota.duration("async_retry_wait_first"),
                quota.duration("async_retry_wait_second"),
            ],
            async_backoff_first: quota.duration("async_backoff_first"),
            async_backoff_doubling_maximum: quota.duration("async_backoff_doubling_maximum"),
            async_backoff_cap: quota.duration("async_backoff_cap"),
            queue_retention: [
                quota.duration("queue_retention_minimum"),
                quota.duration("queue_retention_maximum"),
            ],
            queue_retention_default: quota.duration("queue_retention_default"),
            sqs_pollers_start: quota.count("sqs_pollers_start"),
            sqs_pollers_added_per_minute: quota.count("sqs_pollers_added_per_minute"),
            sqs_pollers_maximum: quota.count("sqs_pollers_maximum"),
            sqs_pollers_rest: quota.duration("sqs_pollers_rest"),
            shard_read_rate: quota.bytes("shard_read_rate"),
            shard_reads_per_second: quota.count("shard_reads_per_second"),
            kafka_provisioned: kafka_pollers(&quota),
            kafka_lag_interval: quota.duration("kafka_lag_interval"),
            kafka_scaling_looks: quota.count("kafka_scaling_looks"),
            fan_out_latency: quota.duration("fan_out_latency"),
            dynamodb_stream_reads: quota.count("dynamodb_stream_reads"),
            control_plane_rate: quota.count("control_plane_rate"),
            lcu_new_connections: quota.count("lcu_new_connections"),
            lcu_lambda_bytes: quota.bytes("lcu_lambda_bytes"),
            sqs_in_flight_maximum: quota.count("sqs_in_flight_maximum"),
            sqs_long_poll: quota.duration("sqs_long_poll"),
            sqs_request_chunk: quota.bytes("sqs_request_chunk"),
            deduplication_interval: quota.duration("deduplication_interval"),
            eventbridge_event_chunk: quota.bytes("eventbridge_event_chunk"),
            sqs_provisioned: sqs_pollers(&quota),
            api_timeout_minimum: quota.duration("api_timeout_minimum"),
            http_api_timeout: quota.duration("http_api_timeout"),
            rest_api_timeout: quota.duration("rest_api_timeout"),
            api_rate: quota.count("api_rate"),
            api_burst: quota.count("api_burst"),
            gateway_statuses: [
                ["rest_api_throttle_status", "rest_api_error_status"],
                ["http_api_throttle_status", "http_api_error_status"],
                ["alb_throttle_status", "alb_error_status"],
                ["function_url_throttle_status", "function_url_error_status"],
            ]
            .map(|names| names.map(|name| quota.count(name) as u16)),
            environment_variables_maximum: quota.bytes("environment_variables_maximum"),
            interface_per_environment: quota.rule("network_interfaces_of") == "environment",
            network_interfaces: quota.count("network_interfaces"),
            interface_environments: quota.count("network_interface_environments"),
            network_attach: quota.duration("network_attach"),
            pending: quota.duration("pending"),
            pending_vpc: quota.duration("pending_vpc"),
            pending_snapshot: quota.duration("pending_snapshot"),
            inactive_after: quota.duration("inactive_after"),
            zip_upload_maximum: quota.bytes("zip_upload_maximum"),
            inline_code_maximum: quota.bytes("inline_code_maximum"),
            cold_image_starts: quota.count("cold_image_starts"),
            cold_image_per_gb: quota.duration("cold_image_per_gb"),
        }
    }
}

/// Which packages may have `SnapStart`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapStartSupport {
    /// There is none yet.
    Nothing,
    /// Zip packages on managed runtimes.
    Zip,
    /// Container images, too.
    ZipAndImage,
}

/// Pollers of Kafka topics that can be provisioned, where there are such.
fn kafka_pollers(quota: &QuotaTable) -> Option<KafkaPollerRules> {
    quota.find("kafka_provisioned_batches")?;
    Some(KafkaPollerRules {
        minimum: [
            quota.count("kafka_provisioned_minimum_least"),
            quota.count("kafka_provisioned_minimum_most"),
        ],
        maximum: quota.count("kafka_provisioned_maximum_most"),
        batches: quota.count("kafka_provisioned_batches"),
        throughput: quota.bytes("kafka_provisioned_throughput"),
        in_unit: quota.count("kafka_provisioned_pollers_in_unit"),
    })
}

/// Pollers of queues that can be provisioned, where there are such.
fn sqs_pollers(quota: &QuotaTable) -> Option<ProvisionedPollerRules> {
    quota.find("sqs_provisioned_batches")?;
    Some(ProvisionedPollerRules {
        minimum: [quota.count("sqs_provisioned_minimum_least"), quota.count("sqs_provisioned_minimum_most")],
        maximum: quota.count("sqs_provisioned_maximum_most"),
        batches: quota.count("sqs_provisioned_batches"),
        polls: quota.count("sqs_provisioned_polls"),
        throughput: quota.bytes("sqs_provisioned_throughput"),
        added_per_minute: quota.count("sqs_provisioned_added_per_minute"),
    })
}

impl SnapStartSupport {
    fn named(rule: &str) -> Self {
        match rule {
            "none" => Self::Nothing,
            "zip" => Self::Zip,
            "zip_and_image" => Self::ZipAndImage,
            other => panic!("the table of quotas has an unknown rule of SnapStart: {other}"),
        }
    }
}

/// What holds for the provisioned pollers of a Kafka topic (S104).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KafkaPollerRules {
    /// Bounds of the minimum.
    pub minimum: [u32; 2],
    /// Most that the maximum can be.
    pub maximum: u32,
    /// Batches of a poller at once.
    pub batches: u32,
    /// Bytes a second of a poller.
    pub throughput: Bytes,
    /// Pollers of an event poller unit, which is what is paid for.
    pub in_unit: u32,
}

/// What a provisioned poller of a queue does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionedPollerRules {
    /// Fewest and most that can be kept.
    pub minimum: [u32; 2],
    /// Most.
    pub maximum: u32,
    /// Batches of each at once.
    pub batches: u32,
    /// Polls of each in a second.
    pub polls: u32,
    /// Bytes of each in a second.
    pub throughput: Bytes,
    /// Batches at once that all gain in a minute.
    pub added_per_minute: u32,
}

impl ScalingRule {
    fn named(rule: &str) -> Self {
        match rule {
            "per_function" => Self::PerFunction,
            "regional" => Self::Regional,
            other => panic!("the table of quotas has an unknown scaling rule: {other}"),
        }
    }
}

impl InitBilling {
    fn named(rule: &str) -> Self {
        match rule {
            "all" => Self::All,
            "except_managed_zip" => Self::ExceptManagedZip,
            other => panic!("the table of quotas has an unknown rule of Init billing: {other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str) -> Profile {
        Profile::by_name(name).unwrap()
    }

    #[test]
    fn every_name_leads_to_its_profile_and_no_other_name_does() {
        for name in Profile::NAMES {
            assert_eq!(profile(name).name, name);
        }
        assert_eq!(Profile::current().name, Profile::NAMES[0]);
        assert_eq!(Profile::current(), profile("aws-lambda/2026-11"));
        assert_eq!(Profile::by_name("2019"), None);
        assert_eq!(Profile::by_name("aws-lambda/2018"), None);
    }

    #[test]
    fn today_each_function_may_add_a_thousand_environments_every_ten_seconds() {
        let today = Profile::current();
        assert_eq!(today.scaling, ScalingRule::PerFunction);
        assert_eq!((today.scaling_burst("eu-north-1"), today.scaling_refill), (1_000, 1_000));
        assert_eq!(today.scaling_refill_period, SimDuration::from_secs(10));
        assert_eq!(today.sync_response_maximum, Bytes::new(6 * 1_048_576 + 100));
        assert_eq!(today.async_request_maximum, Bytes::from_mb(1));
    }

    #[test]
    fn in_2019_the_burst_was_regional_and_tokyo_had_a_thousand() {
        let then = profile("aws-lambda/2019");
        assert_eq!(then.scaling, ScalingRule::Regional);
        let burst = |region| then.scaling_burst(region);
        assert_eq!((burst("us-east-1"), burst("ap-northeast-1"), burst("eu-north-1")), (3_000, 1_000, 500));
        assert_eq!((then.scaling_refill, then.scaling_refill_period), (500, SimDuration::from_secs(60)));
        assert_eq!(then.memory_maximum, Memory::from_mb(3_008));
        assert_eq!(then.billing_granularity, SimDuration::from_millis(100));
        assert_eq!(then.init_billing, InitBilling::ExceptManagedZip);
        assert_eq!(then.async_request_maximum, Bytes::from_kb(256));
    }

    #[test]
    fn an_event_above_256_kb_is_charged_once_more_for_each_64_kb() {
        let charges = |kb| Profile::current().async_request_charges(Bytes::from_kb(kb));
        assert_eq!((charges(1), charges(256), charges(257), charges(320), charges(1_024)), (1, 1, 2, 2, 13));
    }

    #[test]
    fn the_months_of_2025_differ_in_who_pays_for_init() {
        assert_eq!(profile("aws-lambda/2025-07").init_billing, InitBilling::ExceptManagedZip);
        assert_eq!(profile("aws-lambda/2025-08").init_billing, InitBilling::All);
        assert_eq!(profile("aws-lambda/2025-08").async_request_maximum, Bytes::from_kb(256));
        assert_eq!(profile("aws-lambda/2025-07").memory_maximum, Memory::from_mb(10_240));
    }
}
