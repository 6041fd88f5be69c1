//! Keys at the top of a scenario.

use crate::platform::Profile;

use super::downstream::DOWNSTREAM;
use super::experiment::EXPERIMENT;
use super::gateway::GATEWAY;
use super::push_source::{BUCKET, EVENT_BUS, TOPIC};
use super::queue::QUEUE;
use super::resources::CLIENT;
use super::stream::STREAM;
use super::{EVENT, FUNCTION, Fallback, Key, Shape, TRAFFIC};

const UNLIMITED: Shape = Shape::Choice(&["unlimited"]);
const AUTO_OR_UNLIMITED: Shape = Shape::Choice(&["auto", "unlimited"]);

const ACCOUNT: &[Key] = &[
    Key::new(
        "concurrency",
        Shape::Either(&[Shape::Count(0, 10_000_000), UNLIMITED]),
        Fallback::Platform(
            |profile| profile.account_concurrency.to_string(),
            "the quota of the platform profile: 1000",
        ),
        "Concurrent executions of all functions together (S31). At least 100 of it stay unreserved.",
    ),
    Key::new(
        "requests_per_second",
        Shape::Either(&[Shape::Rate, Shape::Count(1, 1_000_000_000), AUTO_OR_UNLIMITED]),
        Fallback::Text("auto"),
        "Synchronous requests per second (S33). `auto` is 10 times `concurrency`.",
    ),
    Key::new(
        "scaling_rate",
        Shape::Either(&[Shape::Rate, AUTO_OR_UNLIMITED]),
        Fallback::Text("auto"),
        "How fast each function may add environments (S32). `auto` is the profile's rule: 1,000 at once and 100 more a second; \
         in `aws-lambda/2019` a burst shared by the region and then 500 a minute. A rate such as `50/s` refills at that rate and saves up ten seconds of it.",
    ),
    Key::new(
        "code_storage",
        Shape::Size,
        Fallback::Platform(
            |profile| profile.code_storage.to_string(),
            "the quota of the platform profile: 300GB (75GB before July 2026)",
        ),
        "Zip files of all functions and versions together (`package.size`). AWS: `CodeStorageExceededException` above it. A lower value stands \
         for what is stored already.",
    ),
];

const PRICING: &[Key] = &[
    Key::new(
        "free_tier",
        Shape::Bool,
        Fallback::Text("false"),
        "Take the monthly free tier off the bill (S63): requests and duration of Lambda, data out to the internet.",
    ),
    Key::new(
        "savings_plan",
        Shape::Either(&[Shape::Share, Shape::Choice(&["no_upfront", "all_upfront"])]),
        Fallback::Text("0%"),
        "What a Compute Savings Plan saves on durations: a share of the list price, or the rates of the price list for a plan \
         (in us-east-1). Requests and storage are never part of it.",
    ),
    Key::new(
        "prices",
        Shape::Text,
        Fallback::Nothing("the prices that come with the program"),
        "A CSV file beside the scenario whose rows take the place of prices: `region,arch,item,price_usd`. `coldstart \
         assumptions --prices-csv` prints all rows in this form.",
    ),
    Key::new(
        "include",
        Shape::List(&Shape::Choice(&[
            "lambda",
            "sqs",
            "kinesis",
            "dynamodb_streams",
            "sns",
            "eventbridge",
            "api_gateway",
            "alb",
            "gateway",
            "logs",
            "nat",
            "endpoints",
            "kms",
            "data_transfer",
        ])),
        Fallback::Nothing("`[lambda]`"),
        "Services on the bill (S64). `logs`: what invocations write to CloudWatch Logs (`logs.volume`). `sqs`: sends, receives and deletes, those of idle pollers included (S80). `kinesis`: shards by the hour, a PUT payload unit for each 25 KB of a record, consumers with enhanced fan-out by the hour and the byte (S89). `dynamodb_streams`: the reads of Lambda, which are free and counted. `sns`: what is published; `eventbridge`: what is sent to event buses. `api_gateway`, `alb`, or `gateway` for both: requests through gateways, and the hours and capacity units of load balancers (S90). `nat`, `endpoints`: hours and bytes of NAT gateways and interface endpoints. `kms`: customer keys and their requests. `data_transfer`: responses of \
         synchronous requests (`payload.response`) leave for the internet, and what goes to a NAT gateway in another zone (S91).",
    ),
];

