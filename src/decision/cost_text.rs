//! The answer of `cost` as text.

use crate::report::model::Report;
use crate::report::text::{TextOptions, paragraph, render_cost};

use super::cost_answers::{CostAnswers, Told, range, scatter};
use super::cost_range::CostRange;

/// The cost of `report`, the answers, and the range of uncertain inputs.
pub fn render(
    report: &Report,
    answers: &CostAnswers,
    uncertain: Option<&CostRange>,
    options: TextOptions,
) -> String {
    let mut text = render_cost(report, options);
    let columns = options.columns.clamp(80, 100);
    let mut add = |(label, sentences): Told| {
        for (index, sentence) in sentences.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            text.push_str(&paragraph(&format!(" {label:<11} "), sentence, columns));
        }
    };
    answers.told().into_iter().for_each(&mut add);
    report.replications.as_ref().map(scatter).into_iter().for_each(&mut add);
    if let Some(uncertain) = uncertain {
        let (label, mut sentences) = range(uncertain);
        sentences.extend(uncertain.details());
        add((label, sentences));
    }
    text
}
