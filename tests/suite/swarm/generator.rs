//! Random scenarios as YAML text: every key that is built turns up, alone and with others.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::dice::Dice;

/// A scenario of the seed, a few thousand requests long. Traces are written into `folder`.
pub fn scenario(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed);
    let functions = dice.between(1, 4) as usize;
    let queues = dice.between(1, 2) as usize;
    let clients = dice.between(0, 2) as usize;
    let platform = dice.pick(&[
        "aws-lambda/2026-11",
        "aws-lambda/2026-11",
        "aws-lambda/2025-08",
        "aws-lambda/2025-07",
        "aws-lambda/2019",
    ]);
    let mut writer = Writer { dice, text: String::new(), functions, queues, clients, platform, folder, seed };
    writer.top();
    writer.functions();
    writer.queues();
    writer.clients();
    writer.traffic();
    writer.changes();
    writer.text
}

/// As [`scenario`], with small account limits: about half of these refuse something.
pub fn crowded(seed: u64, folder: &Path) -> String {
    let mut text = scenario(seed, folder);
    let mut dice = Dice::new(seed ^ 0xc0);
    let account = text.lines().find(|line| line.starts_with("account:")).map(str::to_owned);
    let limits = format!(
        "allow_invalid: true\naccount: {{concurrency: {}, requests_per_second: {}}}",
        dice.between(8, 45),
        dice.pick(&["2/s", "7/s", "40/s", "unlimited", "205/min", "auto"])
    );
    if let Some(account) = account {
        text = text.replacen(&account, &limits, 1);
    }
    text
}

/// The same with functions that read queues, and traffic to these.
pub fn queued(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed ^ 0x50);
    let mut text = "allow_invalid: true\n".to_owned();
    for line in scenario(seed, folder).lines() {
        match line.trim() {
            "f0:" | "f1:" => {
                writeln!(text, "{line}\n    event_sources: {}", event_sources(&mut dice)).unwrap();
            }
            "queues:" => {
                writeln!(text, "{line}\n  jobs: {}\n  mails: {}", queue(&mut dice), queue(&mut dice))
                    .unwrap();
                writeln!(text, "  dead: {{visibility_timeout: 20s, retention: 60s}}").unwrap();
            }
            "traffic:" => {
                let (rate, length) = (dice.between(1, 40), dice.between(10, 100));
                writeln!(text, "{line}\n  - {{name: m0, to: jobs, rate: {rate}/s, for: {length}s}}").unwrap();
                writeln!(text, "  - {{name: m1, to: mails, burst: {}, at: 7s}}", dice.between(1, 60))
                    .unwrap();
            }
            _ => writeln!(text, "{line}").unwrap(),
        }
    }
    // Where nobody reads the dead-letter queue its messages may be moved back.
    if !text.contains("queue: dead") && dice.chance(60) {
        let back =
            format!("  - {{at: {}s, redrive: {{from: dead, to: jobs, rate: 7/s}}}}\n", dice.between(20, 200));
        if text.contains("\nevents:\n") {
            text = text.replacen("\nevents:\n", &format!("\nevents:\n{back}"), 1);
        } else {
            text = text + "events:\n" + &back;
        }
    }
    let switches = "assumptions: {sqs_ramp: step, sqs_throttle_retry: until_visibility";
    if dice.chance(40) && text.contains("assumptions: {") {
        text = text.replacen("assumptions: {", &format!("{switches}, "), 1);
    }
    text
}