const ASSUMPTIONS: &[Key] = &[
    Key::new(
        "scaling_bucket",
        Shape::Choice(&["continuous", "step"]),
        Fallback::Text("continuous"),
        "Refill of the scaling bucket: all the time, or filled up at every multiple of 10 s (S32).",
    ),
    Key::new(
        "environment_choice",
        Shape::Choice(&["mru", "lru", "newest", "random"]),
        Fallback::Text("mru"),
        "Which idle environment takes a request: most recently used, least recently used, newest, any (S12).",
    ),
    Key::new(
        "own_cold_start",
        Shape::Bool,
        Fallback::Text("true"),
        "A request that started an environment waits for that one, even when another gets free earlier (S11).",
    ),
    Key::new(
        "suppressed_init",
        Shape::Choice(&["same", "cpu_share"]),
        Fallback::Text("same"),
        "Length of an init inside an invoke: as long as the Init, or divided by the CPU share (S15).",
    ),
    Key::new(
        "async_jitter",
        Shape::Choice(&["none", "full"]),
        Fallback::Text("none"),
        "Jitter of the back-off of asynchronous events after throttles (S42): none, or each wait rand(0, 1) of its length.",
    ),
    Key::new(
        "sqs_ramp",
        Shape::Choice(&["linear", "step"]),
        Fallback::Text("linear"),
        "How pollers of a queue are added: one every 0.2 s, or 300 at once each minute (S50).",
    ),
    Key::new(
        "sqs_throttle_retry",
        Shape::Choice(&["none", "until_visibility"]),
        Fallback::Text("none"),
        "What becomes of a throttled batch of a queue: its messages wait for their visibility timeout, or the poller tries again after 1, 2, 4 … s until then (S52).",
    ),
    Key::new(
        "sqs_error_backoff",
        Shape::Choice(&["halve", "none"]),
        Fallback::Text("halve"),
        "What errors of the function do to the pollers of a queue: each minute in which more than half of the batches failed halves the concurrency of polling, each other one doubles it; or nothing (S81).",
    ),
    Key::new(
        "snapstart_cache",
        Shape::Choice(&["warming", "cold", "warm"]),
        Fallback::Text("warming"),
        "Where the snapshot of a version is: it moves into nearer caches, so that the k-th restore takes 1 + 0.35 e^(-k/20) times as long as later ones; or all are as slow as in a cold cache (1.35 times), or as fast as from a warm one (S26).",
    ),
];

const THRESHOLD: &[Key] = &[
    Key::new("expect", Shape::Text, Fallback::Required, "The condition, such as `p99 < 500ms`."),
    Key::new(
        "strict",
        Shape::Bool,
        Fallback::Text("true"),
        "Whether a failure decides the exit status (99).",
    ),
];

