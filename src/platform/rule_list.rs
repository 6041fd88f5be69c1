//! The rules up to S72, in the order of their numbers: with `rule_list_from_80` the one place that says in words what the simulator does.

use super::rules::Provenance::{Documented, Measured, Ours, Recorded};
use super::rules::{Provenance, Rule};

const DOC: &[Provenance] = &[Documented];
const REC: &[Provenance] = &[Recorded];
const MEAS: &[Provenance] = &[Measured];
pub(super) const OURS: &[Provenance] = &[Ours];
pub(super) const DOC_OURS: &[Provenance] = &[Documented, Ours];
const DOC_MEAS: &[Provenance] = &[Documented, Measured];
const DOC_REC: &[Provenance] = &[Documented, Recorded];
const MEAS_OURS: &[Provenance] = &[Measured, Ours];
pub(super) const REC_OURS: &[Provenance] = &[Recorded, Ours];

const ENVIRONMENT_GUIDE: &str = "docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html";
const CONCURRENCY_GUIDE: &str = "docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html";
const ASYNC_GUIDE: &str = "docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html";
pub(super) const SQS_SCALING_GUIDE: &str = "docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html";
pub(super) const SQS_ERROR_GUIDE: &str =
    "docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html";
const PRICING_PAGE: &str = "aws.amazon.com/lambda/pricing";
const LOCALSTACK: &str =
    "localstack/localstack @ 8b9a79f tests/aws/services/lambda_ (answers recorded from AWS)";
const PACS: &str = "pacslab/serverless-performance-modeling @ 4b88970 (23,230 choices, 2020)";
const CIRRUS: &str = "ubc-cirrus-lab/demystifying-serverless-costs @ d772931 (2025)";