/// The same with versions and aliases, whose traffic is weighted or deployed.
pub fn divided(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed ^ 0xd1);
    let provisioned = dice.chance(50);
    let mut text = "allow_invalid: true\n".to_owned();
    let has_partners = dice.chance(50);
    let base = if has_partners { linked(seed, folder) } else { scenario(seed, folder) };
    let may_restore = !provisioned && !base.contains("cold_duration") && !base.contains("aws-lambda/2019");
    for line in base.lines().filter(|line| *line != "allow_invalid: true") {
        // A reservation smaller than what is provisioned is refused by AWS.
        if provisioned && line.contains("reserved_concurrency") {
            continue;
        }
        let line = line.replace("own_cold_start: false", "own_cold_start: true");
        let emits_to_f0 = line.contains("emits: [{to: f0,") && dice.chance(60);
        let line = if emits_to_f0 { line.replace("[{to: f0,", "[{to: 'f0:even',") } else { line };
        let to_f0 = line.trim_start().starts_with("- {name: t")
            && line.contains("to: f0,")
            && !line.contains("trace(");
        if line == "  f0:" {
            writeln!(text, "{line}\n{}", versions(&mut dice, provisioned, may_restore, has_partners))
                .unwrap();
        } else if to_f0 && dice.chance(75) {
            let called = dice.pick(&["f0:live", "f0:live", "f0:even", "f0:v1", "f0:v2", "f0:$LATEST"]);
            writeln!(text, "{}", line.replace("to: f0,", &format!("to: '{called}',"))).unwrap();
        } else {
            writeln!(text, "{line}").unwrap();
        }
    }
    let strategy = dice.pick(&["AllAtOnce", "Canary10Percent5Minutes", "Linear10PercentEvery1Minute"]);
    let alarm = dice.pick(&[
        "f0:v2.error_rate > 5% for 20s",
        "f0.throttles > 3 for 5s",
        "f0:live.cold_start_rate >= 0.4 for 8s",
    ]);
    let alarms = if strategy == "AllAtOnce" { String::new() } else { format!(", rollback_if: ['{alarm}']") };
    let mut events = format!(
        "  - {{at: {}s, deploy: {{function: f0, alias: live, version: v2, strategy: {strategy}{alarms}}}}}\n",
        dice.between(1, 200)
    );
    if provisioned {
        let (at, count) = (dice.between(1, 100), dice.between(0, 6));
        writeln!(events, "  - {{at: {at}s, set: {{functions.f0.provisioned_concurrency: {count}}}}}")
            .unwrap();
    }
    let (at, weight) = (dice.between(1, 100), dice.between(0, 100));
    writeln!(events, "  - {{at: {at}s, set: {{functions.f0.aliases.even.additional.weight: {weight}%}}}}")
        .unwrap();
    if text.contains("\nevents:\n") {
        text.replacen("\nevents:\n", &format!("\nevents:\n{events}"), 1)
    } else {
        text + "events:\n" + &events
    }
}

fn versions(dice: &mut Dice, provisioned: bool, may_restore: bool, has_partners: bool) -> String {
    let mut version = || {
        let mut keys = vec![format!("errors: {}%", dice.between(0, 40))];
        if dice.chance(50) {
            keys.push(format!("memory: {}MB", 64 * dice.between(2, 40)));
        }
        if dice.chance(50) {
            keys.push(format!("duration: {}ms", dice.between(1, 900)));
        }
        if dice.chance(40) {
            keys.push(format!("init: {}ms", dice.between(0, 3_000)));
        }
        if provisioned && dice.chance(30) {
            keys.push(format!("provisioned_concurrency: {}", dice.between(1, 4)));
        }
        if may_restore && dice.chance(30) {
            keys.push("snapstart: true, restore: exp(mean=300ms)".to_owned());
        }
        if has_partners && dice.chance(50) {
            let connections = dice.between(0, 2);
            keys.push(format!(
                "calls: [{{to: d1, latency: 30ms, connections: {connections}}}], emits: [{{to: q0}}]"
            ));
        }
        format!("{{{}}}", keys.join(", "))
    };
    let (first, second) = (version(), version());
    let bare = match dice.between(0, 3) {
        _ if !provisioned => "",
        0 => "    provisioned_concurrency: 3\n",
        1 => {
            "    provisioned_concurrency: {min: 1, max: 9, target: 60%, allocation_delay: 20s, schedule: [{at: rate(2 minutes), min: 3}]}\n"
        }
        _ => "",
    };
    format!(
        "{bare}    versions: {{v1: {first}, v2: {second}}}\n    aliases: {{live: {{version: v1}}, even: {{version: v2, additional: {{version: v1, weight: 50%}}}}}}"
    )
}

/// The same with gateways in front of synchronous traffic.
pub fn fronted(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed ^ 0x6a);
    let mut text = String::new();
    for line in scenario(seed, folder).lines() {
        let is_sync =
            line.contains("mode: sync") || !(line.contains("mode: ") || line.contains("schedule: "));
        if line.starts_with("  - {name: t") && is_sync && dice.chance(70) {
            let line = line.strip_suffix('}').expect("a source is a map on a line");
            writeln!(text, "{line}, via: g{}}}", dice.between(0, 1)).unwrap();
        } else {
            writeln!(text, "{line}").unwrap();
        }
    }
    writeln!(text, "gateways:\n  g0: {}\n  g1: {}", gateway(&mut dice), gateway(&mut dice)).unwrap();
    text
}