/// Keys at the top of a scenario.
pub const TOP: &[Key] = &[
    Key::new("version", Shape::Count(1, 1), Fallback::Text("1"), "Version of the language."),
    Key::new("name", Shape::Text, Fallback::Nothing("the file's name"), "Name of the scenario in reports."),
    Key::new(
        "description",
        Shape::Text,
        Fallback::Nothing("empty"),
        "What the scenario is about; opens the report.",
    ),
    Key::new(
        "platform",
        Shape::Choice(&Profile::NAMES),
        Fallback::Text(Profile::NAMES[0]),
        "The dated rules of AWS Lambda: quotas, billing, scaling (S35).",
    ),
    Key::new(
        "region",
        Shape::Text,
        Fallback::Text("us-east-1"),
        "AWS region. Picks prices and regional quotas.",
    ),
    Key::new(
        "start",
        Shape::Timestamp,
        Fallback::Text("2026-11-23T00:00:00Z"),
        "Calendar time of t = 0, for `cron(...)`, months and the dates of runtimes.",
    ),
    Key::new("seed", Shape::Count(0, u64::MAX), Fallback::Text("42"), "The one seed of all randomness (S3)."),
    Key::new(
        "horizon",
        Shape::Duration,
        Fallback::Nothing("the end of traffic, then until nothing is in flight"),
        "Nothing is simulated at or after this time (S72). Needed when some traffic has no end.",
    ),
    Key::new(
        "warmup",
        Shape::Duration,
        Fallback::Text("0s"),
        "Requests that arrive earlier are left out of the statistics, never out of the ledger or the bill.",
    ),
    Key::new(
        "account",
        Shape::Block(ACCOUNT),
        Fallback::Inside,
        "Limits that all functions of the region share.",
    ),
    Key::new(
        "allow_invalid",
        Shape::Bool,
        Fallback::Text("false"),
        "`true` turns what AWS would reject at creation into a warning in the report.",
    ),
    Key::new(
        "defaults",
        Shape::Block(FUNCTION),
        Fallback::Nothing("none"),
        "Any keys of a function; merged into every function that does not say otherwise.",
    ),
    Key::new(
        "functions",
        Shape::Named(&Shape::Block(FUNCTION)),
        Fallback::Required,
        "The functions, by name.",
    ),
    Key::new(
        "queues",
        Shape::Named(&Shape::Block(QUEUE)),
        Fallback::Nothing("none"),
        "Queues, by name: read by functions, or targets of dead letters and destinations.",
    ),
    Key::new(
        "topics",
        Shape::Named(&Shape::Block(TOPIC)),
        Fallback::Nothing("none"),
        "SNS topics, by name: what is published reaches every subscriber (S83).",
    ),
    Key::new(
        "buckets",
        Shape::Named(&Shape::Block(BUCKET)),
        Fallback::Nothing("none"),
        "S3 buckets, by name: traffic and functions put objects, and those that are notified hear of each (S83).",
    ),
    Key::new(
        "event_buses",
        Shape::Named(&Shape::Block(EVENT_BUS)),
        Fallback::Nothing("none"),
        "EventBridge event buses, by name, with their rules (S83).",
    ),
    Key::new(
        "streams",
        Shape::Named(&Shape::Block(STREAM)),
        Fallback::Nothing("none"),
        "Kinesis data streams, streams of DynamoDB tables, Kafka topics, queues of Amazon MQ and change streams of DocumentDB, by name (S56, S100, S101).",
    ),
    Key::new(
        "gateways",
        Shape::Named(&Shape::Block(GATEWAY)),
        Fallback::Nothing("none"),
        "What stands between callers and functions, by name: traffic comes `via` one (S59).",
    ),
    Key::new(
        "downstreams",
        Shape::Named(&Shape::Block(DOWNSTREAM)),
        Fallback::Nothing("none"),
        "What functions call, by name: databases, APIs of others (S48).",
    ),
    Key::new(
        "clients",
        Shape::Named(&Shape::Block(CLIENT)),
        Fallback::Nothing("none"),
        "Callers that wait, give up and try again, by name.",
    ),
    Key::new(
        "traffic",
        Shape::List(&Shape::Block(TRAFFIC)),
        Fallback::Nothing("none"),
        "Sources of requests.",
    ),
    Key::new(
        "events",
        Shape::List(&Shape::Block(EVENT)),
        Fallback::Nothing("none"),
        "Changes while the clock runs.",
    ),
    Key::new(
        "thresholds",
        Shape::Named(&Shape::Either(&[
            Shape::Text,
            Shape::List(&Shape::Either(&[Shape::Text, Shape::Block(THRESHOLD)])),
        ])),
        Fallback::Nothing("none"),
        "Conditions on the report, by metric. A strict one that fails makes the exit status 99.",
    ),
    Key::new(
        "experiment",
        Shape::Block(EXPERIMENT),
        Fallback::Inside,
        "Many runs: with other seeds, over a range of values, as variants; or the parts of one long run.",
    ),
    Key::new("pricing", Shape::Block(PRICING), Fallback::Inside, "How the bill is computed."),
    Key::new(
        "assumptions",
        Shape::Block(ASSUMPTIONS),
        Fallback::Inside,
        "Switches of behaviour that AWS does not document.",
    ),
];
