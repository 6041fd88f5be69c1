//! The points of a sweep: every combination of the values of its fields, the last field changing fastest.

use crate::scenario::plan::{Axis, Change};

/// All combinations.
#[derive(Clone, Debug)]
pub struct Grid {
    axes: Vec<Axis>,
}

/// More points are a slip.
pub const MOST_POINTS: usize = 100_000;

impl Grid {
    /// Of these fields.
    pub fn new(axes: Vec<Axis>) -> Self {
        Self { axes }
    }

    /// Its fields.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Number of points; `None` beyond `MOST_POINTS`.
    pub fn points(&self) -> Option<usize> {
        let product =
            self.axes.iter().try_fold(1_usize, |product, axis| product.checked_mul(axis.values.len()));
        product.filter(|points| *points <= MOST_POINTS)
    }

    /// Which value each field has at a point.
    pub fn places(&self, point: usize) -> Vec<usize> {
        let mut rest = point;
        let mut places: Vec<usize> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let place = rest % axis.values.len();
                rest /= axis.values.len();
                place
            })
            .collect();
        places.reverse();
        places
    }

    /// What a point changes.
    pub fn changes(&self, point: usize) -> Vec<Change> {
        self.places(point)
            .into_iter()
            .zip(&self.axes)
            .map(|(place, axis)| axis.values[place].clone())
            .collect()
    }

    /// The values of a point as they are written.
    pub fn labels(&self, point: usize) -> Vec<String> {
        self.changes(point).iter().map(Change::value).collect()
    }
}

/// Part `number` of `of` of a sweep: every `of`-th point, so that all parts take about as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Whether a point belongs to it.
    pub fn has(self, point: usize) -> bool {
        point % self.of == self.number - 1
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no part of a sweep, e.g. 3/64");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let (number, of) =
            (number.trim().parse().map_err(|_| wrong())?, of.trim().parse().map_err(|_| wrong())?);
        if number == 0 || number > of {
            return Err(format!("`{text}` is no part of a sweep: parts are counted from 1 to {of}"));
        }
        Ok(Self { number, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let axis = |path: &str, values: &[&str]| Axis {
            path: path.to_owned(),
            values: values.iter().map(|value| Change::new(path, value)).collect(),
        };
        Grid::new(vec![axis("a", &["1", "2"]), axis("b", &["x", "y", "z"])])
    }

    #[test]
    fn the_last_field_changes_fastest() {
        let grid = grid();
        assert_eq!(grid.points(), Some(6));
        let labels: Vec<String> = (0..6).map(|point| grid.labels(point).concat()).collect();
        assert_eq!(labels, ["1x", "1y", "1z", "2x", "2y", "2z"]);
    }

    #[test]
    fn every_point_belongs_to_one_shard() {
        for of in 1..9 {
            for point in 0..50 {
                assert_eq!((1..=of).filter(|number| Shard { number: *number, of }.has(point)).count(), 1);
            }
        }
        assert_eq!("3/64".parse(), Ok(Shard { number: 3, of: 64 }));
        for wrong in ["0/4", "5/4", "3", "a/b", "-1/4"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
