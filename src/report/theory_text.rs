//! Closed forms beside what was simulated, as text.

mod cold;
mod forms;
mod spelling;
mod subject;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use self::forms::{Comparison, Finding};
use self::spelling::{significant, wrapped};
use self::subject::{Kind, Subject};
use crate::report::model::Report;
use crate::scenario::model::Scenario;

/// For each function the closed forms that apply, with formula, inputs, prediction, simulation and difference, and
/// why the others do not apply. Plain text of at most 100 columns.
///
/// A difference is no error: a simulation of finite length scatters, and where a form is approximate it says so.
pub fn render(scenario: &Scenario, report: &Report) -> String {
    let mut text = String::new();
    for (index, function) in scenario.functions.iter().enumerate() {
        let Some(results) = report.functions.get(&function.name) else { continue };
        let subject = Subject::new(scenario, index, results, report.simulated_s);
        if !text.is_empty() {
            text.push('\n');
        }
        section(&mut text, &function.name, &forms::all(&subject));
    }
    text
}

fn section(text: &mut String, name: &str, findings: &[Finding]) {
    put(text, format_args!("{name}\n"));
    put(
        text,
        format_args!(
            "  {:<20} {:<24} {:>13} {:>13} {:>12}\n",
            "form", "quantity", "predicted", "simulated", "difference"
        ),
    );
    let mut before: Option<&Comparison> = None;
    for finding in findings {
        let Finding::Compared(comparison) = finding else { continue };
        row(text, comparison, before);
        before = Some(comparison);
    }
    let silent: Vec<_> = findings
        .iter()
        .filter_map(|finding| match finding {
            Finding::Silent { form, why } => Some((form, why)),
            Finding::Compared(_) => None,
        })
        .collect();
    if !silent.is_empty() {
        text.push_str("  does not apply:\n");
    }
    for (form, why) in silent {
        text.push_str(&wrapped(&format!("{form}: {why}"), "    "));
    }
}

/// The formula and the inputs are told once for rows that share them.
fn row(text: &mut String, comparison: &Comparison, before: Option<&Comparison>) {
    let simulated = comparison.simulated.map_or_else(|| "-".to_owned(), significant);
    put(
        text,
        format_args!(
            "  {:<20} {:<24} {:>13} {:>13} {:>12}\n",
            comparison.form,
            comparison.quantity,
            significant(comparison.predicted),
            simulated,
            difference(comparison)
        ),
    );
    let same_inputs =
        before.is_some_and(|before| before.form == comparison.form && before.inputs == comparison.inputs);
    let same = same_inputs && before.is_some_and(|before| before.formula == comparison.formula);
    if same {
        return;
    }
    let explained = if same_inputs {
        comparison.formula.to_owned()
    } else {
        format!("{}; {}", comparison.formula, comparison.inputs)
    };
    text.push_str(&wrapped(&explained, "      "));
}

/// In per cent of the prediction; where that is no measure any more, the bare difference.
fn difference(comparison: &Comparison) -> String {
    let Some(simulated) = comparison.simulated else { return "-".to_owned() };
    let bare = simulated - comparison.predicted;
    let relative = bare / comparison.predicted;
    if bare == 0.0 || relative.abs() < 10.0 {
        format!("{:+.2} %", if bare == 0.0 { 0.0 } else { relative * 100.0 })
    } else {
        format!("{}{}", if bare > 0.0 { "+" } else { "" }, significant(bare))
    }
}

/// Writing to a string cannot fail.
fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(what);
}

impl Kind<'_> {
    /// What kind it is, to explain why a form does not apply.
    fn name(&self) -> &str {
        match self {
            Kind::Poisson(_) => "they are Poisson",
            Kind::Even(_) => "they are evenly spaced",
            Kind::Renewal(_) => "gaps are drawn one by one",
            Kind::OnOff { .. } => "they are switched on and off",
            Kind::Other(why) => why,
        }
    }
}
