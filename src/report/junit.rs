//! Thresholds as JUnit test cases, for dashboards of continuous integration.

use std::fmt::Write as _;

use super::markup::escape;
use super::model::{Report, ThresholdResult};
use super::verdict;

/// One test case per threshold. A threshold that is not strict cannot fail; it is reported as skipped.
pub fn render(report: &Report) -> String {
    let failures = report.thresholds.iter().filter(|one| one.strict && !one.passed).count();
    let skipped = report.thresholds.iter().filter(|one| !one.strict && !one.passed).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"",
        report.thresholds.len()
    );
    let name = escape(&report.scenario.name);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"coldstart\" {counts}>\n  \
         <testsuite name=\"{name}\" {counts}>\n    <properties>\n"
    );
    for (property, value) in [
        ("platform", report.platform.clone()),
        ("region", report.region.clone()),
        ("seed", report.seed.to_string()),
        ("digest", report.digest.clone()),
    ] {
        let _ = writeln!(text, "      <property name=\"{property}\" value=\"{}\"/>", escape(&value));
    }
    text.push_str("    </properties>\n");
    for one in &report.thresholds {
        case(&mut text, &name, one);
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn case(text: &mut String, suite: &str, one: &ThresholdResult) {
    let name = escape(&format!("{} {}", one.metric, one.expression));
    let _ = write!(text, "    <testcase classname=\"{suite}\" name=\"{name}\"");
    if one.passed {
        text.push_str("/>\n");
        return;
    }
    let message = escape(&format!("{} {}: {}", one.metric, one.expression, verdict::measured(one)));
    let element = if one.strict { "failure" } else { "skipped" };
    let _ = write!(text, ">\n      <{element} message=\"{message}\"/>\n    </testcase>\n");
}
