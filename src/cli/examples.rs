//! `examples`: the scenarios that come with coldstart, each with the question it answers.

use clap::Args;

use super::status::{Failure, Status};
use super::terminal;

#[derive(Args, Debug)]
pub(super) struct ExamplesArguments {
    /// Print this one; without it all are listed
    name: Option<String>,
}

// Name and text of every file in `scenarios/`, collected by the build script.
include!(concat!(env!("OUT_DIR"), "/examples.rs"));

pub(super) fn examples(arguments: &ExamplesArguments) -> Result<Status, Failure> {
    let Some(name) = &arguments.name else {
        terminal::print(&list())?;
        return Ok(Status::Fine);
    };
    let wanted = name.strip_suffix(".yaml").unwrap_or(name);
    let Some((_, text)) = EXAMPLES.iter().find(|(known, _)| *known == wanted) else {
        return Err(Failure::usage(format!("error: there is no example `{name}`\n\n{}", list())));
    };
    terminal::print(text)?;
    Ok(Status::Fine)
}

fn list() -> String {
    let widest = EXAMPLES.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = "Examples (coldstart examples NAME > scenario.yaml):\n".to_owned();
    for (name, scenario) in EXAMPLES {
        text.push_str(&format!("  {name:<widest$}  {}\n", question(scenario)));
    }
    text
}

/// The first sentence of the comment that opens the scenario.
fn question(scenario: &str) -> String {
    let opening: Vec<_> = scenario
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .map(str::trim)
        .skip_while(|line| line.is_empty())
        .collect();
    let comment = opening.split(|line| line.is_empty()).next().unwrap_or_default().join(" ");
    match comment.find('?') {
        Some(end) => comment[..=end].to_owned(),
        None => comment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_is_the_first_sentence_of_the_opening_comment() {
        let scenario = "# What breaks when\n# traffic jumps? 9,000 are throttled.\nname: spike\n";
        assert_eq!(question(scenario), "What breaks when traffic jumps?");
        assert_eq!(question("name: silent\n"), "");
    }
}
