//! The JSON report: the serialisation of the model, indented, in the order of its fields.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// A report, or an answer made of many runs, as indented JSON that ends with a newline.
///
/// # Errors
/// When a number has no JSON form, which the model never contains.
pub fn render(report: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    report.serialize(&mut Serializer::with_formatter(&mut bytes, Layout::default()))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// A line per key, but arrays in one line: a series of 3,600 points is one line, not 3,600.
#[derive(Default)]
struct Layout {
    depth: usize,
    filled: bool,
}

impl Layout {
    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.filled {
            self.new_line(writer)?;
        }
        self.filled = true;
        writer.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.new_line(writer)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_json_report_is_json_in_the_order_of_the_contract() {
        for report in [sample::empty(), sample::hello(), sample::busy()] {
            let text = render(&report).unwrap();
            let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
            let keys: Vec<_> = tree.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys[..6], ["schema_version", "tool", "scenario", "platform", "region", "seed"]);
            assert!(text.ends_with("}\n"));
        }
    }

    #[test]
    fn a_series_takes_one_line_and_money_keeps_every_digit() {
        let mut report = sample::hello();
        report.cost.total = crate::units::Usd::from_units(1);
        let text = render(&report).unwrap();
        assert!(text.contains("\n  \"cost\": {"));
        assert!(text.contains("\"total\": 0.00000000000000000000000001,"));
        assert!(text.lines().any(|line| line.contains("\"requests\": [20, 20,")));
    }
}
