//! Random scenarios whose functions have keys, roles, networks, states, SnapStart and readers of their logs.

use std::fmt::Write as _;
use std::path::Path;

use super::dice::Dice;
use super::generator;

/// A function of a generated scenario: its index and the lines of its block.
struct Block {
    index: u64,
    lines: Vec<String>,
}

impl Block {
    fn has(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.contains(text))
    }
}

/// One of the other random scenarios with much around its functions.
pub fn surrounded(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed ^ 0x5a);
    let base = match dice.between(0, 4) {
        0 => generator::queued(seed, folder),
        1 => generator::linked(seed, folder),
        2 => generator::divided(seed, folder),
        3 => generator::streamed(seed, folder),
        _ => generator::scenario(seed, folder),
    };
    let has_chains = ["calls: [{", "emits: [{"].iter().any(|chain| base.contains(chain));
    let is_of_2019 = base.contains("platform: aws-lambda/2019");
    let mut text = "allow_invalid: true\n".to_owned();
    let mut events = Vec::new();
    let lines: Vec<&str> = base.lines().filter(|line| *line != "allow_invalid: true").collect();
    let mut at = 0;
    while at < lines.len() {
        writeln!(text, "{}", lines[at]).unwrap();
        let index = lines[at].strip_prefix("  f").and_then(|rest| rest.strip_suffix(':'));
        at += 1;
        let Some(index) = index.and_then(|index| index.parse::<u64>().ok()) else { continue };
        let length = lines[at..].iter().take_while(|line| line.starts_with("    ")).count();
        let block = Block { index, lines: lines[at..at + length].iter().map(ToString::to_string).collect() };
        for line in around(&mut dice, &block, has_chains, is_of_2019, &mut events) {
            writeln!(text, "    {line}").unwrap();
        }
    }
    let events: String = events.iter().map(|event| format!("  - {event}\n")).collect();
    if events.is_empty() {
        text
    } else if text.contains("\nevents:\n") {
        text.replacen("\nevents:\n", &format!("\nevents:\n{events}"), 1)
    } else {
        text + "events:\n" + &events
    }
}

fn around(
    dice: &mut Dice,
    block: &Block,
    has_chains: bool,
    is_of_2019: bool,
    events: &mut Vec<String>,
) -> Vec<String> {
    let index = block.index;
    let mut lines = Vec::new();
    if dice.chance(50) {
        let decrypt = dice.pick(&["init", "init", "each_invocation"]);
        let latency = dice.pick(&["20ms", "0ms", "exp(mean=40ms)"]);
        lines.push(format!(
            "environment: {{kms: {{key: k{}, decrypt: {decrypt}, latency: {latency}}}}}",
            dice.between(0, 1)
        ));
        if dice.chance(50) {
            let (from, for_) = (dice.between(1, 60), dice.between(1, 120));
            let state = dice.pick(&["disabled", "pending_deletion", "no_grant"]);
            let path = format!("functions.f{index}.environment.kms.key_state");
            events.push(format!("{{at: {from}s, set: {{{path}: {state}}}}}"));
            events.push(format!("{{at: {}s, set: {{{path}: enabled}}}}", from + for_));
        }
    }
    if dice.chance(30) {
        let allow = dice.pick(&[
            "[\"sqs:*\", \"kinesis:*\", \"dynamodb:*\", \"kafka:*\", \"mq:*\", \"lambda:*\"]",
            "[\"*\"]",
            "[\"sqs:*\", \"kms:Decrypt\", \"kinesis:*\"]",
        ]);
        lines.push(format!("role: {{allow: {allow}}}"));
        if dice.chance(40) {
            let at = dice.between(5, 200);
            events.push(format!("{{at: {at}s, set: {{functions.f{index}.role.assumable: false}}}}"));
            let path = format!("functions.f{index}.role.assumable");
            events.push(format!("{{at: {}s, set: {{{path}: true}}}}", at + dice.between(1, 60)));
        }
    }
    if dice.chance(40) {
        let mut keys = vec![format!("name: n{}", dice.between(0, 1))];
        if dice.chance(40) {
            keys.push(format!("free_addresses: {}", dice.between(0, 12)));
        }
        if dice.chance(40) {
            keys.push("nat: true".to_owned());
        }
        if dice.chance(40) {
            keys.push("endpoints: [kms, sqs]".to_owned());
        }
        if dice.chance(30) {
            keys.push(format!("security_group_egress: {}", dice.pick(&["all", "private", "none"])));
        }
        if dice.chance(30) {
            keys.push(format!("security_groups: [g{}]", dice.between(0, 1)));
        }
        lines.push(format!("vpc: {{{}}}", keys.join(", ")));
    }
    // Provisioned concurrency is asked for when the function is there.
    if dice.chance(25) && !block.has("provisioned_concurrency") {
        lines.push(format!("created: {}s", dice.between(0, 60)));
        lines.push(format!("pending: {}s", dice.between(0, 40)));
    }
    let may_restore = !is_of_2019
        && ![
            "cold_duration",
            "versions:",
            "provisioned_concurrency",
            "ephemeral_storage",
            "type: image",
            "download",
            "init: 1",
        ]
        .iter()
        .any(|other| block.has(other));
    if may_restore && dice.chance(40) {
        lines.push("snapstart: true".to_owned());
        lines.push(format!("restore: {}", dice.pick(&["300ms", "exp(mean=200ms)", "0ms"])));
        if !lines.iter().any(|line| line.starts_with("pending")) {
            lines.push(format!("pending: {}s", dice.between(0, 40)));
        }
    }
    // Only earlier functions read a log, and none of those makes others run: nothing stops a loop through a log.
    if index > 0 && !has_chains && dice.chance(40) {
        let mut filter = || {
            let pattern = dice.pick(&["all", "error", "timeout"]);
            let to = dice.between(0, index - 1);
            format!("{{pattern: {pattern}, to: f{to}, delay: {}s}}", dice.between(0, 5))
        };
        let filters = if index == 1 { format!("[{}, {}]", filter(), filter()) } else { filter() };
        lines.push(format!("logs: {{subscription: {filters}}}"));
    }
    if dice.chance(30) {
        // The changes of the others are over by then.
        let (at, takes) = (dice.between(301, 360), dice.between(1, 30));
        let memory = 64 * dice.between(2, 40);
        events
            .push(format!("{{at: {at}s, takes: {takes}s, set: {{functions.f{index}.memory: {memory}MB}}}}"));
    }
    if !block.has("tmp:") && dice.chance(25) {
        let files = ["{write: 90MB}", "{write: 300MB, cleanup: true}", "{write: 513MB}"];
        lines.push(format!("tmp: {}", dice.pick(&files)));
    }
    lines
}