/// The same with downstreams and functions that call and pass on to each other.
pub fn linked(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed ^ 0x11);
    let mut text = "allow_invalid: true\n".to_owned();
    let base = if dice.chance(50) { queued(seed, folder) } else { fronted(seed, folder) };
    let functions = (0..4).filter(|index| base.contains(&format!("\n  f{index}:\n"))).count() as u64;
    for line in base.lines().filter(|line| *line != "allow_invalid: true") {
        writeln!(text, "{line}").unwrap();
        let Some(index) = line.strip_prefix("  f").and_then(|rest| rest.strip_suffix(':')) else { continue };
        let Ok(index) = index.parse::<u64>() else { continue };
        let mut calls = Vec::new();
        for _ in 0..dice.between(0, 2) {
            let latency = dice.pick(&["5ms", "exp(mean=80ms)", "2s", "0s"]);
            // Only later functions are called, so that nobody waits for itself.
            if index + 1 < functions && dice.chance(40) {
                calls
                    .push(format!("{{to: f{}, latency: {latency}}}", dice.between(index + 1, functions - 1)));
            } else {
                let connections = dice.between(0, 2);
                calls.push(format!(
                    "{{to: d{}, latency: {latency}, connections: {connections}}}",
                    dice.between(0, 1)
                ));
            }
        }
        let mut emits = Vec::new();
        if dice.chance(40) {
            let to = if dice.chance(60) {
                format!("f{}", dice.between(0, functions - 1))
            } else {
                "q0".to_owned()
            };
            emits.push(format!("{{to: {to}, probability: {}%}}", dice.between(1, 60)));
        }
        writeln!(text, "    calls: [{}]\n    emits: [{}]", calls.join(", "), emits.join(", ")).unwrap();
    }
    writeln!(text, "downstreams:\n  d0: {}\n  d1: {}", downstream(&mut dice), downstream(&mut dice)).unwrap();
    let happening = match dice.between(0, 2) {
        0 => "  - {at: 9s, outage: d0, for: 20s}",
        1 => "  - {at: 9s, outage: d1, for: 8s, hangs: true}",
        _ => "  - {at: 3s, slow: d0, by: 700ms, for: 30s}",
    };
    if text.contains("\nevents:\n") {
        text.replacen("\nevents:\n", &format!("\nevents:\n{happening}\n"), 1)
    } else {
        text + "events:\n" + happening + "\n"
    }
}

fn downstream(dice: &mut Dice) -> String {
    let mut keys = vec![format!("on_overload: {}", dice.pick(&["queue", "refuse"]))];
    let mut perhaps = |key: &str, most: u64, unit: &str| {
        if dice.chance(50) {
            keys.push(format!("{key}: {}{unit}", dice.between(1, most)));
        }
    };
    perhaps("max_connections", 12, "");
    perhaps("max_concurrency", 9, "");
    perhaps("rate", 60, "/s");
    if keys.iter().any(|key| key.starts_with("max_connections")) && dice.chance(30) {
        keys.push("proxy: true".to_owned());
    }
    format!("{{{}}}", keys.join(", "))
}

/// The same with streams that functions read and send to.
pub fn streamed(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed ^ 0x57);
    let mut text = "allow_invalid: true\n".to_owned();
    let base = if dice.chance(50) { linked(seed, folder) } else { scenario(seed, folder) };
    for line in base.lines().filter(|line| *line != "allow_invalid: true") {
        match line {
            "  f0:" if !base.contains("event_sources") => {
                let (first, second) = (stream_source(&mut dice, "s0"), stream_source(&mut dice, "s1"));
                writeln!(text, "{line}\n    event_sources: [{first}, {second}]").unwrap();
            }
            _ if line.starts_with("    event_sources: [") => {
                let line = line.strip_suffix(']').expect("a list on a line");
                let (first, second) = (stream_source(&mut dice, "s0"), stream_source(&mut dice, "s1"));
                if text.contains("stream: s0") {
                    writeln!(text, "{line}, {second}]").unwrap();
                } else {
                    writeln!(text, "{line}, {first}, {second}]").unwrap();
                }
            }
            "traffic:" => {
                let (rate, length) = (dice.between(1, 60), dice.between(5, 60));
                writeln!(text, "{line}\n  - {{name: r0, to: s0, rate: {rate}/s, for: {length}s}}").unwrap();
                writeln!(text, "  - {{name: r1, to: s1, burst: {}, at: 4s}}", dice.between(1, 150)).unwrap();
            }
            _ => writeln!(text, "{line}").unwrap(),
        }
    }
    for (name, kind) in [("s0", "kinesis"), ("s1", "dynamodb")] {
        if name == "s0" {
            text.push_str("streams:\n");
        }
        let keys = if dice.chance(40) { ", partition_keys: 7" } else { "" };
        writeln!(text, "  {name}: {{type: {kind}, shards: {}{keys}}}", dice.between(1, 5)).unwrap();
    }
    if dice.chance(60) {
        text = brokered(&mut dice, &text);
    }
    text
}

