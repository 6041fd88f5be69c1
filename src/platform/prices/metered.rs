//! What can be billed: the services, and each thing of theirs that is counted and priced.
//!
//! This is the seam between counting and money. Whoever simulates a service counts quantities of [`Metered`] in the
//! parts that [`Unit::parts`] names; rates, tiers, free units and the arithmetic are here and in the bill, once.

use super::super::Arch;

/// A service on the bill, by its word in `pricing.include`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum Service {
    Lambda,
    Sqs,
    Sns,
    EventBridge,
    Kinesis,
    DynamodbStreams,
    ApiGateway,
    Alb,
    Logs,
    Nat,
    Endpoints,
    Kms,
    DataTransfer,
}

/// Something that is counted and priced. The order is that of the lines of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "its description names each")]
pub enum Metered {
    LambdaRequests,
    LambdaDuration(Arch),
    LambdaStorage,
    ProvisionedHeld(Arch),
    ProvisionedDuration(Arch),
    SnapStartCache,
    SnapStartRestores,
    StreamedResponses,
    SqsPollerTime,
    KafkaPollerTime,
    SqsRequests,
    SqsFifoRequests,
    SnsPublishes,
    SnsFifoPublishes,
    SnsFifoPayload,
    EventBridgeEvents,
    KinesisShardTime,
    KinesisPutUnits,
    KinesisFanOutTime,
    KinesisFanOutData,
    DynamodbStreamReads,
    RestApiRequests,
    HttpApiRequests,
    AlbTime,
    AlbCapacityTime,
    LogsIngested,
    NatTime,
    NatData,
    EndpointTime,
    EndpointData,
    KmsKeyTime,
    KmsRequests,
    InternetOut,
    BetweenZones,
}

/// What a price is per.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// As on the bill: `GB-s`.
    pub name: &'static str,
    /// Counted parts of one priced unit: 1,024,000 MB·ms of a GB-second, 2³⁰ bytes of a GB, ms of an hour.
    pub parts: u64,
}

/// One of the things counted.
const ONE: u64 = 1;
/// MB·ms: 1,024 MB for 1,000 ms.
const GB_SECOND: Unit = Unit { name: "GB-s", parts: 1_024_000 };
/// Bytes.
const GB: Unit = Unit { name: "GB", parts: 1 << 30 };
const MS_OF_HOUR: u64 = 3_600_000;
/// A month of the price lists for keys, 30 days.
const MS_OF_MONTH: u64 = 30 * 24 * MS_OF_HOUR;

const fn each(name: &'static str) -> Unit {
    Unit { name, parts: ONE }
}

const fn hours(name: &'static str) -> Unit {
    Unit { name, parts: MS_OF_HOUR }
}

/// How something metered is named, counted and found in the price book.
#[derive(Clone, Copy, Debug)]
pub(super) struct Description {
    pub service: Service,
    /// Its name on the bill.
    pub item: &'static str,
    pub unit: Unit,
    /// Which rows of the book are meant.
    pub arch: Option<Arch>,
    /// Items of the price book, tier by tier, without their remarks.
    pub rows: &'static [&'static str],
    /// What a Compute Savings Plan calls it.
    pub plan: Option<&'static str>,
}

impl Service {
    /// All, in the order of a bill.
    pub const ALL: [Self; 13] = [
        Self::Lambda,
        Self::Sqs,
        Self::Sns,
        Self::EventBridge,
        Self::Kinesis,
        Self::DynamodbStreams,
        Self::ApiGateway,
        Self::Alb,
        Self::Logs,
        Self::Nat,
        Self::Endpoints,
        Self::Kms,
        Self::DataTransfer,
    ];

    /// Its word in `pricing.include` and in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lambda => "lambda",
            Self::Sqs => "sqs",
            Self::Sns => "sns",
            Self::EventBridge => "eventbridge",
            Self::Kinesis => "kinesis",
            Self::DynamodbStreams => "dynamodb_streams",
            Self::ApiGateway => "api_gateway",
            Self::Alb => "alb",
            Self::Logs => "logs",
            Self::Nat => "nat",
            Self::Endpoints => "endpoints",
            Self::Kms => "kms",
            Self::DataTransfer => "data_transfer",
        }
    }

    /// What of it the simulator counts; a price of each must be known before it can be on a bill.
    pub fn counted(self) -> &'static [Metered] {
        use Metered::{InternetOut, LambdaDuration as Duration, LambdaRequests, LambdaStorage, LogsIngested};
        match self {
            Self::Lambda => &[LambdaRequests, Duration(Arch::X86_64), Duration(Arch::Arm64), LambdaStorage],
            Self::Logs => &[LogsIngested],
            Self::DataTransfer => &[InternetOut],
            Self::ApiGateway => &[Metered::RestApiRequests, Metered::HttpApiRequests],
            Self::Alb => &[Metered::AlbTime, Metered::AlbCapacityTime],
            // A price of FIFO requests, of fan-out or of another zone is missed only where there is such a thing.
            Self::Sqs => &[Metered::SqsRequests],
            Self::Kinesis => &[Metered::KinesisShardTime, Metered::KinesisPutUnits],
            Self::Nat => &[Metered::NatTime, Metered::NatData],
            Self::Endpoints => &[Metered::EndpointTime, Metered::EndpointData],
            Self::Kms => &[Metered::KmsKeyTime, Metered::KmsRequests],
            Self::Sns => &[Metered::SnsPublishes],
            Self::EventBridge => &[Metered::EventBridgeEvents],
            Self::DynamodbStreams => &[Metered::DynamodbStreamReads],
        }
    }
}

