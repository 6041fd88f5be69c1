//! Fates by owner: who offered what, and where it ended.

use crate::observe::FateCounts;
use crate::scenario::model::Scenario;

use super::build::Observed;
use super::model::OwnerFates;

/// Owners that are named; of more, those with the most.
const NAMED: usize = 20;

/// Functions, queues and streams that anything was offered to, in the order of the file.
pub(super) fn build(scenario: &Scenario, observed: &Observed) -> Vec<OwnerFates> {
    let functions = observed.functions(scenario);
    let functions = functions.iter().map(|one| (&one.config.name, "function", &one.statistics.fates));
    let queues = observed.queues();
    let queues = queues.iter().map(|(id, queue, _)| (&scenario.queues[*id].name, "queue", &queue.fates));
    let streams = observed.streams();
    let streams = streams.iter().map(|(id, stream)| (&scenario.streams[*id].name, "stream", &stream.fates));
    let pushes = observed.push_sources();
    let pushes = pushes.iter().map(|(id, source)| {
        let config = &scenario.push_sources[*id];
        (&config.name, config.kind.name(), &source.fates)
    });
    let all = functions.chain(queues).chain(streams).chain(pushes).filter(|(_, _, fates)| fates.offered > 0);
    foremost(all.map(|(name, kind, fates)| of_owner(name, kind, fates)).collect())
}

fn of_owner(name: &str, kind: &'static str, fates: &FateCounts) -> OwnerFates {
    OwnerFates {
        owner: name.to_owned(),
        kind,
        offered: fates.offered,
        succeeded: fates.succeeded,
        throttled: fates.throttled,
        failed: fates.failed(),
        dead_lettered: fates.dead_lettered,
        dropped: fates.dropped,
        expired: fates.expired,
        unfinished: fates.offered - fates.closed(),
    }
}

fn foremost(owners: Vec<OwnerFates>) -> Vec<OwnerFates> {
    if owners.len() <= NAMED {
        return owners;
    }
    let mut ranked: Vec<(usize, OwnerFates)> = owners.into_iter().enumerate().collect();
    // Stable: of equals those that come first in the file are named.
    ranked.sort_by_key(|(_, owner)| std::cmp::Reverse(owner.offered));
    let mut others = OwnerFates { owner: "others".to_owned(), kind: "others", ..OwnerFates::default() };
    ranked.drain(NAMED..).for_each(|(_, owner)| others.absorb(&owner));
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, owner)| owner).chain([others]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_owners_the_greatest_are_named_and_nothing_is_lost() {
        let owner = |place: u64| OwnerFates {
            owner: format!("f{place}"),
            offered: place,
            succeeded: place,
            ..OwnerFates::default()
        };
        let owners = foremost((0..50).map(owner).collect());
        assert_eq!((owners.len(), owners[0].owner.as_str()), (NAMED + 1, "f30"));
        assert_eq!(owners.iter().map(|owner| owner.offered).sum::<u64>(), (0..50_u64).sum::<u64>());
        assert_eq!(owners[NAMED].succeeded, (0..30_u64).sum::<u64>());
    }
}
