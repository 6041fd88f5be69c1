//! Where did everything end? From who it was offered to, on the left, to its fate, on the right.

use super::canvas::{Anchor, BELOW_TITLE, Canvas, HEIGHT, TEXT, css, text_width};
use super::frame::Colour;
use crate::report::figures::{percent, shortened, thousands};
use crate::report::model::{OwnerFates, Report};

/// Owners that are drawn by themselves.
const DRAWN: usize = 8;
const LEFT: f64 = 640.0;
const RIGHT: f64 = 1_240.0;
const BAR: f64 = 36.0;
const GAP: f64 = 22.0;
/// From one line of text to the next.
const LINE: f64 = TEXT * 1.2;
/// What is so small is drawn that high.
const LEAST: f64 = 2.0;
/// Points of a band.
const POINTS: usize = 24;

/// Something with a height: an owner or a fate.
struct Node {
    top: f64,
    height: f64,
    /// How much of its height has bands already.
    used: f64,
}

pub(super) fn picture(report: &Report) -> String {
    let owners = drawn(&report.fates);
    let offered: u64 = owners.iter().map(|owner| owner.offered).sum();
    let mut sums = OwnerFates::default();
    for owner in &owners {
        sums.absorb(owner);
    }
    let fates: Vec<(usize, &str, u64)> =
        sums.parts().into_iter().enumerate().map(|(place, (name, count))| (place, name, count)).collect();
    let fates: Vec<_> = fates.into_iter().filter(|(_, _, count)| *count > 0).collect();
    let lines = owners.len().max(fates.len()) as f64;
    let height = HEIGHT.max(BELOW_TITLE + 60.0 + lines * LINE);
    let mut canvas = Canvas::new("Where everything ended", height);
    if offered == 0 {
        canvas.text(1_000.0, height / 2.0, Anchor::Middle, "nothing was offered");
        return canvas.svg();
    }
    let room = height - BELOW_TITLE - 70.0;
    let scale = (room - GAP * (lines - 1.0)) / offered as f64;
    let mut left = stacked(owners.iter().map(|owner| owner.offered), scale, room);
    let mut right = stacked(fates.iter().map(|(_, _, count)| *count), scale, room);
    for (owner, from) in owners.iter().zip(&mut left) {
        for ((place, _, _), to) in fates.iter().zip(&mut right) {
            let count = owner.parts()[*place].1;
            if count > 0 {
                let thickness = count as f64 * scale;
                let (start, end) = (from.top + from.used, to.top + to.used);
                (from.used, to.used) = (from.used + thickness, to.used + thickness);
                canvas.band(&band(start, end, thickness.max(LEAST)), &colour(*place));
            }
        }
    }
    for node in &left {
        canvas.rectangle((LEFT - BAR, node.top), (BAR, node.height.max(LEAST)), "#555555");
    }
    for ((place, _, _), node) in fates.iter().zip(&right) {
        canvas.rectangle((RIGHT, node.top), (BAR, node.height.max(LEAST)), &colour(*place));
    }
    for (owner, y) in owners.iter().zip(lines_of_text(&left)) {
        let count = thousands(owner.offered);
        let fit = ((LEFT - BAR - 60.0 - text_width(&count, TEXT)) / (0.53 * TEXT)) as usize;
        let label = format!("{}  {count}", shortened(&owner.owner, fit.max(6)));
        canvas.text(LEFT - BAR - 20.0, y, Anchor::End, &label);
    }
    for ((_, name, count), y) in fates.iter().zip(lines_of_text(&right)) {
        let share = percent(*count as f64 / offered as f64);
        canvas.text(
            RIGHT + BAR + 20.0,
            y,
            Anchor::Start,
            &format!("{name}  {} ({share})", thousands(*count)),
        );
    }
    canvas.svg()
}

/// The owners with the most, and the rest as one, in the order of the report.
fn drawn(all: &[OwnerFates]) -> Vec<OwnerFates> {
    if all.len() <= DRAWN {
        return all.to_vec();
    }
    let mut least: Vec<u64> = all.iter().map(|owner| owner.offered).collect();
    least.sort_unstable_by(|one, other| other.cmp(one));
    let mut room = DRAWN - 1;
    let mut rest = OwnerFates { owner: "others".to_owned(), ..OwnerFates::default() };
    let mut drawn = Vec::new();
    for owner in all {
        if room > 0 && owner.offered >= least[DRAWN - 2] && owner.kind != "others" {
            drawn.push(owner.clone());
            room -= 1;
        } else {
            rest.absorb(owner);
        }
    }
    drawn.push(rest);
    drawn
}

/// Nodes from top to bottom, in the middle of the room.
fn stacked(counts: impl Iterator<Item = u64> + Clone, scale: f64, room: f64) -> Vec<Node> {
    let total: f64 = counts.clone().map(|count| count as f64 * scale).sum();
    let gaps = GAP * (counts.clone().count() as f64 - 1.0);
    let mut top = BELOW_TITLE + (room - total - gaps) / 2.0;
    counts
        .map(|count| {
            let node = Node { top, height: count as f64 * scale, used: 0.0 };
            top += node.height + GAP;
            node
        })
        .collect()
}

/// Where the text beside each node stands: at its middle, but never on the line before.
fn lines_of_text(nodes: &[Node]) -> Vec<f64> {
    let mut before = f64::NEG_INFINITY;
    let mut lines: Vec<f64> = nodes
        .iter()
        .map(|node| {
            before = (node.top + node.height / 2.0 + TEXT * 0.35).max(before + LINE);
            before
        })
        .collect();
    // What has been pushed down too far moves up, and pushes in turn.
    let mut after = nodes.last().map_or(0.0, |node| (node.top + node.height).max(before - 2.0 * LINE) + LINE);
    for line in lines.iter_mut().rev() {
        *line = line.min(after);
        after = *line - LINE;
    }
    lines
}

/// The outline of a band that leaves at `start`, arrives at `end` and is level at both.
fn band(start: f64, end: f64, thickness: f64) -> Vec<(f64, f64)> {
    let along = |place: usize| place as f64 / (POINTS - 1) as f64;
    let point = |place: usize, below: f64| {
        let share = along(place);
        let height = start + (end - start) * share * share * (3.0 - 2.0 * share);
        (LEFT + (RIGHT - LEFT) * share, height + below)
    };
    let upper = (0..POINTS).map(|place| point(place, 0.0));
    upper.chain((0..POINTS).rev().map(|place| point(place, thickness))).collect()
}

/// Of a fate, by its place in the ledger.
fn colour(place: usize) -> String {
    match place {
        0 => css(Colour(2)),
        1 => css(Colour::VERMILION),
        2 => css(Colour::PINK),
        3 => css(Colour(4)),
        4 => css(Colour::BLACK),
        5 => css(Colour(5)),
        _ => "#999999".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_text_never_lie_on_each_other() {
        let node = |top: f64| Node { top, height: 3.0, used: 0.0 };
        let lines = lines_of_text(&[node(100.0), node(110.0), node(900.0), node(905.0)]);
        assert!(lines.windows(2).all(|pair| pair[1] - pair[0] >= LINE - 1e-9), "{lines:?}");
    }

    #[test]
    fn owners_beyond_the_greatest_are_one() {
        let owner = |offered: u64| OwnerFates { offered, succeeded: offered, ..OwnerFates::default() };
        let drawn = drawn(&(1..=20).map(owner).collect::<Vec<_>>());
        assert_eq!(drawn.len(), DRAWN);
        assert_eq!(drawn.iter().map(|owner| owner.offered).sum::<u64>(), 210);
        assert_eq!(drawn[0].offered, 14);
    }
}
