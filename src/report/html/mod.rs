//! One self-contained page: no network, no scripts, the same bytes for the same report.

mod functions;
mod money;
mod parts;
mod replicated;
mod surroundings;
mod table;

use super::figures::{dollars, percent, seconds, thousands};
use super::markup::escape;
use super::model::{Ledger, Report};
use super::{plots, verdict};
use table::{Column, Table};

/// The style of every page.
pub(super) const STYLE: &str = include_str!("page.css");

/// The page.
pub fn render(report: &Report) -> String {
    let name = escape(&report.scenario.name);
    let parts = [
        heading(report),
        thresholds(report),
        key_figures(report),
        replicated::render(report),
        notes(report),
        functions::render(report),
        parts::render(report),
        pictures(report),
        surroundings::render(report),
        money::render(report),
        ledger(&report.ledger),
        assumptions(report),
        footer(report),
    ];
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name} – coldstart</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
        parts.concat()
    )
}

/// A titled card; nothing when it has no content.
fn section(title: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<section>\n<h2>{}</h2>\n{content}</section>\n", escape(title))
}

fn heading(report: &Report) -> String {
    let identity = [
        report.platform.clone(),
        report.region.clone(),
        format!("seed {}", report.seed),
        format!("simulated {}", seconds(report.simulated_s)),
        format!("{} {}", report.tool.name, report.tool.version),
    ];
    let identity: String = identity.iter().map(|part| format!("<span>{}</span>", escape(part))).collect();
    format!("<h1>{}</h1>\n<p class=\"identity\">{identity}</p>\n", escape(&report.scenario.name))
}

fn thresholds(report: &Report) -> String {
    let items: String = report
        .thresholds
        .iter()
        .map(|one| {
            let (mark, class) = match (one.passed, one.strict) {
                (true, _) => ("✓", "good"),
                (false, true) => ("✗", "bad"),
                (false, false) => ("!", "remark"),
            };
            format!(
                "<li><span class=\"{class}\">{mark} {}</span> <code>{} {}</code> <b>{}</b></li>\n",
                verdict::outcome(one),
                escape(&one.metric),
                escape(&one.expression),
                escape(&verdict::measured(one))
            )
        })
        .collect();
    let content = if items.is_empty() { items } else { format!("<ul class=\"verdicts\">\n{items}</ul>\n") };
    section("Thresholds", &content)
}

fn key_figures(report: &Report) -> String {
    let ledger = &report.ledger;
    let share = |count: u64| {
        if ledger.offered == 0 { "–".to_owned() } else { percent(count as f64 / ledger.offered as f64) }
    };
    let cold: u64 = report.functions.values().map(|function| function.cold_starts).sum();
    let mut figures = vec![
        ("offered", thousands(ledger.offered)),
        ("succeeded", share(ledger.succeeded)),
        ("throttled for good", share(ledger.throttled)),
        ("failed or lost", share(ledger.failed + ledger.dead_lettered + ledger.dropped + ledger.expired)),
        ("cold starts", thousands(cold)),
    ];
    if report.cost.priced {
        figures.push(("this run", dollars(report.cost.total)));
        figures.extend(report.cost.monthly.map(|monthly| ("a month", dollars(monthly))));
    }
    let figures: String = figures
        .iter()
        .map(|(name, value)| format!("<div class=\"figure\"><b>{value}</b><span>{name}</span></div>\n"))
        .collect();
    format!("<div class=\"figures\">\n{figures}</div>\n")
}

fn notes(report: &Report) -> String {
    if report.caveats.is_empty() {
        return String::new();
    }
    let items: String =
        report.caveats.iter().map(|caveat| format!("<li>{}</li>\n", escape(&caveat.text))).collect();
    format!("<section class=\"notes\">\n<h2>Notes</h2>\n<ul>\n{items}</ul>\n</section>\n")
}

fn pictures(report: &Report) -> String {
    let figures: String =
        plots::render(report).iter().map(|plot| format!("<figure>\n{}</figure>\n", plot.svg)).collect();
    format!("<div class=\"plots\">\n{figures}</div>\n")
}

fn ledger(ledger: &Ledger) -> String {
    let terms = [
        ("succeeded", ledger.succeeded),
        ("throttled", ledger.throttled),
        ("failed", ledger.failed),
        ("in a dead-letter queue or destination", ledger.dead_lettered),
        ("dropped", ledger.dropped),
        ("expired", ledger.expired),
        ("unfinished", ledger.unfinished),
    ];
    let terms: Vec<_> = terms.iter().map(|(fate, count)| format!("{} {fate}", thousands(*count))).collect();
    let verdict = if ledger.balanced {
        "<span class=\"good\">✓ adds up</span>"
    } else {
        "<span class=\"bad\">✗ does not add up</span>"
    };
    let mut content = format!(
        "<p class=\"sum\"><b>{} offered</b> = {} &nbsp; {verdict}</p>\n",
        thousands(ledger.offered),
        terms.join(" + ")
    );
    if ledger.failed > 0 {
        let causes = ledger.failed_by_cause;
        content.push_str(&format!(
            "<p class=\"soft\">{} failed = {} function errors + {} timed out + {} out of memory + {} client timeouts + {} \
             rejected + {} gateway timeouts + {} errors of the service</p>\n",
            thousands(ledger.failed),
            thousands(causes.function_error),
            thousands(causes.timed_out),
            thousands(causes.out_of_memory),
            thousands(causes.client_timeout),
            thousands(causes.rejected),
            thousands(causes.gateway_timeout),
            thousands(causes.service_error)
        ));
    }
    section("Ledger", &content)
}

fn assumptions(report: &Report) -> String {
    let columns = [
        ("Assumption", Column::Text),
        ("Value", Column::Prose),
        ("Known from", Column::Text),
        ("Rule", Column::Text),
    ];
    let mut table = Table::new(&columns);
    for one in &report.assumptions {
        table.row(vec![one.name.into(), one.value.clone().into(), one.provenance.into(), one.rule.into()]);
    }
    section("Assumed", &table.render())
}

fn footer(report: &Report) -> String {
    format!(
        "<footer>scenario sha256 <code>{}</code><br>digest of the run <code>{}</code></footer>\n",
        escape(&report.scenario.sha256),
        escape(&report.digest)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_page_needs_no_network_and_no_script() {
        for report in [sample::empty(), sample::hello(), sample::busy(), sample::many()] {
            let page = render(&report);
            let without_namespace = page.replace("http://www.w3.org/2000/svg", "");
            for outside in ["http:", "https:", "src=", "href=", "<script", "@import", "url("] {
                assert!(!without_namespace.contains(outside), "{outside}");
            }
        }
    }

    #[test]
    fn names_from_the_scenario_cannot_become_markup() {
        let mut report = sample::busy();
        let evil = "<img src=x onerror=alert(1)>\"&'".to_owned();
        report.scenario.name.clone_from(&evil);
        report.functions.insert(evil.clone(), report.functions["checkout"].clone());
        report.time_series.functions.insert(evil.clone(), report.time_series.functions["checkout"].clone());
        report.queues.insert(evil.clone(), report.queues["receipts-dlq"].clone());
        report.clients.insert(evil.clone(), report.clients["web"].clone());
        report.caveats[0].text.clone_from(&evil);
        report.thresholds[0].metric.clone_from(&evil);
        report.cost.lines[0].function = Some(evil.clone());
        report.assumptions[0].value = evil;
        assert!(!render(&report).contains("<img"));
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        assert_eq!(render(&sample::busy()), render(&sample::busy()));
    }
}