/// With a Kafka topic, a queue of Amazon MQ or a change stream beside the streams.
fn brokered(dice: &mut Dice, text: &str) -> String {
    let kinds = ["kafka", "activemq", "rabbitmq", "documentdb"];
    let kind = kinds[dice.between(0, 3) as usize];
    let mut source = format!("{{stream: s2, batch_size: {}", dice.between(1, 40));
    let mut broker = format!("  s2: {{type: {kind}, retention: {}s", dice.between(20, 200));
    if kind == "kafka" {
        write!(source, ", max_retry_attempts: {}", dice.between(0, 3)).unwrap();
        source.push_str(
            [", on_failure: q0", ", bisect: true", ", batch_window: 2s", ""][dice.between(0, 3) as usize],
        );
        write!(broker, ", partitions: {}", dice.between(1, 8)).unwrap();
    }
    let traffic = format!("traffic:\n  - {{name: r2, to: s2, burst: {}, at: 2s}}\n", dice.between(1, 300));
    text.replacen("{stream: s0", &format!("{source}}}, {{stream: s0"), 1).replacen("traffic:\n", &traffic, 1)
        + &broker
        + "}\n"
}

fn stream_source(dice: &mut Dice, stream: &str) -> String {
    let mut keys = vec![format!("stream: {stream}"), format!("batch_size: {}", dice.between(1, 40))];
    keys.push(format!("max_retry_attempts: {}", dice.between(0, 3)));
    if dice.chance(40) {
        keys.push(format!("batch_window: {}s", dice.between(0, 3)));
    }
    if dice.chance(40) {
        keys.push(format!("parallelization_factor: {}", dice.between(1, 4)));
    }
    for key in [
        "bisect: true",
        "report_batch_item_failures: true",
        "on_failure: q0",
        "max_record_age: 60s",
        "poll_interval: 250ms",
        "tumbling_window: 7s",
        "enabled_at: 11s, starting_position: LATEST",
    ] {
        if dice.chance(35) {
            keys.push(key.to_owned());
        }
    }
    if stream == "s0" && dice.chance(35) {
        keys.push("enhanced_fan_out: true".to_owned());
    }
    format!("{{{}}}", keys.join(", "))
}

/// The same with FIFO queues, filters and provisioned pollers, and with topics, buckets, event buses and schedules.
pub fn pushed(seed: u64, folder: &Path) -> String {
    let mut dice = Dice::new(seed ^ 0x9b);
    let mut text = if dice.chance(50) { linked(seed, folder) } else { queued(seed, folder) };
    let is_current = text.contains("platform: aws-lambda/2026-11");
    let mut replace = |percent: u64, from: &str, to: String| {
        if dice.chance(percent) {
            text = text.replace(from, &to);
        }
    };
    let groups = seed % 9 + 1;
    replace(
        60,
        "  jobs: {",
        format!("  jobs: {{type: fifo, message_groups: {groups}, deduplication_ids: {}, ", groups * 9),
    );
    replace(40, "  dead: {", format!("  dead: {{type: fifo, message_groups: {groups}, "));
    replace(50, "{queue: mails,", format!("{{queue: mails, filter: {}%,", seed % 101));
    replace(50, "{queue: jobs,", format!("{{queue: jobs, filter: {}%,", 100 - seed % 40));
    replace(
        60,
        "emits: []",
        "emits: [{to: t0, probability: 15%}, {to: b0, probability: 5%}, {to: t1, probability: 5%}]"
            .to_owned(),
    );
    if is_current {
        replace(40, "{queue: jobs,", "{queue: jobs, provisioned_pollers: {min: 2, max: 4},".to_owned());
    }
    replace(40, "event_sources: [", "event_sources: [{schedule: rate(1 minute)}, ".to_owned());
    let traffic = format!(
        "traffic:\n  - {{name: p0, to: t0, rate: {}/s, for: {}s}}\n  - {{name: p1, to: b0, burst: {}, at: 3s}}\n  - {{name: p2, to: e0, burst: {}, at: 9s}}\n  - {{name: p3, to: t1, rate: 2/s, for: {}s}}",
        dice.between(1, 20),
        dice.between(2, 40),
        dice.between(1, 60),
        dice.between(1, 60),
        dice.between(1, 400)
    );
    text = text.replacen("traffic:", &traffic, 1);
    let errors = [0, 20, 60].map(|_| dice.pick(&["0%", "20%", "60%"]));
    let delay = dice.pick(&["0s", "exp(mean=2s)", "700ms"]);
    let share = dice.between(0, 100);
    writeln!(
        text,
        "topics:\n  t0: {{subscribers: [f0, {{to: q0, filter: {share}%, dead_letter: q0}}], delivery_errors: {}}}",
        errors[0]
    )
    .unwrap();
    let ids = dice.between(1, 200);
    writeln!(
        text,
        "  t1: {{type: fifo, message_groups: 4, deduplication_ids: {ids}, subscribers: [q0], delivery_delay: {delay}, delivery_errors: {}}}",
        errors[2]
    )
    .unwrap();
    writeln!(text, "buckets:\n  b0: {{notify: [t0, {{to: f0, filter: {share}%}}], delivery_delay: {delay}}}")
        .unwrap();
    writeln!(
        text,
        "event_buses:\n  e0: {{rules: [{{pattern: {share}%, targets: [f0, {{to: t0, max_retry_attempts: {}, max_event_age: 60s, dead_letter: q0}}]}}, {{targets: [f0, q0]}}], delivery_errors: {}, delivery_delay: {delay}}}",
        dice.between(0, 4),
        errors[1]
    )
    .unwrap();
    text
}

