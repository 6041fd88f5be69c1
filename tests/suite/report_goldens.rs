//! What people and machines read of hand-made reports. `UPDATE_GOLDENS=1 cargo test` writes them anew.

use std::fs;
use std::path::Path;

use coldstart::report::text::{self, Detail, TextOptions};
use coldstart::report::{csv, junit, markdown, sample};

/// Compares with `tests/golden/NAME`, or writes it when asked to.
fn compare(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(expected == actual, "{name} differs; UPDATE_GOLDENS=1 writes it anew. Now:\n{actual}");
}

const PLAIN: TextOptions = TextOptions { detail: Detail::Full, colour: false, columns: 96 };

#[test]
fn the_summary_reads_as_before() {
    compare("text/hello.txt", &text::render(&sample::hello(), PLAIN));
    compare("text/busy.txt", &text::render(&sample::busy(), PLAIN));
    compare("text/busy-80-columns.txt", &text::render(&sample::busy(), TextOptions { columns: 80, ..PLAIN }));
    compare(
        "text/busy-compact.txt",
        &text::render(&sample::busy(), TextOptions { detail: Detail::Compact, ..PLAIN }),
    );
    compare("text/many.txt", &text::render(&sample::many(), PLAIN));
    compare("text/uncalled.txt", &text::render(&sample::uncalled(), PLAIN));
    compare("text/quiet.txt", &text::render_thresholds(&sample::busy(), PLAIN));
}

#[test]
fn no_line_of_the_summary_is_wider_than_the_terminal() {
    for report in [sample::hello(), sample::busy(), sample::many(), sample::empty(), sample::single()] {
        for columns in [80, 100] {
            for line in text::render(&report, TextOptions { columns, ..PLAIN }).lines() {
                assert!(line.chars().count() <= columns, "{} columns: {line}", line.chars().count());
                assert_eq!(line, line.trim_end(), "a line ends with a space");
            }
        }
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    let coloured = text::render(&sample::busy(), TextOptions { colour: true, ..PLAIN });
    assert!(coloured.contains("\u{1b}["));
    let plain = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(plain, text::render(&sample::busy(), PLAIN));
}

#[test]
fn what_goes_into_pull_requests_and_dashboards_reads_as_before() {
    for (name, report) in [("hello", sample::hello()), ("busy", sample::busy())] {
        compare(&format!("markdown/{name}.md"), &markdown::render(&report));
        compare(&format!("junit/{name}.xml"), &junit::render(&report));
        for (file, content) in csv::render(&report) {
            // A row per interval says nothing new after the first dozen.
            let beginning: Vec<_> = content.lines().take(12).collect();
            compare(&format!("csv/{name}-{file}"), &format!("{}\n", beginning.join("\n")));
        }
    }
}
