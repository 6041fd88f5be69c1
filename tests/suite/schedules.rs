//! `size --schedule`: provisioned concurrency that follows the day.

use coldstart::decision::size::schedule::{self, Schedule, ScheduleWish, schedule};
use coldstart::decision::size::{SizeRefusal, VERB};
use coldstart::experiment::Runner;
use coldstart::report::document::text;
use coldstart::report::text::{Detail, TextOptions};
use coldstart::scenario::ExperimentFlag;
use coldstart::units::{SimDuration, Usd};

use super::sweeps::template;

const OPTIONS: TextOptions = TextOptions { detail: Detail::Full, colour: false, columns: 100 };
const PATH: &str = "functions.api.provisioned_concurrency";

fn asked(scenario: &str, until: &[&str], slot_s: u64) -> Result<Schedule, SizeRefusal> {
    let mut flags: Vec<_> = until.iter().map(|one| ExperimentFlag::Until((*one).to_owned())).collect();
    flags.push(ExperimentFlag::Subject(VERB, PATH.to_owned()));
    let wish = ScheduleWish { path: PATH.to_owned(), slot: SimDuration::from_secs(slot_s), replications: 1 };
    schedule(&template(scenario, flags), &wish, &Runner { jobs: 2, progress: None })
}

fn refused(scenario: &str, until: &[&str], slot_s: u64) -> String {
    match asked(scenario, until, slot_s).unwrap_err() {
        SizeRefusal::Problems(problems) => problems.render(false),
        SizeRefusal::Words(words) => words,
    }
}

/// Three requests at once every two seconds, from two to four hours eight at once. Each takes 100 ms and no environment is
/// left after 500 ms, so whatever is not provisioned is cold: 3 are needed, and 8 while it is busy.
fn three_and_eight(more: &str) -> String {
    let source = |name: &str, at: &str, length: &str| {
        format!("  - {{name: {name}, to: api, arrivals: even, rate: 0.5/s, at: {at}, for: {length}}}\n")
    };
    let all_day: String = (0..3).map(|index| source(&format!("a{index}"), "0s", "6h")).collect();
    let busy: String = (0..5).map(|index| source(&format!("b{index}"), "2h", "2h")).collect();
    format!(
        "start: 2026-11-23T00:00:00Z
functions: {{api: {{memory: 1024MB, init: 1s, duration: 100ms, keep_alive: 500ms, max_age: never{more}}}}}
traffic:
{all_day}{busy}"
    )
}

#[test]
fn a_schedule_follows_the_day_and_costs_what_it_holds() {
    let found = asked(&three_and_eight(""), &["api.cold_start_rate < 1% for 1h"], 3_600).unwrap();
    let slots: Vec<_> = found
        .slots
        .iter()
        .map(|slot| (slot.from.as_str(), slot.needs.unwrap(), slot.capacity.unwrap(), slot.holds))
        .collect();
    assert_eq!(
        slots,
        [
            ("00:00", 3, 3, true),
            ("01:00", 3, 3, true),
            ("02:00", 8, 8, true),
            ("03:00", 8, 8, true),
            ("04:00", 3, 3, true),
            ("05:00", 3, 3, true)
        ]
    );
    let whole = found.whole.as_ref().unwrap();
    assert_eq!(
        whole.setting,
        "{min: 3, max: 8, schedule: [{at: \"cron(55 1 * * ? *)\", min: 8, max: 8}, \
         {at: \"cron(0 4 * * ? *)\", min: 3, max: 3}]}"
    );
    assert!(whole.holds, "{found:?}");
    // With eight all the time five more of 1 GB are held for 6 h less 2 h 5 min, in whole 5 min: 47 of them. The five that come
    // later are initialised at the lower rate, 1 s each; those of the beginning are there.
    let rate = |text| Usd::from_decimal(text).unwrap().dollars();
    let saved = rate("0.0000041667") * 5.0 * 47.0 * 300.0 - rate("0.0000097222") * 5.0;
    let difference = whole.constant_cost_usd.unwrap().dollars() - whole.cost_usd.unwrap().dollars();
    assert!((difference - saved).abs() < 1e-9, "{difference} is not {saved}");
    let shown = text(&schedule::document(&found), OPTIONS);
    assert!(shown.contains("meets api.cold_start_rate < 1% for 1h in every part of the day"), "{shown}");
    assert!(shown.contains("than with 8 all the time"), "{shown}");
    assert!(shown.contains("         - {at: \"cron(55 1 * * ? *)\", min: 8, max: 8}"), "{shown}");
    assert!(shown.contains("The run is shorter than a day"), "{shown}");
}