fn gateway(dice: &mut Dice) -> String {
    let kind = dice.pick(&["rest-api", "http-api", "alb", "function-url"]);
    let mut keys = vec![format!("type: {kind}")];
    if dice.chance(60) {
        keys.push(format!("timeout: {}ms", dice.between(50, 3_000)));
    }
    if dice.chance(50) {
        keys.push(format!("rate: {}/s", dice.between(1, 300)));
        if dice.chance(60) {
            keys.push(format!("burst: {}", dice.between(1, 100)));
        }
    }
    if dice.chance(50) {
        keys.push(format!("latency: {}", dice.pick(&["20ms", "exp(mean=15ms)", "1ms"])));
    }
    format!("{{{}}}", keys.join(", "))
}

fn event_sources(dice: &mut Dice) -> String {
    let mut mapping = |queue: &str| {
        let mut keys = vec![format!("queue: {queue}"), format!("batch_size: {}", dice.between(1, 30))];
        keys.push(format!("batch_window: {}s", dice.between(0, 4)));
        if dice.chance(40) {
            keys.push(format!("max_concurrency: {}", dice.between(2, 9)));
        }
        if dice.chance(50) {
            keys.push("report_batch_item_failures: true".to_owned());
        }
        format!("{{{}}}", keys.join(", "))
    };
    let (first, second) = (mapping("jobs"), mapping("mails"));
    let third = mapping("dead");
    match dice.between(0, 3) {
        0 => format!("[{first}]"),
        1 => format!("[{second}, {third}]"),
        _ => format!("[{first}, {second}]"),
    }
}

/// Shorter visibility timeouts than function timeouts are among them: messages are processed twice then.
fn queue(dice: &mut Dice) -> String {
    let mut keys = vec![format!("visibility_timeout: {}s", dice.between(1, 40))];
    keys.push(format!("retention: {}s", dice.between(60, 300)));
    if dice.chance(50) {
        keys.push(format!("backlog: {}", dice.between(0, 300)));
    }
    if dice.chance(30) {
        keys.push(format!("delay: {}s", dice.between(0, 50)));
    }
    if dice.chance(60) {
        keys.push(format!("redrive: {{dlq: dead, max_receive_count: {}}}", dice.between(1, 4)));
    }
    format!("{{{}}}", keys.join(", "))
}