pub(super) const RULES: &[Rule] = &[
    // Time and order.
    Rule::new("S1", "Clock", OURS, "Virtual time is a whole number of nanoseconds; nothing reads the wall clock."),
    Rule::new(
        "S2",
        "Ties",
        OURS,
        "At one instant: changes of the configuration, then completions and releases, then timers, then arrivals, then \
         receives by pollers; within a class the one that was scheduled first. Capacity freed at t serves an arrival \
         at t, and an environment whose idle time ends at t is gone for it.",
    ),
    Rule::new(
        "S3",
        "Randomness",
        OURS,
        "Every draw belongs to (seed, name of the entity, purpose, ordinal of the request): another function never \
         changes the draws of this one, and another limit never changes the arrivals.",
    )
    .switch("seed", "42"),
    Rule::new(
        "S4",
        "Reproducible",
        OURS,
        "The same scenario, seed and version give the same bytes on every platform, with any number of threads.",
    ),
    // Environments.
    Rule::new(
        "S10",
        "One request at a time",
        DOC,
        "An environment serves one request at a time; it holds concurrency from the start of Init to the end of Invoke.",
    )
    .source(ENVIRONMENT_GUIDE),
    Rule::new(
        "S11",
        "Own cold start",
        OURS,
        "A request that triggers a cold start waits for that environment, even if another becomes free earlier.",
    )
    .switch("assumptions.own_cold_start", "true"),
    Rule::new(
        "S12",
        "Choice of the environment",
        MEAS,
        "The most recently used idle environment is taken, as in 99.7 % of the real choices.",
    )
    .source(PACS)
    .switch("assumptions.environment_choice", "mru"),
    Rule::new(
        "S13",
        "Cold start",
        DOC_MEAS,
        "In order: placement and code fetch (the caller waits, nothing is billed, not part of Init Duration), Init of \
         extensions, runtime and function code, first Invoke.",
    )
    .source(ENVIRONMENT_GUIDE)
    .switch("functions.NAME.placement", "lognormal(median=100ms, sigma=0.20)"),
    Rule::new(
        "S13a",
        "Which cold-start delay",
        OURS,
        "`runtime` brings the measured tables of placement, Init and first invoke. `init` states the whole delay \
         instead, all of it billed, with nothing before it. With neither, the tables of python3.13 are taken.",
    )
    .switch("functions.NAME.runtime", "python3.13"),
    Rule::new(
        "S13b",
        "Invoke path",
        OURS,
        "From caller to environment takes no time unless a client's network says so.",
    )
    .switch("clients.NAME.network", "0s"),
    Rule::new(
        "S14",
        "Init and memory",
        MEAS_OURS,
        "Init does not depend on memory; the first invoke has CPU work that does. Init is drawn from the measured \
         quantiles, log-linear between them. provided.al2023 takes the Go table; a runtime without measurements takes \
         the newest of its family. Code fetch adds 10 ms for each MB of zip above 10; images add nothing.",
    )
    .source("maxday/lambda-perf @ 6070b79 (2026); STeLLAR 2021 for the fetch")
    .switch("functions.NAME.init_table", "the runtime's own"),
    Rule::new(
        "S15",
        "Init beyond its limit",
        DOC_OURS,
        "An Init over the limit is cut there and done again inside the first invoke, under the function timeout, for \
         the same time again; so too after a reset. `cpu_share` divides that by min(1, memory/1769).",
    )
    .source(ENVIRONMENT_GUIDE)
    .switch("assumptions.suppressed_init", "same, limit {init_limit}"),
    Rule::new(
        "S16",
        "Idle lifetime",
        MEAS,
        "An idle period lasts U(296 s, 348 s), drawn when it begins. Other presets: aws-2020 U(626, 654) s, \
         aws-2020-pool (half of the idle environments every 380 s), aws-2020-logs (function idle 640 s, environment \
         idle 1,200 s or 2 h old), aws-2019 U(600, 627) s, a fixed time, a distribution, never.",
    )
    .source(CIRRUS)
    .switch("functions.NAME.keep_alive", "aws-2025"),
    Rule::new(
        "S17",
        "Maximum age",
        MEAS_OURS,
        "An environment older than U(7,130 s, 7,390 s) takes no new request. With aws-2025 an initialised idle \
         successor takes its place: it counts as an environment and in billed Init, not as a cold start.",
    )
    .source(PACS)
    .switch("functions.NAME.max_age", "default, proactive_replacement 100 %, early_end 0 %"),
    Rule::new(
        "S18",
        "Reset",
        DOC,
        "Timeout, out-of-memory kill and runtime exit reset the environment: memory state is lost, /tmp is kept, and \
         the next invoke there has its Init inside its Duration. A handler exception keeps it warm.",
    )
    .source(ENVIRONMENT_GUIDE),
    Rule::new(
        "S18a",
        "/tmp",
        DOC_OURS,
        "Consecutive invocations of an environment share its /tmp, which survives a reset and is gone with the environment. \
         Each run writes the same size; what does not fit is error 28 at the end of the run, the environment stays warm and \
         keeps failing. A run that is killed does not come to its clean-up. A download takes its size over the bandwidth, \
         on top of the Init.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html")
    .switch("functions.NAME.tmp", "write 0B, cleanup false, download 0B; {network_bandwidth_mbps} Mbit/s"),
    Rule::new(
        "S19",
        "Versions",
        DOC,
        "Versions do not share environments; a change of code or configuration of $LATEST retires all of its own. A \
         published version never changes; all versions share the function's concurrency and rates.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"),
    // CPU and duration.
    Rule::new(
        "S20",
        "CPU share",
        DOC_MEAS,
        "The share of a vCPU is memory/1769; 2, 3, 4, 5 and 6 vCPUs are visible up to 3,008, 5,307, 7,076, 8,845 and \
         10,240 MB. Duration is io + cpu / min(memory/1769, threads, vCPUs).",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html; rwnx/lambda-cpuinfo"),
    Rule::new(
        "S21",
        "CPU quota",
        MEAS,
        "CPU is given in periods of 20 ms with a quota of 20 ms × share: a burst below the quota runs at full speed, \
         a longer one waits for the next period. `proportional` spreads it evenly.",
    )
    .source(CIRRUS)
    .switch("functions.NAME.cpu_model", "quota"),
    Rule::new(
        "S22",
        "Duration and memory",
        OURS,
        "A given `duration` does not change with memory; sweeping memory over it prints a warning.",
    ),
    Rule::new(
        "S23",
        "Units and ranges",
        DOC,
        "MB means MiB and 1 GB is 1,024 MB. Memory goes in steps of 1 MB.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html")
    .default(
        "memory {memory_minimum} to {memory_maximum}, else {memory_default}; timeout {timeout_minimum} to \
         {timeout_maximum}, else {timeout_default}",
    ),
    // Aliases.
    Rule::new(
        "S24",
        "Aliases",
        DOC,
        "An alias leads to one version and to at most one more with a weight; each attempt is drawn by itself. \
         $LATEST cannot share an alias.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"),
    Rule::new(
        "S25",
        "Deployments",
        OURS,
        "A canary gives the new version a tenth and later the rest; a linear one a tenth more at each step, the first at \
         once. An alarm over a sliding window is looked at each second from the moment that its window fits into the \
         deployment, and takes the alias back at once. The names are CodeDeploy's.",
    ),
    Rule::new(
        "S26",
        "SnapStart",
        DOC_MEAS,
        "A cold start of a published version with SnapStart restores its snapshot in place of an Init: the quantiles measured \
         for Java, 300 ms for Python and .NET, the first ones of a version longer while its snapshot moves into nearer caches. \
         The Init was done once, when the version was published, before the run. A restore over 10 s is an error \
         (SnapStartTimeoutException); a reset environment is restored again. Calls of $LATEST begin with an Init.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/snapstart.html; maxday/lambda-perf (restores of fresh snapshots, 2025)")
    .switch("assumptions.snapstart_cache", "warming: the k-th restore takes 1 + 0.35 e^(-k/20) times as long; packages: {snapstart}"),
    // Concurrency and rate.
    Rule::new(
        "S27",
        "Environment variables and their key",
        DOC_OURS,
        "Environment variables have at most 4 KB. With a customer key Lambda decrypts them once for each environment, inside its Init; the code \
         may decrypt once more in each invocation. All requests share the quota of the region, as a bucket one second deep. While the key cannot be \
         used no environment starts (502, a system error: clients and the asynchronous queue try again); warm ones go on.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html; botocore 1.44.5 Invoke errors; KMS request quotas")
    .switch("functions.NAME.environment.kms.latency", "lognormal(p50=10ms, p99=50ms)"),
    Rule::new(
        "S28",
        "Network of a function",
        DOC_OURS,
        "In a VPC a function has a private address only. What is not in the VPC is reached by a NAT gateway from private subnets or by an endpoint, if the \
         security group lets it out; else packets are dropped, and the call waits for the connection timeout of its client or the function timeout. \
         Environments share a network interface in each zone; before 2019-09 each had its own, and every cold start took 10 s more.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html, configuration-vpc-internet.html")
    .switch("functions.NAME.calls.N.connect_timeout", "60s"),
    Rule::new(
        "S29",
        "Permissions",
        DOC_OURS,
        "A call whose action the execution role does not allow is an AccessDenied in the handler, at once. A role that cannot be assumed is refused at \
         creation; where it becomes so later no environment starts (403). A caller without lambda:InvokeFunction gets 403, a dry run too.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html")
    .switch("functions.NAME.role.allow", "everything"),
    Rule::new(
        "S30",
        "Admission",
        REC_OURS,
        "In order: request-rate quota, idle provisioned environment, headroom of reserved or unreserved concurrency, \
         idle on-demand environment, a scaling token for a new one, else a throttle. A refused request uses no token.",
    )
    .source(LOCALSTACK),
    Rule::new(
        "S31",
        "Account concurrency",
        DOC,
        "All functions of a region share it. The unreserved pool is the limit less all reservations; a reservation \
         blocks others even while it is idle.",
    )
    .source(CONCURRENCY_GUIDE)
    .switch("account.concurrency", "{account_concurrency}, of which {unreserved_minimum} stay unreserved"),
    Rule::new(
        "S32",
        "Scaling rate",
        DOC_OURS,
        "A token bucket, refilled continuously: one token for each new on-demand environment, reuse is free. \
         `step` refills it at every multiple of 10 s.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html")
    .switch("assumptions.scaling_bucket", "continuous, {scaling_rule}: {scaling_refill} in {scaling_refill_period}"),
    Rule::new(
        "S33",
        "Request rate",
        DOC_OURS,
        "Synchronous requests a second are limited to a multiple of the concurrency limit, for the account and for a \
         function with reserved concurrency, in a bucket one second deep. Asynchronous attempts obey it, acceptance \
         of an event does not.",
    )
    .source(CONCURRENCY_GUIDE)
    .switch("account.requests_per_second", "auto: {request_rate_factor}"),
    Rule::new(
        "S34",
        "Throttle",
        DOC_OURS,
        "A throttle names the rule that refused, and the Reason that AWS gives. It is no invocation, no error, and \
         is not billed.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"),
    Rule::new(
        "S35",
        "Dated platform",
        DOC,
        "A platform profile holds the quotas and billing rules of a date: today, August 2025, July 2025, 2019.",
    )
    .source("the table of quotas names a source for each value")
    .switch("platform", "aws-lambda/2026-11"),
    // Synchronous, asynchronous, dry run.
    Rule::new(
        "S40",
        "Synchronous errors",
        DOC,
        "Function errors come back as 200 with X-Amz-Function-Error: Unhandled. Lambda retries nothing; retries are \
         the client's, and a client's timeout does not stop the function.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html")
    .default("request up to {sync_request_maximum}, response up to {sync_response_maximum}"),
    Rule::new(
        "S41",
        "Asynchronous retries",
        DOC_OURS,
        "An event is accepted with 202. After a function error there are further attempts, each a wait after the end \
         of the failed one. The queue itself takes no time unless a knob says so.",
    )
    .source(ASYNC_GUIDE)
    .switch(
        "functions.NAME.async.max_retry_attempts",
        "{async_retries_maximum}, after {async_retry_wait_first} and {async_retry_wait_second}; event up to \
         {async_request_maximum}",
    ),
    Rule::new(
        "S42",
        "Asynchronous back-off",
        DOC_OURS,
        "After a throttle or system error the wait doubles up to the cap, without jitter, and uses up no retry.",
    )
    .source(ASYNC_GUIDE)
    .switch(
        "assumptions.async_jitter",
        "none; {async_backoff_first}, doubled up to {async_backoff_doubling_maximum}, then {async_backoff_cap}",
    ),
    Rule::new(
        "S43",
        "Look-ahead",
        REC,
        "An event whose age plus next wait exceeds the maximum event age ends now.",
    )
    .source(LOCALSTACK)
    .switch("functions.NAME.async.max_event_age", "{async_event_age_maximum}"),
    Rule::new(
        "S44",
        "Reserved concurrency 0",
        REC,
        "An asynchronous event goes straight to dead letter or destination, with 0 attempts.",
    )
    .source(LOCALSTACK),
    Rule::new(
        "S45",
        "End of the road",
        DOC_REC,
        "A dead-letter queue gets the raw event with RequestID, ErrorCode and ErrorMessage, an on-failure destination a \
         JSON record; with both set, both get it. A delivery that fails is counted and the event is lost, visibly.",
    )
    .source(LOCALSTACK)
    .switch("functions.NAME.async.delivery_errors", "0 %"),
    Rule::new(
        "S46",
        "Dry run",
        REC,
        "204 when function, parameters and the caller's permission are fine, else the error of AWS. No environment, no \
         metric, no cost.",
    )
    .source(LOCALSTACK),
    Rule::new(
        "S47",
        "Presigned URLs",
        DOC_OURS,
        "A presigned URL is served until the earlier of its expiry and the end of the session that signed it; later it is \
         403, Request has expired or ExpiredToken. How much is left of a session of the execution role is not documented.",
    )
    .source("docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html")
    .switch("functions.NAME.presigns", "expires_in 1h, session 6h"),
    Rule::new(
        "S48",
        "Downstreams",
        OURS,
        "A handler makes its calls one after the other when its own work is done; a run that fails by itself makes none. An \
         environment opens its connections at its first call and holds them until it leaves or is reset. A call that is refused is a \
         handler error; one that waits does so up to the function timeout. A call under way when an outage begins is not cut off.",
    )
    .switch("downstreams.NAME.on_overload", "refuse"),
    Rule::new(
        "S49",
        "Calls between functions",
        DOC_OURS,
        "Who calls a function synchronously waits, is billed while it waits, and fails when the other does; the call is made once. What \
         succeeds is passed on at its end. A chain that has come through a function 16 times does not reach it again. Records of streams, events of \
         event buses and lines of logs begin chains of their own.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"),
    // Event source mappings.
    Rule::new(
        "S50",
        "SQS pollers",
        DOC_OURS,
        "5 concurrent batches at the start, one more every 0.2 s while messages wait, at most 1,250 or the maximum \
         concurrency; back to 5 after 60 s with nothing visible and nothing in flight.",
    )
    .source(SQS_SCALING_GUIDE)
    .switch("assumptions.sqs_ramp", "linear: {sqs_pollers_start}, then {sqs_pollers_added_per_minute} a minute up to {sqs_pollers_maximum}"),
    Rule::new(
        "S51",
        "Maximum concurrency of a poller",
        DOC,
        "It keeps the poller from receiving; reserved concurrency does not, so that a received batch can be throttled.",
    )
    .source(SQS_SCALING_GUIDE),
    Rule::new(
        "S52",
        "Throttled batch",
        DOC_MEAS,
        "Its messages wait for their visibility timeout with the receive count already raised; the slot is free at once.",
    )
    .source(SQS_SCALING_GUIDE)
    .switch("assumptions.sqs_throttle_retry", "none"),
    Rule::new(
        "S53",
        "Redrive",
        REC_OURS,
        "A message goes to the dead-letter queue at the receive that would exceed maxReceiveCount.",
    )
    .source(LOCALSTACK),
    Rule::new(
        "S54",
        "Failed batch",
        DOC_REC,
        "It becomes visible when its visibility timeout ends; with partial responses only the failed items do.",
    )
    .source(SQS_ERROR_GUIDE),
    Rule::new(
        "S55",
        "FIFO queues",
        DOC_OURS,
        "One batch at a time per message group, in order; a batch is of one group, that whose first message was sent first. \
         A group waits until its batch is deleted, dead-lettered or visible again; with partial responses all behind the first \
         failed item come back with it.",
    )
    .source(SQS_ERROR_GUIDE),
    Rule::new(
        "S56",
        "Streams",
        DOC_OURS,
        "One poller per shard and parallelisation; a failing batch blocks its lane until success, the last retry, or age.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"),
    Rule::new(
        "S57",
        "Batching",
        DOC_OURS,
        "A batch leaves when its window ends, it is full, or it holds 6 MB; one is assembled at a time.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"),
    Rule::new(
        "S58",
        "Drawn failures",
        OURS,
        "Errors and crashes are drawn per invocation, poison per event. Failed attempts last their full duration, an \
         out-of-memory kill comes at half of it; a duration equal to the timeout succeeds.",
    ),
    Rule::new(
        "S59",
        "Gateways",
        DOC_OURS,
        "A gateway refuses with 429 what its rate and burst do not cover, waits for the function as long as its timeout, then \
         answers 504 while the function runs on. A throttle by Lambda and a function error get the status of its kind, which clients \
         retry as a server error. The timeout counts from the call of the function; time in the gateway is half each way.",
    )
    .source("docs.aws.amazon.com/apigateway/latest/developerguide/limits.html")
    .default("REST {rest_api_timeout}, HTTP {http_api_timeout}; {api_rate}, burst {api_burst}")
    .switch("gateways.NAME.latency", "0s"),
    // Money.
    Rule::new(
        "S60",
        "Billed duration",
        DOC,
        "Init and Duration together, rounded up; a timeout bills the timeout, and a suppressed Init bills as Duration.",
    )
    .source("aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase")
    .default("Init of: {init_billing}; rounded up to {billing_granularity}"),
    Rule::new(
        "S61",
        "Provisioned concurrency",
        DOC_OURS,
        "GB-seconds held, from enabled to disabled and rounded up to 5 minutes, are billed, its invocations and the Inits \
         of allocations at the lower rate, spill-over on demand. What is written in the scenario is ready and billed from \
         t = 0; more waits 90 s and then comes at 6,000 environments a minute, usable when all are ready.",
    )
    .source(PRICING_PAGE)
    .switch("functions.NAME.provisioned_concurrency.allocation_delay", "90s"),
    Rule::new(
        "S62",
        "Exact money",
        OURS,
        "Usage is counted in MB·ms and money exactly; only the printed line is rounded, half away from zero.",
    ),
    Rule::new(
        "S63",
        "Monthly projection",
        DOC_OURS,
        "30 days of the steady part: after the warm-up and without the Inits of cold starts. Tiers and free tier count \
         per calendar month, in the projection from zero.",
    )
    .source(PRICING_PAGE)
    .switch("pricing.free_tier", "false"),
    Rule::new(
        "S64",
        "Services around Lambda",
        OURS,
        "On the bill where pricing.include names them. Logs: what each invocation writes, 350 bytes for START, END and \
         REPORT unless the function says more. Data transfer: responses of synchronous requests that succeeded leave \
         for the internet. Kinesis: its shards from the start of the run to its end, and a PUT payload unit for each 25 KB of a \
         record, which is as large as the largest request of its readers.",
    )
    .switch("functions.NAME.logs.volume", "350B"),
    Rule::new(
        "S65",
        "Auto scaling",
        DOC_MEAS,
        "Target tracking takes one point of utilisation a minute, if there was traffic. After 3 points above the target, or \
         15 below nine tenths of it, the capacity becomes ceil(capacity × utilisation / target) within its bounds; without \
         points nothing happens, and while an allocation is in progress no other is asked for.",
    )
    .source(
        "docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html; georgemao.medium.com (2020-09)",
    )
    .switch("functions.NAME.provisioned_concurrency.statistic", "average"),
    Rule::new(
        "S66",
        "Price of SnapStart",
        DOC_OURS,
        "Python and .NET: the memory of each version for as long as it exists, from the start of the run to its end and at least \
         3 h, and the memory of each restore; Java: neither. A restore is billed as duration, rounded up by itself. The monthly \
         projection has the cache of 30 days and, other than Inits of cold starts, the restores after the warm-up.",
    )
    .source(PRICING_PAGE),
    Rule::new(
        "S67",
        "States of a function",
        DOC_OURS,
        "Before its creation a function is not found (404; events are not accepted), then Pending (409), then Active, which is when its event source \
         mappings begin. An update takes the time that the entry of events says; until it is \
         successful the old configuration serves, and another update is refused. A function with network interfaces or an image that nobody has called for 14 \
         days is Inactive: the next invocation fails (409) and makes it Pending.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/functions-states.html")
    .switch("functions.NAME.pending", "{pending}; {pending_vpc} with a VPC"),
    Rule::new(
        "S68",
        "Cold images",
        OURS,
        "The blocks of an image are in the caches unless the scenario says otherwise; then the first starts after a deployment load them from afar, 1 s for each GB.",
    )
    .switch("functions.NAME.package.cached", "true; else {cold_image_starts}"),
    Rule::new(
        "S69",
        "Log subscriptions",
        DOC_OURS,
        "An invocation whose lines match the filter becomes an asynchronous event of the subscriber, after a delay; each by itself, not in batches. Loops \
         through logs are stopped by nobody, so the scenario may not have one.",
    )
    .source("docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html")
    .switch("functions.NAME.logs.subscription.delay", "uniform(1s, 5s)"),
    // Statistics.
    Rule::new(
        "S70",
        "Percentiles",
        OURS,
        "Nearest rank over completed requests; throttled ones stand apart. Exact up to 10,000 samples, then a histogram \
         with a relative error of at most 0.1 %; minimum, maximum and mean are always exact.",
    ),
    Rule::new(
        "S71",
        "One run is one sample",
        OURS,
        "With replications rates and percentiles carry a confidence interval; with one run a caveat says when there \
         are too few samples.",
    ),
    Rule::new(
        "S72",
        "End of the run",
        OURS,
        "After the last traffic and the last change, when nothing is in flight, or at the horizon. Statistics take \
         requests from the warm-up on; ledger, billed totals and cost cover everything.",
    )
    .switch("horizon", "the end of traffic"),
];
