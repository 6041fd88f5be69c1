//! Layers: what AWS accepts (F 1.1, 1.8).

use std::collections::BTreeMap;

use crate::platform::PackageType;
use crate::scenario::tree::Place;
use crate::units::Bytes;

use super::cursor::Cursor;

/// Most layers of a function.
const MOST: usize = 5;

/// Reports what AWS would reject about the layers of a function, alone and together with its package.
pub(super) fn check(function: &Cursor<'_>, package: Option<PackageType>, limit: Bytes) {
    let Some(list) = function.find("layers") else { return };
    let mut taken: BTreeMap<&str, Place> = BTreeMap::new();
    let mut sum = 0_u64;
    for layer in list.items() {
        let size = layer.find("unzipped").and_then(|key| key.bytes()).map_or(0, Bytes::count);
        sum = sum.saturating_add(size);
        let Some(key) = layer.find("name") else { continue };
        let Some(name) = key.text() else { continue };
        if let Some(earlier) = taken.insert(name, key.node.place) {
            let problem = key.problem(format!("the layer `{name}` stands here twice"));
            let problem = problem.other(earlier, "first here");
            key.report(problem.aws_rejects("two versions of one layer cannot be referenced"));
        }
    }
    let count = list.node.items().len();
    if count > MOST {
        let problem = list.problem(format!("a function has at most {MOST} layers; found {count}"));
        list.report(problem.aws_says("Cannot reference more than 5 layers."));
    }
    if package == Some(PackageType::Image) && count > 0 {
        let problem = list.problem("a container image has no layers");
        list.report(problem.aws_rejects("layers are not used with container images"));
        return;
    }
    let unzipped = function.find("package").and_then(|block| block.find("unzipped"));
    let unzipped = unzipped.and_then(|key| key.bytes());
    let together = sum.saturating_add(unzipped.map_or(0, Bytes::count));
    // A package that is too large alone has been reported there.
    if sum > 0 && together > limit.count() && unzipped.is_none_or(|unzipped| unzipped <= limit) {
        let message =
            format!("package and layers are {} unzipped; the limit is {limit}", Bytes::new(together));
        let words = format!("Unzipped size must be smaller than {} bytes", limit.count());
        let hint = "the way around is to fetch the rest into /tmp at Init: tmp: {download: …}";
        list.report(list.problem(message).hint(hint).aws_says(&words));
    }
}
