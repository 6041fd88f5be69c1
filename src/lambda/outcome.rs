//! How things end: the outcome of an invocation, the cause of a throttle, the fate of a request.

/// How an invocation ended (F 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The handler returned.
    Succeeded,
    /// The handler raised an exception; the environment stays warm.
    HandlerError,
    /// The response was larger than the limit; the environment stays warm.
    ResponseTooLarge,
    /// The runtime exited; the environment is reset.
    RuntimeExit,
    /// The function timeout; the environment is reset.
    TimedOut,
    /// Killed for memory; the environment is reset.
    OutOfMemory,
    /// Init failed, and failed again inside the invoke; the environment is destroyed.
    InitFailed,
    /// `/tmp` was full, which the handler does not survive; the environment stays warm, and full.
    StorageFull,
}

impl Outcome {
    /// Whether the caller got an answer from code that ran to its end.
    pub fn completed(self) -> bool {
        match self {
            Self::Succeeded | Self::HandlerError | Self::ResponseTooLarge | Self::StorageFull => true,
            Self::RuntimeExit | Self::TimedOut | Self::OutOfMemory | Self::InitFailed => false,
        }
    }

    /// What happens to the environment (S18).
    pub fn environment_after(self) -> EnvironmentAfter {
        match self {
            Self::Succeeded | Self::HandlerError | Self::ResponseTooLarge | Self::StorageFull => {
                EnvironmentAfter::Warm
            }
            Self::RuntimeExit | Self::TimedOut | Self::OutOfMemory => EnvironmentAfter::Reset,
            Self::InitFailed => EnvironmentAfter::Destroyed,
        }
    }

    /// The error type in the payload that a synchronous caller gets, or in the record of an asynchronous one.
    pub fn error_type(self) -> Option<&'static str> {
        match self {
            Self::Succeeded => None,
            Self::HandlerError => Some("Exception"),
            Self::ResponseTooLarge => Some("Function.ResponseSizeTooLarge"),
            Self::RuntimeExit | Self::OutOfMemory => Some("Runtime.ExitError"),
            Self::TimedOut => Some("Sandbox.Timedout"),
            Self::InitFailed => Some("Runtime.ImportModuleError"),
            Self::StorageFull => Some("OSError"),
        }
    }

    /// The word for it in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::HandlerError => "handler_error",
            Self::ResponseTooLarge => "response_too_large",
            Self::RuntimeExit => "runtime_exit",
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::InitFailed => "init_failed",
            Self::StorageFull => "storage_full",
        }
    }
}

/// What happens to an environment when its invocation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironmentAfter {
    /// Idle, memory state kept.
    Warm,
    /// Idle, but the next invoke there starts with a suppressed init.
    Reset,
    /// Gone.
    Destroyed,
}

/// Which rule refused an attempt (S34).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names of S34")]
pub enum ThrottleCause {
    ReservedConcurrency,
    AccountConcurrency,
    ScalingRate,
    AccountRequestRate,
    ReservedRequestRate,
}

impl ThrottleCause {
    /// All causes, in the order of the report.
    pub const ALL: [Self; 5] = [
        Self::ReservedConcurrency,
        Self::AccountConcurrency,
        Self::ScalingRate,
        Self::AccountRequestRate,
        Self::ReservedRequestRate,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReservedConcurrency => "reserved_concurrency",
            Self::AccountConcurrency => "account_concurrency",
            Self::ScalingRate => "scaling_rate",
            Self::AccountRequestRate => "account_request_rate",
            Self::ReservedRequestRate => "reserved_request_rate",
        }
    }

    /// The `Reason` in AWS's 429 response.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ReservedConcurrency => "ReservedFunctionConcurrentInvocationLimitExceeded",
            Self::AccountConcurrency | Self::ScalingRate => "ConcurrentInvocationLimitExceeded",
            Self::AccountRequestRate => "CallerRateLimitExceeded",
            Self::ReservedRequestRate => "ReservedFunctionInvocationRateLimitExceeded",
        }
    }
}

/// Why a request was refused at the door: never an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// 413 `RequestTooLargeException`.
    RequestTooLarge,
    /// 403 `AccessDeniedException`: the caller lacks `lambda:InvokeFunction`.
    AccessDenied,
    /// 404 `ResourceNotFoundException`: the function is not created yet. What waits for an answer gets it as an attempt.
    FunctionNotFound,
}

/// Where something that was offered ended. Each ends exactly once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It did what was asked.
    Succeeded,
    /// The final answer was a throttle.
    Throttled,
    /// The final answer was a function error.
    FunctionError,
    /// The final answer was the function's timeout.
    TimedOut,
    /// The final answer was an out-of-memory kill.
    OutOfMemory,
    /// The client gave up waiting.
    ClientTimeout,
    /// Refused at the door.
    Rejected,
    /// It left through a dead-letter queue or an on-failure destination.
    DeadLettered,
    /// Retries used up (or no concurrency reserved), and nobody kept it.
    Dropped,
    /// Too old, and nobody kept it.
    Expired,
    /// The final answer was a gateway's 504.
    GatewayTimeout,
    /// The final answer was an error of the service itself.
    ServiceError,
}

impl Fate {
    /// Whether it was turned away and nothing ran: such requests are in no percentile of a latency (S70).
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Throttled | Self::Rejected)
    }

    /// The fate of a synchronous request whose final answer is `outcome`.
    pub fn of_answer(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Succeeded => Self::Succeeded,
            Outcome::TimedOut => Self::TimedOut,
            Outcome::OutOfMemory => Self::OutOfMemory,
            Outcome::HandlerError
            | Outcome::ResponseTooLarge
            | Outcome::RuntimeExit
            | Outcome::InitFailed
            | Outcome::StorageFull => Self::FunctionError,
        }
    }

    /// The word for it in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Throttled => "throttled",
            Self::FunctionError => "function_error",
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::ClientTimeout => "client_timeout",
            Self::Rejected => "rejected",
            Self::DeadLettered => "dead_lettered",
            Self::Dropped => "dropped",
            Self::Expired => "expired",
            Self::GatewayTimeout => "gateway_timeout",
            Self::ServiceError => "service_error",
        }
    }
}
