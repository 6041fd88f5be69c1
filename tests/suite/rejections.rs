//! What AWS rejects about a function and what it buys (lambda-facts 1.1, 1.4 to 1.8, 2.7, 2.8): each has a wrong scenario whose
//! message contains AWS's own text, or the name of its exception where no text is known.
//!
//! Not here, as no scenario can say it: resource-based policies (20 KB; a scenario says with `clients.NAME.allow` who may call, not by which
//! policy), code signing, file descriptors and threads of an environment.

use std::path::Path;

/// What is rejected, the wrong scenario, and what its message must contain.
const REJECTIONS: [(&str, &str, &str); 53] = [
    // Ranges (1.1).
    ("memory below 128 MB", "memory-out-of-range", "Value '64' at 'memorySize' failed to satisfy constraint"),
    (
        "memory above 10,240 MB",
        "memory-too-large",
        "Value '16384' at 'memorySize' failed to satisfy constraint",
    ),
    ("memory above 3,008 MB in 2019", "memory-of-2019", "Member must have value less than or equal to 3008"),
    ("timeout above 900 s", "timeout-out-of-range", "Value '1200' at 'timeout' failed to satisfy constraint"),
    ("a fraction of a second", "fractions-where-there-are-none", "Timeout is an integer number of seconds"),
    (
        "/tmp outside 512 to 10,240 MB",
        "ephemeral-storage-out-of-range",
        "Value '256' at 'ephemeralStorage.size'",
    ),
    ("more than two retries", "async-out-of-range", "Value '3' at 'maximumRetryAttempts' failed to satisfy"),
    (
        "an event age above six hours",
        "async-out-of-range",
        "Value '25200' at 'maximumEventAgeInSeconds' failed",
    ),
    ("more than five layers", "layers", "Cannot reference more than 5 layers."),
    ("one layer twice", "layers", "two versions of one layer cannot be referenced"),
    ("package and layers above 250 MB", "layers", "Unzipped size must be smaller than 262144000 bytes"),
    ("layers of an image", "layers", "layers are not used with container images"),
    ("environment variables above 4 KB", "environment-too-large", "exceeded the 4KB limit."),
    ("named variables above 4 KB", "environment-variables", "exceeded the 4KB limit."),
    ("a variable's name", "environment-variables", "ValidationException, the name of a variable satisfies"),
    ("a handler above 128 characters", "handler-too-long", "at most 128 characters"),
    ("a handler with blanks", "handler-with-blanks", "Handler has the pattern"),
    ("more than 16 subnets", "subnets-and-security-groups", "ValidationException, SubnetIds"),
    ("more than 5 security groups", "subnets-and-security-groups", "ValidationException, SecurityGroupIds"),
    ("a function name above 64 characters", "function-name-too-long", "ValidationException"),
    ("other characters in a function name", "function-name", "ValidationException"),
    (
        "a direct upload above 50 MB",
        "package-too-large",
        "a direct upload has at most 50 MB (52428800 bytes)",
    ),
    ("code above 250 MB unzipped", "package-too-large", "Unzipped size must be smaller than 262144000 bytes"),
    ("inline code above 4 MB", "package-too-large-to-upload", "ZipFile of a template has at most 4096 KB"),
    ("an image above 10 GB", "image-too-large", "a container image has at most 10 GB uncompressed"),
    ("code storage of the region", "code-storage", "CodeStorageExceededException"),
    (
        "reservations beyond the account less 100",
        "reservation-beyond-the-account",
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum \
         value of [100].",
    ),
    (
        "a reservation in a new account",
        "reservation-in-a-new-account",
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum \
         value of [100].",
    ),
    // Runtimes (1.4) and states (1.5).
    (
        "a runtime that is blocked",
        "blocked-runtime",
        "The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda functions.",
    ),
    (
        "an update of a runtime that is blocked",
        "update-of-blocked-runtime",
        "The runtime parameter of python3.10 is no longer supported for creating or updating AWS Lambda functions.",
    ),
    ("more than 15 calls a second", "control-plane-rate", "TooManyRequestsException, Rate exceeded"),
    ("a third log subscription", "third-log-subscription", "LimitExceededException"),
    ("a loop through a log", "loop-through-a-log", "nothing on AWS stops it"),
    (
        "a runtime that is none",
        "unknown-runtime",
        "Value pyhton3.13 at 'runtime' failed to satisfy constraint",
    ),
    (
        "an update during an update",
        "update-in-progress",
        "The operation cannot be performed at this time. An update is in progress for resource:",
    ),
    // Roles (1.7).
    (
        "a role that cannot be assumed",
        "role-not-assumable",
        "The role defined for the function cannot be assumed by Lambda.",
    ),
    ("a role that may not read its sources", "role-without-the-sources", "400 of CreateEventSourceMapping"),
    // Versions and aliases (1.8).
    (
        "a change of a published version",
        "deployments",
        "code and configuration of a published version cannot be changed",
    ),
    ("a third version behind an alias", "weighted-alias", "AdditionalVersionWeights has at most one version"),
    ("$LATEST in a weighted alias", "weighted-alias", "$LATEST is not allowed in a weighted alias"),
    (
        "another dead-letter queue",
        "weighted-alias-in-common",
        "both versions of a weighted alias have the same dead-letter queue",
    ),
    (
        "another role",
        "weighted-alias-in-common",
        "both versions of a weighted alias have the same execution role",
    ),
    // SnapStart (2.7).
    ("SnapStart and /tmp above 512 MB", "snapstart-exclusions", "ephemeral storage greater than 512 MB"),
    (
        "SnapStart of other runtimes",
        "snapstart-exclusions",
        "SnapStart is supported by managed runtimes only",
    ),
    (
        "SnapStart of images before 2026-07",
        "snapstart-exclusions",
        "SnapStart does not support container images",
    ),
    (
        "SnapStart and provisioned concurrency",
        "snapstart-exclusions",
        "cannot be used on the same function version",
    ),
    ("SnapStart of $LATEST", "snapstart-latest", "not for $LATEST"),
    ("a snapshot whose Init takes too long", "snapstart-slow-init", "FUNCTION_ERROR_INIT_FAILURE"),
    // Provisioned concurrency (2.8).
    (
        "provisioned concurrency of $LATEST",
        "provisioned-limits",
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
    ),
    (
        "more than is unreserved",
        "provisioned-limits",
        "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [29].",
    ),
    (
        "less than 100 unreserved",
        "provisioned-limits",
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of \
         [100].",
    ),
    (
        "more than is reserved",
        "provisioned-limits",
        "ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
    ),
    (
        "on a weighted alias",
        "provisioned-limits",
        "Alias with weights can not be used with Provisioned Concurrency",
    ),
];

#[test]
fn every_rejection_has_a_wrong_scenario_that_says_what_aws_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let mut missing = Vec::new();
    for (what, scenario, words) in REJECTIONS {
        let read =
            |end: &str| std::fs::read_to_string(folder.join(format!("{scenario}.{end}"))).unwrap_or_default();
        let told = read("txt");
        let said =
            told.lines().any(|line| line.starts_with("  ") && line.contains("AWS") && line.contains(words));
        if read("yaml").is_empty() || !said {
            missing.push(format!("{what}: {scenario}.txt does not say {words:?}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn no_rejection_of_a_version_and_an_alias_together_is_left_out() {
    let told = include_str!("../wrong/provisioned-limits.txt");
    assert!(told.contains("provisioned concurrency lives on a version or on an alias to it, not on both"));
}
