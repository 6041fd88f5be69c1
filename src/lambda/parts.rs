//! Versions and aliases of the functions of a cell, in one row of indices behind the functions.

use crate::scenario::model::{Alias, FunctionId, Qualifier, Scenario, Version};

use super::cell::Cell;

/// Which part of a function an attempt or invocation belongs to, besides the function as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// Index of the version, among functions and their parts.
    pub version: Option<u32>,
    /// Index of the alias through which it was called, likewise.
    pub alias: Option<u32>,
    /// On what.
    pub provision: Provision,
}

/// On what an invocation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provision {
    /// An environment on demand; its qualifier has no provisioned concurrency.
    OnDemand,
    /// An environment of the provisioned concurrency.
    Provisioned,
    /// An environment on demand, because the provisioned concurrency could not take it.
    Spilled,
}

impl Served {
    /// `$LATEST`, called by the function's bare name.
    pub const WHOLE: Self = Self { version: None, alias: None, provision: Provision::OnDemand };

    /// Both, as far as there are any.
    pub fn parts(self) -> impl Iterator<Item = u32> {
        [self.version, self.alias].into_iter().flatten()
    }
}

/// A version or alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Index of its function within the cell.
    pub function: u32,
    /// Which one of the function.
    pub qualifier: Qualifier,
}

/// All versions of a cell, then all its aliases, each by function and in the order of the file. Their indices go on behind
/// those of the functions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    functions: u32,
    behind: Vec<Part>,
    versions: u32,
}

impl Parts {
    /// Those of `cell`.
    pub fn of(scenario: &Scenario, cell: &Cell) -> Self {
        let versions = |id: FunctionId| scenario.functions[id.0 as usize].versions.len();
        let aliases = |id: FunctionId| scenario.functions[id.0 as usize].aliases.len();
        let list = |count: &dyn Fn(FunctionId) -> usize, qualifier: fn(usize) -> Qualifier| -> Vec<Part> {
            let numbered = cell.functions.iter().enumerate();
            let of = |(function, id): (usize, &FunctionId)| {
                (0..count(*id))
                    .map(move |index| Part { function: function as u32, qualifier: qualifier(index) })
            };
            numbered.flat_map(of).collect()
        };
        let mut behind = list(&versions, Qualifier::Version);
        let versions = behind.len() as u32;
        behind.extend(list(&aliases, Qualifier::Alias));
        Self { functions: cell.functions.len() as u32, behind, versions }
    }

    /// Functions of the cell: the first index of a part.
    pub fn functions(&self) -> u32 {
        self.functions
    }

    /// Functions and versions: what has environments of its own.
    pub fn places(&self) -> u32 {
        self.functions + self.versions
    }

    /// Functions, versions and aliases.
    pub fn count(&self) -> usize {
        self.functions as usize + self.behind.len()
    }

    /// The part with this index; `None` is a function.
    pub fn part(&self, index: u32) -> Option<Part> {
        self.behind.get(index.checked_sub(self.functions)? as usize).copied()
    }

    /// The function of whatever has this index.
    pub fn function_of(&self, index: u32) -> u32 {
        self.part(index).map_or(index, |part| part.function)
    }

    /// Every part with its index.
    pub fn all(&self) -> impl Iterator<Item = (u32, Part)> {
        (self.functions..).zip(self.behind.iter().copied())
    }

    /// The index of a part.
    ///
    /// # Panics
    /// When the function has no such part.
    pub fn index(&self, function: u32, qualifier: Qualifier) -> u32 {
        let wanted = Part { function, qualifier };
        let place = self.behind.iter().position(|part| *part == wanted).expect("qualifiers were resolved");
        self.functions + place as u32
    }

    /// The name behind the colon.
    pub fn name<'s>(&self, part: Part, scenario: &'s Scenario, cell: &Cell) -> &'s str {
        let function = &scenario.functions[cell.functions[part.function as usize].0 as usize];
        match part.qualifier {
            Qualifier::Version(index) => &function.versions[index].name,
            Qualifier::Alias(index) => &function.aliases[index].name,
        }
    }
}

impl Part {
    /// The version, if it is one.
    pub fn version<'s>(&self, scenario: &'s Scenario, cell: &Cell) -> Option<&'s Version> {
        let function = &scenario.functions[cell.functions[self.function as usize].0 as usize];
        match self.qualifier {
            Qualifier::Version(index) => Some(&function.versions[index]),
            Qualifier::Alias(_) => None,
        }
    }

    /// The alias, if it is one.
    pub fn alias<'s>(&self, scenario: &'s Scenario, cell: &Cell) -> Option<&'s Alias> {
        let function = &scenario.functions[cell.functions[self.function as usize].0 as usize];
        match self.qualifier {
            Qualifier::Version(_) => None,
            Qualifier::Alias(index) => Some(&function.aliases[index]),
        }
    }
}
