//! Points of a sweep in a folder: a file for each, written whole or not at all, and one that says which sweep they belong to.
//!
//! Several processes may write into one folder; each point has a file of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::staged::{begin, cannot_write, make_readable};
use super::status::Failure;
use coldstart::experiment::Tally;

const PLAN: &str = "sweep.json";

/// A folder of results.
pub(super) struct Results {
    folder: PathBuf,
    plan: SweepFile,
}

/// Which sweep the points of a folder belong to.
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct SweepFile {
    /// A hash of the scenario, the values, the metrics, the replications and the version.
    sweep: String,
    points: usize,
}

/// A point.
#[derive(Serialize, Deserialize)]
struct PointFile {
    sweep: String,
    point: usize,
    tally: Tally,
}

impl Results {
    /// Opens `folder` for the sweep `identity`, and makes it if it is not there.
    pub(super) fn open(folder: &Path, identity: &str, points: usize) -> Result<Self, Failure> {
        if folder.exists() && !folder.is_dir() {
            return Err(Failure::usage(format!(
                "error: --results {}: is a file, not a folder",
                folder.display()
            )));
        }
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
        let results = Self::of(folder, identity, points);
        if folder.join(PLAN).exists() {
            results.check("--results")?;
        } else {
            results.write(PLAN, &results.plan)?;
        }
        Ok(results)
    }

    /// A folder whose points are only read.
    pub(super) fn existing(folder: &Path, identity: &str, points: usize) -> Result<Self, Failure> {
        let results = Self::of(folder, identity, points);
        results.check("--merge")?;
        Ok(results)
    }

    fn of(folder: &Path, identity: &str, points: usize) -> Self {
        Self { folder: folder.to_owned(), plan: SweepFile { sweep: identity.to_owned(), points } }
    }

    /// Whether the points in the folder are of this sweep.
    fn check(&self, flag: &str) -> Result<(), Failure> {
        let path = self.folder.join(PLAN);
        let text = fs::read_to_string(&path)
            .map_err(|error| Failure::usage(format!("error: {flag} {}: {error}", path.display())))?;
        match serde_json::from_str::<SweepFile>(&text) {
            Ok(plan) if plan == self.plan => Ok(()),
            Ok(_) => Err(Failure::usage(format!(
                "error: {flag} {}: the results in this folder are of another sweep\nThe scenario, the values, the \
                 replications or the version of coldstart were different. Take another folder, or remove this one.",
                self.folder.display()
            ))),
            Err(error) => Err(Failure::usage(format!("error: {flag} {}: {error}", path.display()))),
        }
    }

    /// The points that are there.
    pub(super) fn points(&self) -> Result<BTreeMap<usize, Tally>, Failure> {
        let mut found = BTreeMap::new();
        for point in 0..self.plan.points {
            let path = self.folder.join(name(point));
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let file: PointFile = serde_json::from_str(&text).map_err(|error| {
                Failure::usage(format!(
                    "error: {}: {error}\nRemove the file to simulate the point again.",
                    path.display()
                ))
            })?;
            if file.sweep != self.plan.sweep || file.point != point {
                return Err(Failure::usage(format!(
                    "error: {}: is a point of another sweep",
                    path.display()
                )));
            }
            found.insert(point, file.tally);
        }
        Ok(found)
    }

    /// Keeps a point.
    pub(super) fn keep(&self, point: usize, tally: &Tally) -> Result<(), Failure> {
        let file = PointFile { sweep: self.plan.sweep.clone(), point, tally: tally.clone() };
        self.write(&name(point), &file)
    }

    /// Under another name first, so that no reader meets half of it.
    fn write(&self, name: &str, content: &impl Serialize) -> Result<(), Failure> {
        let target = self.folder.join(name);
        let text = serde_json::to_string(content).map_err(|error| Failure::internal(error.to_string()))?;
        let mut file = begin(&target)?;
        file.write_all(format!("{text}\n").as_bytes())
            .and_then(|()| make_readable(&file))
            .map_err(|error| cannot_write(&target, &error))?;
        file.persist(&target).map(drop).map_err(|error| cannot_write(&target, &error.error))
    }
}

fn name(point: usize) -> String {
    format!("point-{point:06}.json")
}
