//! The command line: one file per verb. Only here are files, the terminal and exit statuses.

mod arguments;
mod assumptions;
mod compare;
mod completions;
mod cost;
mod deliver;
mod examples;
mod experiment;
mod explain;
mod flags;
mod init;
mod interrupt;
mod logs;
mod outputs;
mod progress;
mod renderings;
mod results;
mod run;
mod scenario;
mod schema;
mod simulate;
mod size;
mod staged;
mod status;
mod sweep;
mod terminal;
mod theory;
mod tune;
mod validate;

use std::process::ExitCode;

use arguments::{Arguments, Verb};
use status::{Failure, Status, guarded};

/// Reads the command line, does what the verb says and answers with the exit status of the contract.
pub fn main() -> ExitCode {
    let arguments = Arguments::of_the_command_line();
    interrupt::install();
    let outcome = guarded(|| perform(&arguments)).unwrap_or_else(|failure| {
        terminal::complain_loudly(&failure.message, arguments.flags.no_color);
        failure.status
    });
    outcome.into()
}

fn perform(arguments: &Arguments) -> Result<Status, Failure> {
    let flags = &arguments.flags;
    let verb = &arguments.verb;
    if !matches!(verb, Verb::Cost(_)) && !verb.makes_a_report() {
        flags.refuse_outputs(verb.name())?;
    }
    if verb.answers() {
        deliver::refuse(flags, verb.name())?;
    }
    if !verb.makes_many_runs() {
        experiment::refuse_replications(flags, verb.name())?;
    }
    match verb {
        Verb::Run(source) => run::run(source, flags),
        Verb::Report(source) => run::report(source, flags),
        Verb::Plot(source) => run::plot(source, flags),
        Verb::Validate(validate) => validate::validate(validate, flags),
        Verb::Schema => schema::schema(),
        Verb::Explain(explain) => explain::explain(explain, flags),
        Verb::Logs(logs) => logs::logs(logs, flags),
        Verb::Theory(source) => theory::theory(source, flags),
        Verb::Assumptions(assumptions) => assumptions::assumptions(assumptions, flags),
        Verb::Init(init) => init::init(init, flags),
        Verb::Examples(examples) => examples::examples(examples),
        Verb::Completions(completions) => completions::completions(completions),
        Verb::Cost(cost) => cost::cost(cost, flags),
        Verb::Sweep(sweep) => sweep::sweep(sweep, flags),
        Verb::Compare(compare) => compare::compare(compare, flags),
        Verb::Tune(tune) => tune::tune(tune, flags),
        Verb::Size(size) => size::size(size, flags),
        Verb::Import(_) | Verb::Replay(_) | Verb::Fit(_) => {
            Err(Failure::not_built(&format!("coldstart {}", verb.name())))
        }
    }
}
