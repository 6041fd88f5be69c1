//! What the agenda can hold.

use crate::engine::compact;

use super::gateway::GatewayEvent;
use super::queue::QueueEvent;

compact! {
    /// Something the agenda will do. Closed, and small: it is moved around a lot.
    #[derive(Clone, Copy, Debug)]
    pub(super) enum Event {
        /// Requests of a traffic source arrive.
        Arrival { source: u32 },
        /// An invocation ends.
        InvocationEnd { function: u32, environment: u32 },
        /// An Init ends; only where requests do not wait for their own cold start.
        InitEnd { function: u32, environment: u32 },
        /// An Init that decrypts is done once more, inside the invoke.
        SecondInit { place: u32 },
        /// An asynchronous event is due.
        AttemptDue { event: u32 },
        /// A dead letter or destination record is due.
        Delivery { event: u32 },
        /// A topic, a bucket or an event bus hands something over, or gives up.
        HandOver { parcel: u32 },
        /// A client sends (first or again).
        CallSend { call: u32 },
        /// A client's attempt reaches the service.
        CallReach { call: u32, attempt: u16 },
        /// An answer reaches the client.
        CallReply { call: u32, attempt: u16 },
        /// A client gives up on an attempt.
        CallTimeout { call: u32, attempt: u16 },
        /// A user of a closed model calls.
        UserCalls { source: u32, user: u32 },
        /// The configuration changes.
        Control { change: u32 },
        /// A deployment takes its next step.
        Shift { deployment: u32 },
        /// The alarms of a deployment are looked at.
        Look { deployment: u32 },
        /// An allocation of provisioned concurrency is complete.
        PoolReady { pool: u32, number: u32 },
        /// A minute of utilisation is over.
        PoolMinute { pool: u32, watch: u16 },
        /// A scheduled action of auto scaling is due.
        PoolAction { pool: u32, action: u16, watch: u16 },
        /// A handler's own part is over; its calls begin.
        ErrandBegins { function: u32, environment: u32 },
        /// A call has ended, or is there.
        ErrandGoesOn { errand: u32, receipt: u32 },
        /// The function timeout ends an invocation in the middle of a call.
        ErrandTimesOut { errand: u32, receipt: u32 },
        /// The rate of a downstream lets the next call begin.
        DownstreamTurn { downstream: u32 },
        /// The lines of a log reach whoever has subscribed to it.
        LogsArrive { line: u32 },
        /// Something begins to be not as usual.
        Disturbance { downstream: u32 },
        /// A lane of a shard looks for a batch.
        LaneLooks { lane: u32 },
        /// The lag of a mapping is looked at.
        LagLook { consumer: u32 },
        /// The window or the wait of a lane is over.
        LaneGoesOn { lane: u32, receipt: u32 },
        ..
        /// Something about a queue, its pollers or a batch.
        Queue(QueueEvent),
        /// Something about a request in a gateway.
        Gateway(GatewayEvent),
    }
}