impl Metered {
    /// Everything, in the order of a bill.
    pub const ALL: [Self; 37] = [
        Self::LambdaRequests,
        Self::LambdaDuration(Arch::X86_64),
        Self::LambdaDuration(Arch::Arm64),
        Self::LambdaStorage,
        Self::ProvisionedHeld(Arch::X86_64),
        Self::ProvisionedHeld(Arch::Arm64),
        Self::ProvisionedDuration(Arch::X86_64),
        Self::ProvisionedDuration(Arch::Arm64),
        Self::SnapStartCache,
        Self::SnapStartRestores,
        Self::StreamedResponses,
        Self::SqsPollerTime,
        Self::KafkaPollerTime,
        Self::SqsRequests,
        Self::SqsFifoRequests,
        Self::SnsPublishes,
        Self::SnsFifoPublishes,
        Self::SnsFifoPayload,
        Self::EventBridgeEvents,
        Self::KinesisShardTime,
        Self::KinesisPutUnits,
        Self::KinesisFanOutTime,
        Self::KinesisFanOutData,
        Self::DynamodbStreamReads,
        Self::RestApiRequests,
        Self::HttpApiRequests,
        Self::AlbTime,
        Self::AlbCapacityTime,
        Self::LogsIngested,
        Self::NatTime,
        Self::NatData,
        Self::EndpointTime,
        Self::EndpointData,
        Self::KmsKeyTime,
        Self::KmsRequests,
        Self::InternetOut,
        Self::BetweenZones,
    ];

    /// Whether it is paid for the time that something is there, whatever the traffic.
    pub fn is_standing(self) -> bool {
        matches!(
            self,
            Self::ProvisionedHeld(_)
                | Self::SnapStartCache
                | Self::SqsPollerTime
                | Self::KafkaPollerTime
                | Self::KinesisShardTime
                | Self::KinesisFanOutTime
                | Self::DynamodbStreamReads
                | Self::AlbTime
                | Self::NatTime
                | Self::EndpointTime
                | Self::KmsKeyTime
        )
    }

    /// Whose it is.
    pub fn service(self) -> Service {
        self.description().service
    }