#[test]
fn what_is_answered_can_be_written_into_the_scenario() {
    let found = asked(&three_and_eight(""), &["api.cold_start_rate < 1% for 1h"], 3_600).unwrap();
    let setting = found.whole.unwrap().setting;
    let scenario = three_and_eight(&format!(", provisioned_concurrency: {setting}"));
    assert_eq!(
        template(&scenario, Vec::new()).scenario().functions[0].provisioned.as_ref().unwrap().most(),
        8
    );
}

/// Allocation takes ten minutes here; what the scenario says of it is kept, and capacity is asked for so much earlier.
#[test]
fn slow_allocation_is_asked_for_earlier() {
    let scenario = three_and_eight(", provisioned_concurrency: {min: 1, allocation_delay: 10m}");
    let found = asked(&scenario, &["api.cold_start_rate < 1% for 1h"], 3_600).unwrap();
    let whole = found.whole.unwrap();
    assert!(whole.holds, "{whole:?}");
    assert!(
        whole.setting.starts_with("{min: 3, allocation_delay: 10m, max: 8, schedule: [{at: \"cron(45 1 "),
        "{whole:?}"
    );
}

/// A part of the day in which no capacity helps: half of the requests fail.
#[test]
fn where_no_capacity_is_enough_there_is_no_schedule() {
    let scenario = "start: 2026-11-23T00:00:00Z
functions: {api: {init: 1s, duration: 100ms, errors: 50%}}
account: {concurrency: 110}
traffic: [{to: api, arrivals: even, rate: 0.1/s, for: 2h}]
";
    let found = asked(scenario, &["api.error_rate < 1% for 1h"], 3_600).unwrap();
    assert!(found.whole.is_none() && found.slots.iter().all(|slot| slot.needs.is_none()), "{found:?}");
    let shown = text(&schedule::document(&found), OPTIONS);
    assert!(shown.contains("No schedule meets api.error_rate < 1% for 1h"), "{shown}");
    assert!(shown.contains("No capacity up to 10 is enough from 00:00, 01:00"), "{shown}");
}

/// One call a second keeps one environment warm: one cold start in two hours.
#[test]
fn where_none_is_needed_no_schedule_is_proposed() {
    let scenario = "start: 2026-11-23T00:00:00Z
functions: {api: {init: 1s, duration: 100ms, max_age: never}}
traffic: [{to: api, arrivals: even, rate: 1/s, for: 2h}]
";
    let found = asked(scenario, &["api.cold_start_rate < 1% for 1h"], 3_600).unwrap();
    let shown = text(&schedule::document(&found), OPTIONS);
    assert!(shown.contains("None is needed: api.cold_start_rate < 1% for 1h"), "{shown}");
    assert!(!shown.contains("Write into the scenario"), "{shown}");
}

#[test]
fn what_has_no_parts_of_a_day_is_refused() {
    let scenario = three_and_eight("");
    let until = ["api.cold_start_rate < 1% for 1h"];
    assert!(refused(&scenario, &until, 3_599).contains("parts of a day must be equal"));
    assert!(refused(&scenario, &["api.cold_start_rate < 1%"], 3_600).contains("without `for`"));
    assert!(refused(&scenario, &[], 3_600).contains("there is no condition"));
    let late = scenario.replace("T00:00:00Z", "T00:10:00Z");
    assert!(refused(&late, &until, 3_600).contains("where a part of the day begins"));
    let short = scenario.replace("6h", "30m").replace("2h", "10m");
    assert!(refused(&short, &until, 3_600).contains("shorter than a part of the day"));
}

/// Five at once from two to four, and nobody else: AWS begins with one at least, and a scheduled action takes it away.
#[test]
fn a_part_without_requests_needs_nothing_from_the_beginning_on() {
    let busy: String = (0..5)
        .map(|index| {
            format!("  - {{name: b{index}, to: api, arrivals: even, rate: 0.5/s, at: 2h, for: 2h}}\n")
        })
        .collect();
    let scenario = format!(
        "start: 2026-11-23T00:00:00Z
horizon: 6h
functions:
  api: {{memory: 1024MB, init: 1s, duration: 100ms, keep_alive: 500ms, max_age: never}}
  clock: {{init: 0ms, duration: 1ms}}
traffic:
{busy}  - {{to: clock, arrivals: even, rate: 1/min, for: 6h}}
"
    );
    let found = asked(&scenario, &["api.cold_start_rate < 1% for 1h"], 3_600).unwrap();
    let needs: Vec<u64> = found.slots.iter().map(|slot| slot.needs.unwrap()).collect();
    assert_eq!(needs, [0, 0, 5, 5, 0, 0]);
    let whole = found.whole.unwrap();
    assert!(whole.holds, "{whole:?}");
    assert_eq!(
        whole.setting,
        "{min: 1, max: 5, schedule: [{at: \"cron(0 0 * * ? *)\", min: 0, max: 0}, \
         {at: \"cron(55 1 * * ? *)\", min: 5, max: 5}, {at: \"cron(0 4 * * ? *)\", min: 0, max: 0}]}"
    );
}
