//! What other tools call our keys: `CloudFormation` and SAM, Terraform, load generators, the words of every day.

/// A name as others write it, lower case and without `_` and `-`, and the key that it is here, from its block on.
type Name = (&'static str, &'static str);

const OF_FUNCTIONS: [Name; 26] = [
    ("deadletterconfig", "async.dead_letter"),
    ("deadletterqueue", "async.dead_letter"),
    ("dlq", "async.dead_letter"),
    ("retries", "async.max_retry_attempts"),
    ("maximumretryattempts", "async.max_retry_attempts"),
    ("maximumeventageinseconds", "async.max_event_age"),
    ("eventinvokeconfig", "async"),
    ("coldstart", "init"),
    ("coldstarttime", "init"),
    ("inittime", "init"),
    ("initduration", "init"),
    ("executiontime", "duration"),
    ("latency", "duration"),
    ("errorrate", "errors"),
    ("failures", "errors"),
    ("events", "event_sources"),
    ("triggers", "event_sources"),
    ("eventsourcemappings", "event_sources"),
    ("envvars", "environment"),
    ("kmskeyarn", "environment.kms"),
    ("imageuri", "package"),
    ("packagetype", "package"),
    ("codesize", "package"),
    ("cpu", "memory"),
    ("ram", "memory"),
    ("publish", "versions"),
];

const OF_QUEUES: [Name; 6] = [
    ("messageretentionperiod", "retention"),
    ("messageretentionseconds", "retention"),
    ("maxreceivecount", "redrive.max_receive_count"),
    ("redrivepolicy", "redrive"),
    ("dlq", "redrive.dlq"),
    ("fifoqueue", "type"),
];

const OF_TRAFFIC: [Name; 12] = [
    ("rps", "rate"),
    ("qps", "rate"),
    ("tps", "rate"),
    ("requestspersecond", "rate"),
    ("function", "to"),
    ("target", "to"),
    ("queue", "to"),
    ("count", "burst"),
    ("requests", "burst"),
    ("start", "at"),
    ("ramp", "stages"),
    ("cron", "schedule"),
];

/// Names by the section of the scenario whose blocks have them.
const SECTIONS: [(&str, &[Name]); 3] =
    [("functions", &OF_FUNCTIONS), ("queues", &OF_QUEUES), ("traffic", &OF_TRAFFIC)];

/// The key that others call `name`, from the block at `path` on.
pub(super) fn key_called(name: &str, path: &str) -> Option<&'static str> {
    let (section, block) = path.split_once('.')?;
    let (_, names) = SECTIONS.iter().find(|(known, _)| *known == section && !block.contains('.'))?;
    let plain: String =
        name.chars().filter(|letter| !matches!(letter, '_' | '-')).collect::<String>().to_ascii_lowercase();
    names.iter().find(|(other, _)| *other == plain).map(|(_, key)| *key)
}

#[cfg(test)]
mod tests {
    use super::super::language::all_keys;
    use super::*;

    #[test]
    fn a_name_of_another_tool_leads_to_our_key() {
        assert_eq!(key_called("DeadLetterConfig", "functions.api"), Some("async.dead_letter"));
        assert_eq!(key_called("dlq", "queues.jobs"), Some("redrive.dlq"));
        assert_eq!(key_called("max_receive_count", "queues.jobs"), Some("redrive.max_receive_count"));
        assert_eq!(key_called("dlq", "functions.api.async"), None);
        assert_eq!(key_called("memory", "functions.api"), None);
    }

    #[test]
    fn the_keys_that_names_lead_to_are_there() {
        let keys = all_keys();
        for (section, names) in SECTIONS {
            for (name, key) in names {
                let paths = [format!("{section}.NAME.{key}"), format!("{section}.N.{key}")];
                let is_there = keys.iter().any(|(path, _)| paths.contains(path));
                assert!(is_there, "{section}: {name} is called {key}");
            }
        }
    }
}