    /// Its name on the bill.
    pub fn item(self) -> &'static str {
        self.description().item
    }

    /// What its price is per, and in which parts it is counted.
    pub fn unit(self) -> Unit {
        self.description().unit
    }

    #[expect(clippy::too_many_lines, reason = "a table: one entry for each, read side by side")]
    pub(super) fn description(self) -> Description {
        let of =
            |service, item, unit, rows| Description { service, item, unit, arch: None, rows, plan: None };
        match self {
            Self::LambdaRequests => of(Service::Lambda, "requests", each("request"), &["lambda request"]),
            Self::LambdaDuration(arch) => Description {
                arch: Some(arch),
                plan: Some("duration"),
                ..of(
                    Service::Lambda,
                    "duration",
                    GB_SECOND,
                    &["lambda duration tier1", "lambda duration tier2", "lambda duration tier3"],
                )
            },
            Self::LambdaStorage => of(
                Service::Lambda,
                "ephemeral storage",
                GB_SECOND,
                &["lambda ephemeral storage above 512 MB"],
            ),
            Self::ProvisionedHeld(arch) => Description {
                arch: Some(arch),
                plan: Some("PC allocated"),
                ..of(
                    Service::Lambda,
                    "provisioned concurrency",
                    GB_SECOND,
                    &["lambda provisioned concurrency allocated"],
                )
            },
            Self::ProvisionedDuration(arch) => Description {
                arch: Some(arch),
                plan: Some("PC duration"),
                ..of(
                    Service::Lambda,
                    "provisioned duration",
                    GB_SECOND,
                    &["lambda provisioned concurrency duration"],
                )
            },
            Self::SnapStartCache => {
                of(Service::Lambda, "SnapStart cache", GB_SECOND, &["lambda snapstart cache"])
            }
            Self::SnapStartRestores => of(
                Service::Lambda,
                "SnapStart restores",
                Unit { name: "GB restored", parts: 1_024 },
                &["lambda snapstart restore"],
            ),
            Self::StreamedResponses => of(
                Service::Lambda,
                "streamed responses",
                GB,
                &["lambda response streaming beyond first 6 MB/request"],
            ),
            Self::SqsPollerTime => {
                of(Service::Lambda, "SQS event pollers", hours("EPU-hour"), &["lambda event poller unit SQS"])
            }
            Self::KafkaPollerTime => of(
                Service::Lambda,
                "Kafka event pollers",
                hours("EPU-hour"),
                &["lambda event poller unit Kafka"],
            ),
            Self::SqsRequests => of(Service::Sqs, "requests", each("request"), &["sqs standard request"]),
            Self::SqsFifoRequests => {
                of(Service::Sqs, "FIFO requests", each("request"), &["sqs fifo request"])
            }
            Self::SnsPublishes => of(Service::Sns, "publishes", each("request"), &["sns publish request"]),
            Self::SnsFifoPublishes => {
                of(Service::Sns, "FIFO publishes", each("request"), &["sns fifo publish"])
            }
            Self::SnsFifoPayload => of(Service::Sns, "FIFO payload", GB, &["sns fifo publish payload"]),
            Self::EventBridgeEvents => {
                of(Service::EventBridge, "events", each("event"), &["eventbridge custom event"])
            }
            Self::KinesisShardTime => {
                of(Service::Kinesis, "shards", hours("shard-hour"), &["kinesis provisioned shard"])
            }
            Self::KinesisPutUnits => {
                of(Service::Kinesis, "PUT units", each("unit"), &["kinesis PUT payload unit"])
            }
            Self::KinesisFanOutTime => of(
                Service::Kinesis,
                "enhanced fan-out",
                hours("consumer-shard-hour"),
                &["kinesis enhanced fan-out"],
            ),
            Self::KinesisFanOutData => {
                of(Service::Kinesis, "enhanced fan-out data", GB, &["kinesis enhanced fan-out retrieval"])
            }
            Self::DynamodbStreamReads => of(
                Service::DynamodbStreams,
                "reads by Lambda",
                // Counted as milliseconds of reads in each second.
                Unit { name: "request", parts: 1_000 },
                &["dynamodb streams read by lambda"],
            ),
            Self::RestApiRequests => of(
                Service::ApiGateway,
                "REST requests",
                each("request"),
                &[
                    "api gateway rest request tier1",
                    "api gateway rest request tier2",
                    "api gateway rest request tier3",
                    "api gateway rest request tier4",
                ],
            ),
            Self::HttpApiRequests => of(
                Service::ApiGateway,
                "HTTP requests",
                each("request"),
                &["api gateway http request tier1", "api gateway http request tier2"],
            ),
            Self::AlbTime => of(Service::Alb, "load balancer", hours("hour"), &["application load balancer"]),
            Self::AlbCapacityTime => {
                of(Service::Alb, "capacity units", hours("LCU-hour"), &["application load balancer LCU"])
            }
            Self::LogsIngested => of(Service::Logs, "ingested", GB, &["cloudwatch logs ingest"]),
            Self::NatTime => of(Service::Nat, "gateway", hours("hour"), &["nat gateway"]),
            Self::NatData => of(Service::Nat, "data", GB, &["nat gateway data processed"]),
            Self::EndpointTime => {
                of(Service::Endpoints, "endpoints", hours("endpoint-AZ-hour"), &["vpc interface endpoint"])
            }
            Self::EndpointData => of(Service::Endpoints, "data", GB, &["vpc interface endpoint data"]),
            Self::KmsKeyTime => of(
                Service::Kms,
                "keys",
                Unit { name: "key-month", parts: MS_OF_MONTH },
                &["kms customer key"],
            ),
            Self::KmsRequests => of(Service::Kms, "requests", each("request"), &["kms symmetric request"]),
            Self::InternetOut => of(
                Service::DataTransfer,
                "out to the internet",
                GB,
                &[
                    "data transfer out to internet, first 10 TB",
                    "data transfer out to internet, next 40 TB",
                    "data transfer out to internet, next 100 TB",
                    "data transfer out to internet, over 150 TB",
                ],
            ),
            Self::BetweenZones => {
                of(Service::DataTransfer, "between zones", GB, &["data transfer between zones"])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PriceBook;
    use super::*;

    #[test]
    fn everything_metered_has_a_price_in_virginia() {
        let book = PriceBook::current();
        for metered in Metered::ALL {
            assert!(book.tariff("us-east-1", metered).is_some(), "{metered:?}");
        }
    }

    #[test]
    fn what_is_counted_belongs_to_its_service() {
        for service in Service::ALL {
            assert!(!service.counted().is_empty(), "{service:?}");
            assert!(service.counted().iter().all(|metered| metered.service() == service), "{service:?}");
        }
    }

    #[test]
    fn the_units_are_those_of_the_price_lists() {
        assert_eq!(Metered::LambdaStorage.unit().parts, 1_024 * 1_000);
        assert_eq!(Metered::NatTime.unit().parts, 60 * 60 * 1_000);
        assert_eq!(Metered::InternetOut.unit().parts, 1_073_741_824);
        assert_eq!(Metered::SnapStartRestores.unit().parts, 1_024);
    }
}
