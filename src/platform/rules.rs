//! Every rule of behaviour with its number, provenance, source, switch and default: what the verb `assumptions` lists.

use std::fmt;

use super::profile::Profile;
use super::quotas::Quota;
use super::rule_list::RULES;
use super::rule_list_from_80::RULES_FROM_80;

/// How a rule is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// AWS documents it.
    Documented,
    /// Recorded from the real service.
    Recorded,
    /// Measured by a third party.
    Measured,
    /// A choice of this project, because nobody documents it.
    Ours,
}

impl fmt::Display for Provenance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Documented => "documented",
            Self::Recorded => "recorded",
            Self::Measured => "measured",
            Self::Ours => "ours",
        })
    }
}

/// A rule of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `S16`.
    pub number: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What the simulator does.
    pub text: &'static str,
    /// How it is known; several where parts differ.
    pub provenance: &'static [Provenance],
    /// Where it stands, or what speaks for it.
    pub source: &'static str,
    /// Key path of the switch or knob that changes it.
    pub switch: Option<&'static str>,
    /// What holds unless the switch says otherwise, with quotas by name in braces.
    default: &'static str,
    /// It is part of the program already.
    pub built: bool,
}

impl Rule {
    pub(super) const fn new(
        number: &'static str,
        title: &'static str,
        provenance: &'static [Provenance],
        text: &'static str,
    ) -> Self {
        Self { number, title, text, provenance, source: "", switch: None, default: "", built: true }
    }

    pub(super) const fn source(self, source: &'static str) -> Self {
        Self { source, ..self }
    }

    pub(super) const fn switch(self, path: &'static str, default: &'static str) -> Self {
        Self { switch: Some(path), default, ..self }
    }

    pub(super) const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// AWS does not say so itself: the rule is measured or ours, and a report that depends on it names it.
    pub fn is_assumption(&self) -> bool {
        self.provenance.iter().any(|known| matches!(known, Provenance::Measured | Provenance::Ours))
    }

    /// What holds in `profile` unless the switch says otherwise; empty where there is nothing to choose.
    pub fn default_in(&self, profile: &Profile) -> String {
        let mut text = String::new();
        for (place, part) in self.default.split(['{', '}']).enumerate() {
            match place % 2 {
                0 => text.push_str(part),
                _ => text.push_str(&profile.quota(part).map_or_else(|| "none".to_owned(), Quota::spelt)),
            }
        }
        text
    }
}

/// All rules, in the order of their numbers.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(RULES_FROM_80)
}

/// The rule with this number.
pub fn rule(number: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.number == number)
}

/// A quota that differs between two profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaChange {
    /// `memory_maximum`.
    pub name: &'static str,
    /// Its row in the one profile; `None` where it is not in force.
    pub before: Option<&'static Quota>,
    /// Its row in the other.
    pub after: Option<&'static Quota>,
}

/// A rule whose default differs between two profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChange {
    /// The rule.
    pub rule: &'static Rule,
    /// Its default in the one profile.
    pub before: String,
    /// Its default in the other.
    pub after: String,
}

/// What differs between two profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileDifference {
    /// Quotas, in the order of the table.
    pub quotas: Vec<QuotaChange>,
    /// Rules, in the order of their numbers.
    pub rules: Vec<RuleChange>,
}

impl ProfileDifference {
    /// What is different in `after`.
    pub fn between(before: &Profile, after: &Profile) -> Self {
        let mut quotas: Vec<QuotaChange> = Vec::new();
        for row in super::all_quotas() {
            let change = QuotaChange {
                name: &row.name,
                before: in_force(before, &row.name),
                after: in_force(after, &row.name),
            };
            let same = change.before.map(Quota::spelt) == change.after.map(Quota::spelt);
            if !same && !quotas.contains(&change) {
                quotas.push(change);
            }
        }
        let rules = rules().filter_map(|rule| {
            let change = RuleChange { rule, before: rule.default_in(before), after: rule.default_in(after) };
            (change.before != change.after).then_some(change)
        });
        Self { quotas, rules: rules.collect() }
    }

    /// The profiles agree.
    pub fn is_empty(&self) -> bool {
        self.quotas.is_empty() && self.rules.is_empty()
    }
}

fn in_force(profile: &Profile, name: &str) -> Option<&'static Quota> {
    profile.quotas().into_iter().find(|quota| quota.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [&str; 86] = [
        "S1", "S2", "S3", "S4", "S10", "S11", "S12", "S13", "S13a", "S13b", "S14", "S15", "S16", "S17",
        "S18", "S18a", "S19", "S20", "S21", "S22", "S23", "S24", "S25", "S26", "S27", "S28", "S29", "S30",
        "S31", "S32", "S33", "S34", "S35", "S40", "S41", "S42", "S43", "S44", "S45", "S46", "S47", "S48",
        "S49", "S50", "S51", "S52", "S53", "S54", "S55", "S56", "S57", "S58", "S59", "S60", "S61", "S62",
        "S63", "S64", "S65", "S66", "S67", "S68", "S69", "S70", "S71", "S72", "S80", "S81", "S82", "S83",
        "S84", "S86", "S87", "S88", "S89", "S90", "S91", "S94", "S95", "S100", "S101", "S102", "S103",
        "S104", "S107", "S108",
    ];

    fn profile(name: &str) -> Profile {
        Profile::by_name(name).unwrap()
    }

    #[test]
    fn every_rule_of_the_contract_is_listed_once_in_order() {
        let listed: Vec<&str> = rules().map(|rule| rule.number).collect();
        assert_eq!(listed, NUMBERS);
    }

    #[test]
    fn every_rule_says_how_it_is_known() {
        for rule in rules() {
            assert!(!rule.provenance.is_empty() && rule.text.ends_with('.'), "{}", rule.number);
            assert!(rule.is_assumption() || rule.source.len() > 10, "{} is documented nowhere", rule.number);
            assert!(
                rule.switch.is_none() || !rule.default.is_empty(),
                "{}: a switch without default",
                rule.number
            );
        }
    }

    #[test]
    fn every_quota_that_a_rule_names_exists() {
        for rule in rules() {
            for (place, part) in rule.default.split(['{', '}']).enumerate() {
                assert!(
                    place % 2 == 0 || Profile::current().quota(part).is_some(),
                    "{}: {part}",
                    rule.number
                );
            }
        }
    }

    #[test]
    fn july_and_august_2025_differ_only_in_who_pays_for_init() {
        let difference =
            ProfileDifference::between(&profile("aws-lambda/2025-07"), &profile("aws-lambda/2025-08"));
        let names: Vec<_> = difference.quotas.iter().map(|change| change.name).collect();
        assert_eq!(names, ["init_billing"]);
        let numbers: Vec<_> = difference.rules.iter().map(|change| change.rule.number).collect();
        assert_eq!(numbers, ["S60"]);
        let same = ProfileDifference::between(&Profile::current(), &Profile::current());
        assert!(same.is_empty());
    }

    #[test]
    fn a_rule_shows_the_quota_of_the_profile_it_is_read_in() {
        let memory = rule("S23").unwrap();
        assert!(memory.default_in(&Profile::current()).contains("10,240 MB"));
        assert!(memory.default_in(&profile("aws-lambda/2019")).contains("3,008 MB"));
    }
}
