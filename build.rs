//! Collects the scenarios that come with coldstart into the binary, so that none can be forgotten.

use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo names the folder of the package");
    let folder = Path::new(&root).join("scenarios");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            entry.ok()?.file_name().into_string().ok()?.strip_suffix(".yaml").map(str::to_owned)
        })
        .collect();
    names.sort();
    let mut code = "const EXAMPLES: &[(&str, &str)] = &[\n".to_owned();
    for name in names {
        let file = folder.join(format!("{name}.yaml"));
        code.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.display().to_string()));
    }
    code.push_str("];\n");
    let target = Path::new(&env::var("OUT_DIR").expect("cargo names the output folder")).join("examples.rs");
    fs::write(target, code).expect("the output folder is writable");
}
