//! Eigenvalues of symmetric tridiagonal matrices, with two chosen combinations of their eigenvectors.

/// A symmetric tridiagonal matrix and two row vectors; diagonalising turns the rows into their products with
/// the eigenvectors.
pub(super) struct Tridiagonal {
    /// The diagonal; afterwards the eigenvalues, in no particular order.
    pub(super) diagonal: Vec<f64>,
    /// Beside the diagonal: element i couples i and i + 1; the last is unused.
    pub(super) beside: Vec<f64>,
    /// Two numbers for each column.
    pub(super) rows: Vec<[f64; 2]>,
}

/// A rotation in the plane of two neighbouring columns.
#[derive(Clone, Copy)]
struct Rotation {
    sine: f64,
    cosine: f64,
}

impl Tridiagonal {
    /// Implicit QL with Wilkinson's shift: Press et al., Numerical Recipes, 11.3 (`tqli`), which needs O(n²) steps
    /// when only a few rows of the eigenvectors are wanted.
    pub(super) fn diagonalise(&mut self) {
        let size = self.diagonal.len();
        for first in 0..size {
            loop {
                let last = self.end_of_block(first);
                if last == first {
                    break;
                }
                self.sweep(first, last);
            }
        }
    }

    /// The end of the block that begins at `first`: the coupling behind it has vanished.
    fn end_of_block(&self, first: usize) -> usize {
        (first..self.diagonal.len() - 1)
            .find(|i| {
                let scale = self.diagonal[*i].abs() + self.diagonal[i + 1].abs();
                self.beside[*i].abs() <= f64::EPSILON * scale
            })
            .unwrap_or(self.diagonal.len() - 1)
    }

    fn sweep(&mut self, first: usize, last: usize) {
        let shift = (self.diagonal[first + 1] - self.diagonal[first]) / (2.0 * self.beside[first]);
        let length = shift.hypot_one();
        let mut bulge = self.diagonal[last] - self.diagonal[first]
            + self.beside[first] / (shift + length.copysign(shift));
        let mut turn = Rotation { sine: 1.0, cosine: 1.0 };
        let mut carried = 0.0;
        for i in (first..last).rev() {
            let pushed = turn.sine * self.beside[i];
            let kept = turn.cosine * self.beside[i];
            let radius = (pushed * pushed + bulge * bulge).sqrt();
            self.beside[i + 1] = radius;
            if radius == 0.0 {
                // The block falls apart here: undo what is half done and look again.
                self.diagonal[i + 1] -= carried;
                self.beside[last] = 0.0;
                return;
            }
            turn = Rotation { sine: pushed / radius, cosine: bulge / radius };
            let reduced = self.diagonal[i + 1] - carried;
            let mixed = (self.diagonal[i] - reduced) * turn.sine + 2.0 * turn.cosine * kept;
            carried = turn.sine * mixed;
            self.diagonal[i + 1] = reduced + carried;
            bulge = turn.cosine * mixed - kept;
            self.rotate_rows(i, turn);
        }
        self.diagonal[first] -= carried;
        self.beside[first] = bulge;
        self.beside[last] = 0.0;
    }

    fn rotate_rows(&mut self, i: usize, turn: Rotation) {
        for row in 0..2 {
            let (here, next) = (self.rows[i][row], self.rows[i + 1][row]);
            self.rows[i + 1][row] = turn.sine * here + turn.cosine * next;
            self.rows[i][row] = turn.cosine * here - turn.sine * next;
        }
    }
}

/// √(1 + x²).
trait HypotOne {
    fn hypot_one(self) -> f64;
}

impl HypotOne for f64 {
    fn hypot_one(self) -> f64 {
        (1.0 + self * self).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::math;

    /// The path graph: eigenvalues 2 cos(kπ/(n + 1)).
    #[test]
    fn a_chain_has_its_known_eigenvalues_and_keeps_the_length_of_rows() {
        let size = 12;
        let mut rows = vec![[0.0, 1.0]; size];
        rows[size - 1][0] = 1.0;
        let mut matrix = Tridiagonal { diagonal: vec![0.0; size], beside: vec![1.0; size], rows };
        matrix.diagonalise();
        matrix.diagonal.sort_by(f64::total_cmp);
        for (k, found) in matrix.diagonal.iter().rev().enumerate() {
            let wanted = 2.0 * math::cos((k as f64 + 1.0) * std::f64::consts::PI / 13.0);
            assert!((found - wanted).abs() < 1e-14, "{found} is not {wanted}");
        }
        let squares = |row: usize| matrix.rows.iter().map(|pair| pair[row] * pair[row]).sum::<f64>();
        assert!((squares(0) - 1.0).abs() < 1e-14 && (squares(1) - 12.0).abs() < 1e-12);
    }
}