struct Writer<'f> {
    dice: Dice,
    text: String,
    functions: usize,
    queues: usize,
    clients: usize,
    platform: &'static str,
    folder: &'f Path,
    seed: u64,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Writes the line in `percent` of 100 cases.
    fn perhaps(&mut self, percent: u64, line: impl FnOnce(&mut Self) -> String) {
        if self.dice.chance(percent) {
            let line = line(self);
            self.line(&line);
        }
    }

    fn time(&mut self) -> String {
        let most = self.dice.between(1, 400);
        match self.dice.between(0, 8) {
            0 => format!("{most}ms"),
            1 => format!("\"uniform({most}ms, {}ms)\"", most * 3),
            2 => format!("exp(mean={most}ms)"),
            3 => format!("\"lognormal(median={most}ms, sigma=0.7)\""),
            4 => format!("\"gamma(mean={most}ms, cv=1.4)\""),
            5 => format!("\"weibull(scale={most}ms, shape=0.8)\""),
            6 => format!("\"pareto(min={most}ms, alpha=1.9)\""),
            7 => format!("\"mix(80%: {most}ms, 20%: exp(mean={}ms))\"", most * 5),
            _ => format!("\"normal(mean={}ms, sd={}ms)\"", most * 6, most),
        }
    }

    fn top(&mut self) {
        let seed = self.seed;
        let platform = self.platform;
        self.line(&format!("name: swarm-{seed}\nseed: {seed}\nplatform: {platform}"));
        self.perhaps(30, |w| {
            format!("region: {}", w.dice.pick(&["eu-central-1", "ap-northeast-1", "us-west-2"]))
        });
        self.perhaps(30, |w| format!("warmup: {}s", w.dice.between(1, 40)));
        self.perhaps(25, |w| format!("horizon: {}s", w.dice.between(50, 4_000)));
        let account = match self.dice.between(0, 4) {
            0 => {
                "{concurrency: unlimited, requests_per_second: unlimited, scaling_rate: unlimited}".to_owned()
            }
            1 => format!("{{concurrency: {}}}", self.dice.between(130, 300)),
            2 => format!("{{concurrency: 200, requests_per_second: {}/s}}", self.dice.between(5, 60)),
            3 => format!("{{concurrency: 1000, scaling_rate: {}/s}}", self.dice.between(1, 5)),
            _ => "{concurrency: 1000}".to_owned(),
        };
        self.line(&format!("account: {account}"));
        let mut switches = Vec::new();
        for (name, values) in [
            ("scaling_bucket", ["continuous", "step"].as_slice()),
            ("environment_choice", &["mru", "lru", "newest", "random"]),
            ("own_cold_start", &["true", "false"]),
            ("suppressed_init", &["same", "cpu_share"]),
            ("async_jitter", &["none", "full"]),
        ] {
            if self.dice.chance(25) {
                switches.push(format!("{name}: {}", self.dice.pick(values)));
            }
        }
        self.line(&format!("assumptions: {{{}}}", switches.join(", ")));
        self.perhaps(30, |_| "pricing: {free_tier: true}".to_owned());
    }

    fn functions(&mut self) {
        self.line("functions:");
        for index in 0..self.functions {
            self.line(&format!("  f{index}:"));
            self.function();
            self.asynchronous(index);
        }
    }

    fn function(&mut self) {
        let most_memory = if self.platform == "aws-lambda/2019" { 3_008 } else { 10_240 };
        self.perhaps(70, |w| {
            let memory = w.dice.between(128, most_memory);
            // Before 2020-12 memory came in steps of 64 MB.
            format!("    memory: {}MB", if most_memory == 3_008 { memory / 64 * 64 } else { memory })
        });
        self.perhaps(70, |w| format!("    timeout: {}s", w.dice.between(1, 12)));
        self.perhaps(20, |_| "    arch: arm64".to_owned());
        if self.platform != "aws-lambda/2019" {
            self.perhaps(20, |_| "    package: {type: image, size: 400MB}".to_owned());
            self.perhaps(15, |_| "    ephemeral_storage: 2048MB".to_owned());
        }
        match self.dice.between(0, 4) {
            0 => {}
            1 => self.line("    cold_duration: exp(mean=700ms)"),
            2 => {
                let length = self.dice.between(9, 11);
                self.line(&format!("    init: {length}s"));
            }
            _ => {
                let init = self.time();
                self.line(&format!("    init: {init}"));
                self.perhaps(30, |_| "    placement: 40ms".to_owned());
                self.perhaps(30, |_| "    init_extra: exp(mean=50ms)".to_owned());
                self.perhaps(30, |_| "    first_invoke_extra: 25ms".to_owned());
                self.perhaps(20, |w| format!("    init_errors: {}%", w.dice.between(1, 60)));
            }
        }
        if self.dice.chance(70) {
            let duration = self.time();
            self.line(&format!("    duration: {duration}"));
        } else {
            let (cpu, io) = (self.time(), self.time());
            let threads = self.dice.between(1, 4);
            self.line(&format!("    work: {{cpu: {cpu}, io: {io}, threads: {threads}}}"));
            self.perhaps(40, |_| "    cpu_model: proportional".to_owned());
        }
        self.perhaps(20, |_| "    max_memory_used: \"normal(mean=120MB, sd=20MB)\"".to_owned());
        self.perhaps(20, |w| {
            let files = ["{write: 30MB}", "{write: 200MB, cleanup: true}", "{write: 80MB, download: 300MB}"];
            format!("    tmp: {}", w.dice.pick(&files))
        });
        self.perhaps(15, |_| "    presigns: {used_after: exp(mean=40m)}".to_owned());
        self.perhaps(40, |w| format!("    errors: {}%", w.dice.between(1, 60)));
        self.perhaps(25, |w| format!("    crashes: {}%", w.dice.between(1, 20)));
        self.perhaps(25, |w| w.dice.pick(&["    poison: 5%", "    poison: [0, 3, 17]"]).to_owned());
        self.perhaps(25, |w| {
            let sizes =
                ["{request: 2KB, response: 10KB}", "{request: 7MB}", "{response: 7MB}", "{request: 900KB}"];
            format!("    payload: {}", w.dice.pick(&sizes))
        });
        self.perhaps(30, |w| format!("    reserved_concurrency: {}", w.dice.between(0, 7)));
        self.perhaps(70, |w| {
            let presets = [
                "aws-2025",
                "aws-2021-01",
                "aws-2020",
                "aws-2020-pool",
                "aws-2020-logs",
                "aws-2019",
                "never",
                "fixed(3s)",
                "20s",
                "exp(mean=5s)",
                "0s",
            ];
            format!("    keep_alive: {}", w.dice.pick(&presets))
        });
        self.perhaps(40, |w| {
            format!("    max_age: {}", w.dice.pick(&["default", "never", "9s", "\"uniform(5s, 70s)\""]))
        });
        self.perhaps(25, |w| format!("    proactive_replacement: {}%", w.dice.between(0, 100)));
        self.perhaps(20, |w| format!("    early_end: {}%", w.dice.between(1, 50)));
    }

    fn asynchronous(&mut self, index: usize) {
        if self.dice.chance(35) {
            return;
        }
        let mut settings = Vec::new();
        if self.dice.chance(50) {
            settings.push(format!("max_retry_attempts: {}", self.dice.between(0, 2)));
        }
        if self.dice.chance(50) {
            settings.push(format!("max_event_age: {}s", self.dice.between(60, 400)));
        }
        if self.dice.chance(50) {
            settings.push(format!("dead_letter: q{}", self.dice.between(0, self.queues as u64 - 1)));
        }
        for (key, percent) in [("on_failure", 40), ("on_success", 25)] {
            // Only earlier functions are targets, so that no chain comes back to itself.
            if index > 0 && self.dice.chance(percent) {
                settings.push(format!("{key}: f{}", self.dice.between(0, index as u64 - 1)));
            } else if self.dice.chance(percent) {
                settings.push(format!("{key}: q{}", self.dice.between(0, self.queues as u64 - 1)));
            }
        }
        if self.dice.chance(30) {
            settings.push("queue_latency: exp(mean=80ms)".to_owned());
        }
        if self.dice.chance(30) {
            settings.push("delivery_delay: 2s".to_owned());
        }
        if self.dice.chance(30) {
            settings.push("delivery_errors: 20%".to_owned());
        }
        self.line(&format!("    async: {{{}}}", settings.join(", ")));
    }

    fn queues(&mut self) {
        self.line("queues:");
        for index in 0..self.queues {
            let retention = if self.dice.chance(40) { "retention: 60s" } else { "" };
            self.line(&format!("  q{index}: {{{retention}}}"));
        }
    }

    fn clients(&mut self) {
        if self.clients == 0 {
            return;
        }
        self.line("clients:");
        for index in 0..self.clients {
            let mut keys = Vec::new();
            if self.dice.chance(50) {
                let presets = ["boto3-standard", "boto3-legacy", "boto3-standard-1.43"];
                keys.push(format!("preset: {}", self.dice.pick(&presets)));
            }
            if self.dice.chance(50) {
                keys.push("network: \"lognormal(median=18ms, sigma=0.23)\"".to_owned());
            }
            if self.dice.chance(60) {
                keys.push(format!("timeout: {}ms", self.dice.between(50, 3_000)));
            }
            if self.dice.chance(50) {
                keys.push(format!("attempts: {}", self.dice.between(1, 6)));
            }
            if self.dice.chance(50) {
                let laws = [
                    "none",
                    "fixed(300ms)",
                    "\"exponential(base=100ms, cap=2s)\"",
                    "\"full_jitter(base=100ms, cap=20s)\"",
                ];
                keys.push(format!("backoff: {}", self.dice.pick(&laws)));
            }
            if self.dice.chance(50) {
                keys.push(format!("retry_quota: {}", self.dice.pick(&["none", "shared", "per_request"])));
            }
            if self.dice.chance(5) {
                keys.push("allow: [\"sqs:SendMessage\"]".to_owned());
            }
            self.line(&format!("  c{index}: {{{}}}", keys.join(", ")));
        }
    }

    fn traffic(&mut self) {
        self.line("traffic:");
        let sources = self.dice.between(self.functions as u64, self.functions as u64 + 2);
        for index in 0..sources {
            let target = if index < self.functions as u64 {
                index
            } else {
                self.dice.between(0, self.functions as u64 - 1)
            };
            let mut keys = vec![format!("name: t{index}"), format!("to: f{target}")];
            let form = self.form(index, &mut keys);
            if form != Form::Users {
                match self.dice.between(0, 9) {
                    0..=3 => keys.push("mode: async".to_owned()),
                    4 => keys.push("mode: dry_run".to_owned()),
                    _ if form == Form::Schedule => keys.push("mode: sync".to_owned()),
                    _ => {}
                }
            }
            let is_async = keys.iter().any(|key| key == "mode: async" || key == "mode: dry_run");
            if self.clients > 0 && !is_async && self.dice.chance(50) {
                keys.push(format!("client: c{}", self.dice.between(0, self.clients as u64 - 1)));
            }
            if form != Form::Trace && self.dice.chance(15) {
                let duration = self.time();
                keys.push(format!("duration: {duration}"));
            }
            if self.dice.chance(10) {
                keys.push("errors: 30%".to_owned());
            }
            self.line(&format!("  - {{{}}}", keys.join(", ")));
        }
    }

    /// One of the forms of traffic.
    fn form(&mut self, index: u64, keys: &mut Vec<String>) -> Form {
        let length = self.dice.between(10, 400);
        if self.dice.chance(30) {
            keys.push(format!("at: {}ms", self.dice.between(0, 20_000)));
        }
        let rate = self.dice.between(1, 600.min(8_000 / length));
        match self.dice.between(0, 9) {
            0 => keys.push(format!("burst: {}", self.dice.between(1, 120))),
            1 => {
                keys.push(format!("users: {}, think_time: exp(mean=2s), for: {length}s", self.dice.between(1, 15)));
                return Form::Users;
            }
            2 => keys.push(format!(
                "start_rate: 1/s, stages: [{{duration: {length}s, target: {rate}/s}}, {{duration: 5s, target: 0/s}}]"
            )),
            3 => keys.push(format!("diurnal: {{peak: {rate}/s, trough: 0/s, period: 1m}}, for: {length}s")),
            4 => {
                keys.push(format!("schedule: {}, for: 30m", self.dice.pick(&["\"rate(1 minute)\"", "\"cron(*/3 * * * ? *)\""])));
                return Form::Schedule;
            }
            5 => keys.push(format!(
                "arrivals: \"onoff(on=exp(mean=4s), off=exp(mean=9s))\", rate: {rate}/s, for: {length}s"
            )),
            6 => {
                let gap = self.time();
                let gap = gap.trim_matches('"');
                keys.push(format!("arrivals: \"renewal({gap})\", for: {}s", length.min(60)));
            }
            7 => {
                self.trace(index);
                keys.push(format!("arrivals: trace(swarm-{}-{index}.csv)", self.seed));
                return Form::Trace;
            }
            _ => {
                let law = self.dice.pick(&["even", "poisson", "gamma(cv=2)"]);
                keys.push(format!("arrivals: {law}, rate: {rate}/s, for: {length}s"));
            }
        }
        Form::Other
    }

    /// Writes a trace, with or without each optional column.
    fn trace(&mut self, index: u64) {
        let columns: Vec<&str> =
            ["function", "duration_ms", "init_ms"].into_iter().filter(|_| self.dice.chance(50)).collect();
        let mut text = format!("t{}\n", columns.iter().fold(String::new(), |all, name| all + "," + name));
        let mut at = 0;
        for _ in 0..self.dice.between(1, 400) {
            at += self.dice.between(0, 1_500);
            write!(text, "{}.{:03}", at / 1_000, at % 1_000).unwrap();
            for column in &columns {
                let cell = match *column {
                    "function" => format!("f{}", self.dice.between(0, self.functions as u64 - 1)),
                    _ if self.dice.chance(10) => String::new(),
                    _ => format!("{}.5", self.dice.between(0, 900)),
                };
                write!(text, ",{cell}").unwrap();
            }
            text.push('\n');
        }
        fs::write(self.folder.join(format!("swarm-{}-{index}.csv", self.seed)), text).unwrap();
    }

    fn changes(&mut self) {
        let changes = self.dice.between(0, 4);
        if changes < 2 {
            return;
        }
        self.line("events:");
        for _ in 0..changes {
            let at = self.dice.between(1, 300);
            let function = self.dice.between(0, self.functions as u64 - 1);
            let set = match self.dice.between(0, 8) {
                0 => format!("functions.f{function}.reserved_concurrency: {}", self.dice.between(0, 6)),
                1 => format!("functions.f{function}.reserved_concurrency: null"),
                2 => format!("functions.f{function}.memory: {}MB", 64 * self.dice.between(2, 40)),
                3 => format!("functions.f{function}.timeout: {}s", self.dice.between(1, 20)),
                4 => format!("account.concurrency: {}", self.dice.between(135, 400)),
                6 => format!("account.scaling_rate: {}/s", self.dice.between(1, 30)),
                7 => "account.requests_per_second: 9/s".to_owned(),
                5 => format!("functions.f{function}.errors: {}%", self.dice.between(0, 100)),
                _ => format!("functions.f{function}.keep_alive: {}s", self.dice.between(1, 30)),
            };
            self.line(&format!("  - {{at: {at}s, set: {{{set}}}}}"));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Users,
    Schedule,
    Trace,
    Other,
}
