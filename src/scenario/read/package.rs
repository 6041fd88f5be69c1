//! `package:` of a function: sizes as AWS limits them (F 1.1).

use crate::platform::{Arch, PackageType, Profile};
use crate::units::Bytes;

use super::cold_start::Package;
use super::cursor::Cursor;

/// How the code of a zip file comes to Lambda.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Upload {
    Direct,
    S3,
    Inline,
}

pub(super) fn read(block: &Cursor<'_>, arch: Arch, profile: &Profile) -> Option<Package> {
    let kind = block
        .find("type")
        .and_then(|key| key.choice(&[("zip", PackageType::Zip), ("image", PackageType::Image)]));
    let size = block.find("size").and_then(|key| key.bytes());
    let unzipped = block.find("unzipped").and_then(|key| Some((key.bytes()?, key)));
    let cached = block.find("cached").and_then(|key| key.boolean());
    let upload = block.find("upload").and_then(|key| {
        key.choice(&[("direct", Upload::Direct), ("s3", Upload::S3), ("inline", Upload::Inline)])
    });
    let (kind, size, cached, upload) = (kind?, size?, cached?, upload?);
    match kind {
        PackageType::Zip => {
            check_zip(block, size, upload, profile);
            if let (false, Some(key)) = (cached, block.find("cached")) {
                key.report(
                    key.problem("`cached` is about the blocks of a container image").hint("type: image"),
                );
            }
        }
        PackageType::Image => {}
    }
    let (limit, checked): (Bytes, Option<(Bytes, Cursor<'_>)>) = match kind {
        PackageType::Zip => (profile.unzipped_maximum, unzipped),
        PackageType::Image => {
            (profile.image_maximum, unzipped.or_else(|| block.find("size").map(|key| (size, key))))
        }
    };
    if let Some((_, key)) = checked.filter(|(unzipped, _)| *unzipped > limit) {
        let problem =
            key.problem(format!("`{}` must be at most {limit}; found {}", key.name(), key.node.described()));
        let problem = match kind {
            PackageType::Zip => {
                problem.aws_says(&format!("Unzipped size must be smaller than {} bytes", limit.count()))
            }
            PackageType::Image => {
                problem.aws_rejects("a container image has at most 10 GB uncompressed, all layers included")
            }
        };
        key.report(problem);
    }
    Some(Package { arch, kind, size, cached })
}

/// A zip file is at most as large as its way to Lambda allows.
fn check_zip(block: &Cursor<'_>, size: Bytes, upload: Upload, profile: &Profile) {
    let Some(key) = block.find("size") else { return };
    let refuse = |limit: Bytes, how: &str, reason: &str, hint: &str| {
        if size > limit {
            let message = format!("{how} has at most {limit}; found {}", key.node.described());
            key.report(key.problem(message).hint(hint).aws_rejects(reason));
        }
    };
    match upload {
        Upload::Direct => refuse(
            profile.zip_upload_maximum,
            "a zip file that is uploaded directly",
            "RequestEntityTooLargeException, a direct upload has at most 50 MB (52428800 bytes)",
            "a larger one goes through S3: package: {upload: s3}",
        ),
        Upload::Inline => refuse(
            profile.inline_code_maximum,
            "inline code",
            "ZipFile of a template has at most 4096 KB",
            "package: {upload: direct}",
        ),
        Upload::S3 => {}
    }
}
