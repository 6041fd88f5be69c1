//! The rules from S80 on, which the contract of behaviour does not number: event sources, prices around them, and what a role,
//! a VPC and an Init do.

use super::rule_list::{DOC_OURS, OURS, REC_OURS, SQS_ERROR_GUIDE, SQS_SCALING_GUIDE};
use super::rules::Rule;

pub(super) const RULES_FROM_80: &[Rule] = &[
    // Event sources, continued.
    Rule::new(
        "S80",
        "Requests to SQS",
        DOC_OURS,
        "A message is sent by a request of its own, received with up to nine others and deleted with up to nine others; each \
         request is charged once for every 64 KB. A poller without a batch makes one empty receive after the other, of 20 s each. \
         Lambda changes no visibility timeout.",
    )
    .source(SQS_SCALING_GUIDE)
    .default("{sqs_long_poll}; {sqs_request_chunk}"),
    Rule::new(
        "S81",
        "Pollers after errors",
        DOC_OURS,
        "A minute of the clock in which more than half of the batches of a queue ended in a function error halves the \
         concurrency of its pollers, down to 2; each other minute doubles it, until it is what it would be. Throttles do not count, \
         and with partial responses nothing does.",
    )
    .source(SQS_ERROR_GUIDE)
    .switch("assumptions.sqs_error_backoff", "halve"),
    Rule::new(
        "S82",
        "Provisioned pollers",
        DOC_OURS,
        "Each has 10 batches at once and receives, batch after batch, at most 10 times 10 messages and 1 MB a second. More come \
         while messages wait, 1,000 batches a minute, and leave as others do (S50). They are paid from t = 0 to the end of the run.",
    )
    .source(SQS_SCALING_GUIDE),
    Rule::new(
        "S83",
        "Push sources",
        DOC_OURS,
        "Topics, buckets and event buses hand each message to every subscriber whose filter or pattern it matches: to a function as an \
         asynchronous event, to a queue as a message. Only the hand-over is tried again: by a topic 100,015 times in 23 days, by an event bus \
         185 times in 24 h, after 1, 2, 4 ... 256 and then 480 s; then it goes to a dead-letter queue or is lost. What the function makes of it \
         is the matter of its own queue of events (S41).",
    )
    .source("docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html")
    .switch("topics.NAME.delivery_errors", "0%"),
    Rule::new(
        "S84",
        "Filters",
        DOC_OURS,
        "Of each message it is drawn once whether it matches. Those that do not are deleted when they are received, and a poll goes on \
         until its batch is full or the queue is empty; they count as succeeded.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html")
    .switch("functions.NAME.event_sources.N.filter", "100%"),
    Rule::new(
        "S86",
        "Starting position",
        DOC_OURS,
        "A mapping reads nothing before it is enabled. With TRIM_HORIZON it begins with the oldest record that is left, with LATEST with \
         the first that comes from then on, with AT_TIMESTAMP with the first from that time on. What came before is not read and ends as expired.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html")
    .switch("functions.NAME.event_sources.N.starting_position", "TRIM_HORIZON"),
    Rule::new(
        "S87",
        "Tumbling windows",
        DOC_OURS,
        "Windows follow the arrival of records and begin at whole multiples of their length. No batch crosses the end of one. When a lane \
         has processed all of a window and the window is over, one more invocation without records ends it; it is retried like a batch.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html")
    .switch("functions.NAME.event_sources.N.tumbling_window", "none"),
    Rule::new(
        "S88",
        "Enhanced fan-out",
        DOC_OURS,
        "Readers of a Kinesis stream share {shard_read_rate} bytes a second of each shard; one with enhanced fan-out has as much for itself, \
         and a record reaches it {fan_out_latency} after it came. A read takes the time of its bytes at this rate before the next begins.",
    )
    .source("docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html")
    .switch("functions.NAME.event_sources.N.enhanced_fan_out", "false"),
    Rule::new(
        "S89",
        "Prices of streams",
        DOC_OURS,
        "Besides S64: a consumer with enhanced fan-out is paid for each shard from when its mapping is enabled to the end of the run, \
         and each record that it reads by its bytes, once. Lambda reads each shard of a table's stream {dynamodb_stream_reads} times a \
         second for each mapping; these reads are free, and the bill shows how many they are.",
    )
    .source("aws.amazon.com/kinesis/data-streams/pricing; docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"),
    Rule::new(
        "S90",
        "Capacity units of load balancers",
        OURS,
        "In each hour a load balancer is paid for the greater of two: new connections, of which a unit has {lcu_new_connections} a second, and bytes, \
         of which a unit has {lcu_lambda_bytes} an hour with functions as targets. Every request, refused ones too, has a connection of its own; \
         connections that are kept open cost less. Active connections and rules are left out.",
    )
    .switch("pricing.include", "[lambda]"),
    Rule::new(
        "S91",
        "Traffic between zones",
        OURS,
        "Where a VPC has fewer NAT gateways than zones, calls come from all zones alike, so that the share of zones without a gateway of \
         their own crosses to another one; each such byte is paid for leaving a zone and for entering one. Other traffic stays in its zone.",
    )
    .switch("functions.NAME.vpc.nat_gateways", "1"),
    // What a role, a VPC and an Init do, continued.
    Rule::new(
        "S94",
        "Sending on",
        DOC_OURS,
        "Dead letters and records for destinations are sent by Lambda itself, with the execution role and not through the function's VPC: \
         without the permission they are lost. What code emits goes through the VPC and needs the role: without a way it hangs as a call does, \
         without the permission it is a handler error; only invocations that would emit something are stopped.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html")
    .switch("functions.NAME.role.allow", "everything"),
    Rule::new(
        "S95",
        "Provisioned concurrency that FAILED",
        REC_OURS,
        "Where every Init fails or takes longer than its limit (S15), the allocation ends FAILED (FUNCTION_ERROR_INIT_FAILURE): none is usable, \
         none is set aside or paid for, and requests spill over. Inits that fail now and then are made again until all are ready.",
    )
    .source("localstack test_lambda.snapshot.json, recorded 2026-02-17"),
    Rule::new(
        "S100",
        "Kafka",
        DOC_OURS,
        "A mapping of a Kafka topic begins with one consumer. Its lag is looked at every {kafka_lag_interval}: while more partitions have records \
         than there are consumers, more come, so that after {kafka_scaling_looks} looks each partition has one and never more; while fewer \
         have, they go as they came. A consumer has one batch at a time, its retries included; the partition that waits longest is next.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"),
    Rule::new(
        "S101",
        "Amazon MQ and DocumentDB",
        DOC_OURS,
        "A mapping of an ActiveMQ queue has 5 batches at once, one of RabbitMQ or of a DocumentDB change stream 1. ActiveMQ gives a message to \
         the consumer with the fewest. A batch that fails comes again until it succeeds or expires.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/with-mq.html"),
    Rule::new(
        "S102",
        "Reads of a shard",
        DOC_OURS,
        "All readers of a Kinesis stream without enhanced fan-out share the reads of its shards. There are at most {shard_reads_per_second} a second of each \
         shard, as a bucket one second deep. A read brings all that has come, for every lane of its mapping; what comes later needs another one, and one that \
         comes too soon is made again when the shard takes it. Reads that bring nothing are left out, and so is any such limit of other streams.",
    )
    .source("docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html")
    .switch("functions.NAME.event_sources.N.enhanced_fan_out", "false"),
    Rule::new(
        "S103",
        "FIFO topics and deduplication",
        DOC_OURS,
        "A FIFO queue or topic accepts a message whose deduplication id it knows, and does not deliver it. It knows an id for {deduplication_interval}, which \
         duplicates do not prolong. They are charged, and are not in the ledger. Which of `deduplication_ids` a message has is drawn. A FIFO topic hands messages \
         of a group over in order, to queues alone; they keep their group there, and their ids are not looked at again. A backlog and what SQS moves itself are \
         not looked at.",
    )
    .source("docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html")
    .switch("queues.NAME.deduplication_ids", "each message has its own"),
    Rule::new(
        "S104",
        "Provisioned pollers of Kafka",
        DOC_OURS,
        "Provisioned pollers of a Kafka topic read several partitions at once. Each has {kafka_provisioned_batches} batches at once and reads \
         {kafka_provisioned_throughput} a second. The minimum is there from the start; at each look at the lag there are as many, between minimum and maximum, as the \
         partitions with records need. They are paid from t = 0 to the end of the run, {kafka_provisioned_pollers_in_unit} of them as one event poller unit.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"),
    Rule::new(
        "S107",
        "Decrypts of every Init",
        OURS,
        "Whatever an Init is for, with a customer key it takes one Decrypt: of a cold start, of an Init that is done again (S15, S18), of a successor (S17), \
         of an environment of provisioned concurrency (S61). All count against the quota and on the bill; as with Inits (S63) none of it is part of the monthly \
         projection. While the key cannot be used, old environments get no successor, an allocation ends FAILED (S95), and an environment that was reset \
         answers 502 and stays as it was. What KMS turns away of an allocation is asked for again a second later. A refused Decrypt of a successor, \
         or of an Init that is done again after 10 s, is counted and changes nothing else.",
    ),
    Rule::new(
        "S108",
        "Snapshots that are not ready",
        DOC_OURS,
        "A version with SnapStart that is published while the clock runs (`created`) is Pending until its snapshot is made, and answers 409 \
         SnapStartNotReadyException; so does a function whose bare name stands for such a version when its code or configuration changes. \
         Traffic that is moved to it earlier fails; clients do not try again after 409, events stay in their queue.",
    )
    .source("docs.aws.amazon.com/lambda/latest/dg/snapstart.html; botocore 1.44.5 Invoke errors")
    .switch("functions.NAME.pending", "{pending_snapshot}"),
];
