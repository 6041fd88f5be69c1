//! Versions that set their own memory size or architecture: that of the function does not change them.

use crate::experiment::sweep::Sweep;
use crate::scenario::model::{Function, Qualifier, Scenario, Traffic};

/// What to remark where some requests of the function go to such versions.
///
/// # Errors
/// Where all of its traffic does: every size would show the same.
pub(super) fn with_sizes_of_their_own(sweep: &Sweep<'_>, function: usize) -> Result<Option<String>, String> {
    let (first, last) = (sweep.scenario(0), sweep.scenario(sweep.points() - 1));
    let (one, other) = (&first.functions[function], &last.functions[function]);
    // What is varied must reach a version in each of its fields.
    let fields: [(bool, Field); 2] = [
        (one.memory != other.memory, |function| function.memory.to_string()),
        (one.arch != other.arch, |function| function.arch.to_string()),
    ];
    let is_fixed = |version: usize| {
        let (one, other) = (&one.versions[version].config, &other.versions[version].config);
        fields.iter().any(|(is_varied, field)| *is_varied && field(one) == field(other))
    };
    if fields.iter().all(|(is_varied, _)| !is_varied) || one.versions.is_empty() {
        return Ok(None);
    }
    let name = &one.name;
    let named: Vec<String> = (0..one.versions.len())
        .filter(|version| is_fixed(*version))
        .map(|version| format!("`{}`", one.versions[version].name))
        .collect();
    let named = named.join(", ");
    let sources = sources(&first, function);
    let fixed = sources
        .iter()
        .filter(|source| versions(one, source).into_iter().all(is_fixed) && source.qualifier.is_some());
    match fixed.count() {
        0 => Ok(None),
        count if count == sources.len() => Err(format!(
            "all traffic of `{name}` goes to versions that set their own size ({named}), so that of the function changes nothing; leave \
             `memory` and `arch` out of these versions, or sweep theirs: coldstart sweep SCENARIO --over \
             \"functions.{name}.versions.VERSION.memory=512MB, 1024MB\""
        )),
        _ => Ok(Some(format!(
            "{name}: some traffic goes to versions that set their own size ({named}); it is the same in every row."
        ))),
    }
}

/// A field of a function, in words.
type Field = fn(&Function) -> String;

/// The traffic of a function.
fn sources(scenario: &Scenario, function: usize) -> Vec<&Traffic> {
    let is_of = |source: &&Traffic| source.function().is_some_and(|id| id.0 as usize == function);
    scenario.traffic.iter().filter(is_of).collect()
}

/// The versions that serve a source; none where it is `$LATEST`.
fn versions(function: &Function, source: &Traffic) -> Vec<usize> {
    match source.qualifier {
        None => Vec::new(),
        Some(Qualifier::Version(version)) => vec![version],
        Some(Qualifier::Alias(alias)) => {
            let alias = &function.aliases[alias];
            alias.version.into_iter().chain(alias.additional.map(|(version, _)| version)).collect()
        }
    }
}
