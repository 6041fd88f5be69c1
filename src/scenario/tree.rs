//! YAML text as a tree whose every node knows where it stands.
//!
//! Scalars keep their text: what `30s` or `lognormal(p50=90ms, p99=1s)` means is for the reader of the key to
//! say, who then knows the column of each part.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

/// Largest scenario file in bytes. A scenario is written by hand; what is larger belongs into a trace file.
pub const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;

/// Where a text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The scenario file.
    File,
    /// A command-line flag, by its position among the flags that change the scenario.
    Flag(u32),
    /// Filled in: a default.
    Default,
}

/// A stretch of a source, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The text that is meant.
    pub source: Source,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Place {
    /// The place of a value that nobody wrote.
    pub const DEFAULT: Self = Self { source: Source::Default, start: 0, end: 0 };

    /// Whether `other` lies in `self`.
    pub fn contains(self, other: Self) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// A value of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where it stands; of a map or list, from its first to its last item.
    pub place: Place,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// Text, number or boolean, as written.
    Scalar(Scalar),
    /// `[…]` or lines with dashes.
    List(Vec<Node>),
    /// `{…}` or lines with colons.
    Map(Vec<Entry>),
}

/// A scalar as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text without quotes.
    pub text: String,
    /// Where the text begins inside the node's place; `None` when it is not there character for character.
    pub offset: Option<u32>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub key_place: Place,
    /// The value.
    pub node: Node,
}

/// Text that is not YAML (or more of it than anybody needs), with the byte where that was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// How it could be put right.
    pub hint: Option<String>,
    /// Where it was noticed.
    pub place: Option<Place>,
}

impl Node {
    /// A scalar that was filled in.
    pub fn filled(text: impl Into<String>) -> Self {
        let scalar = Scalar { text: text.into(), offset: None };
        Self { value: Value::Scalar(scalar), place: Place::DEFAULT }
    }

    /// An empty map that was filled in.
    pub fn empty_map() -> Self {
        Self { value: Value::Map(Vec::new()), place: Place::DEFAULT }
    }

    /// The value under `key`, if this is a map that has it.
    pub fn find(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The entries, if this is a map; else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Null | Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// The entries, if this is a map.
    pub fn entries_mut(&mut self) -> Option<&mut Vec<Entry>> {
        match &mut self.value {
            Value::Map(entries) => Some(entries),
            Value::Null | Value::Scalar(_) | Value::List(_) => None,
        }
    }

    /// The items, if this is a list; else none.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Null | Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The text, if this is a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Whether nothing stands here.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The place of bytes `start..end` of a scalar's text.
    pub fn part(&self, start: usize, end: usize) -> Place {
        match &self.value {
            Value::Scalar(Scalar { offset: Some(offset), .. }) => {
                let base = self.place.start + offset;
                Place { start: base + start as u32, end: base + end as u32, ..self.place }
            }
            _ => self.place,
        }
    }

    /// What stands here, in a few words, for messages.
    pub fn described(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Scalar(scalar) => format!("`{}`", abridged(&scalar.text)),
            Value::List(items) => format!("a list of {}", items.len()),
            Value::Map(_) => "a map".to_owned(),
        }
    }
}

/// At most sixty characters on one line.
pub fn abridged(text: &str) -> String {
    let line = text.trim().replace(['\n', '\r', '\t'], " ");
    if line.chars().count() <= 60 {
        return line;
    }
    line.chars().take(59).chain(['…']).collect()
}

/// Reads `text` into a tree.
///
/// # Errors
/// When it is too large, binary, empty, not YAML, or nests or repeats itself beyond all measure.
pub fn parse(text: &str, source: Source) -> Result<Node, SyntaxError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(plain_error(
            format!("the file has {} bytes; a scenario has at most {MAX_FILE_BYTES}", text.len()),
            Some("requests by the million belong into a trace file: arrivals: trace(file.csv)"),
        ));
    }
    if let Some(at) = text.find('\0') {
        let place = Place { source, start: at as u32, end: at as u32 + 1 };
        let message = "this is a binary file, not YAML text".to_owned();
        return Err(SyntaxError { message, hint: None, place: Some(place) });
    }
    let spanned: Spanned<Raw> =
        serde_yaml::from_str_with_options(text, options()).map_err(|error| describe(&error, text, source))?;
    let node = Builder { text, source }.node(spanned);
    if node.is_null() && source == Source::File {
        return Err(plain_error(
            "the file is empty".to_owned(),
            Some("`coldstart init` writes a scenario to start from"),
        ));
    }
    Ok(node)
}

fn plain_error(message: String, hint: Option<&str>) -> SyntaxError {
    SyntaxError { message, hint: hint.map(str::to_owned), place: None }
}

/// YAML 1.2 with budgets for a file of [`MAX_FILE_BYTES`]; duplicate keys are let through and reported by the reader,
/// who can point at both.
fn options() -> serde_yaml::Options {
    let budget = serde_yaml::budget!(max_nodes: 2_000_000, max_events: 6_000_000, max_recorded_anchor_events: 200_000, max_depth: 64);
    serde_yaml::options!(
        budget: budget,
        strict_booleans: true,
        with_snippet: false,
        duplicate_keys: serde_yaml::DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: serde_yaml::options::NonFiniteFloatPolicy::PassThrough
    )
}

fn describe(error: &serde_yaml::Error, text: &str, source: Source) -> SyntaxError {
    let error = match error.without_snippet() {
        serde_yaml::Error::AliasError { error, .. } => error.as_ref(),
        other => other,
    };
    let place = error
        .location()
        .filter(|location| location.line() > 0)
        .map(|location| place_of_point(location, text, source));
    let (message, hint) = match error.without_snippet() {
        serde_yaml::Error::Budget { .. }
        | serde_yaml::Error::AliasReplayLimitExceeded { .. }
        | serde_yaml::Error::AliasExpansionLimitExceeded { .. }
        | serde_yaml::Error::AliasReplayStackDepthExceeded { .. } => (
            "this nests or repeats itself beyond all measure".to_owned(),
            "anchors and depth have limits, so that no file can exhaust the memory",
        ),
        serde_yaml::Error::MultipleDocuments { .. } => (
            "a second YAML document begins here".to_owned(),
            "one file is one scenario; variants of it can be made with --set",
        ),
        serde_yaml::Error::NullIntoString { .. } => {
            ("a key must be text".to_owned(), "quote it if it is meant: \"null\"")
        }
        other => syntax_message(&other.to_string()),
    };
    SyntaxError { message, hint: (!hint.is_empty()).then(|| hint.to_owned()), place }
}

/// The parser's own words without their position (the caret shows it), and what usually is behind them.
fn syntax_message(said: &str) -> (String, &'static str) {
    let said = said.rsplit_once(" at line ").map_or(said, |(message, _)| message);
    let said =
        said.split_once(": ").filter(|(first, _)| first.starts_with("line ")).map_or(said, |(_, rest)| rest);
    let hint = if said.contains("recursion limit") {
        return ("this nests deeper than any scenario".to_owned(), "");
    } else if said.contains("mapping values are not allowed") {
        "a value that contains `: ` must be quoted; or this line is indented deeper than the one above, which has a value already"
    } else if said.contains("illegal placement of ':'") || said.contains("flow") {
        "is a bracket or brace left open above?"
    } else if said.contains("tabs") {
        "YAML is indented with blanks, never with tabs"
    } else if said.contains("block mapping") || said.contains("indent") {
        "keys of one block stand in one column; check the indentation"
    } else if said.contains("unknown anchor") {
        "`*name` repeats what `&name` marked above; quote the value if the asterisk is meant"
    } else if said.contains("character: `@'")
        || said.contains("character: `%'")
        || said.contains("character: ``'")
    {
        "quote a value that begins with this character"
    } else {
        ""
    };
    (format!("this is not YAML: {said}"), hint)
}

/// The place of one character, from a line and column.
fn place_of_point(location: Location, text: &str, source: Source) -> Place {
    let line_start = text
        .split_inclusive('\n')
        .take(location.line().saturating_sub(1) as usize)
        .map(str::len)
        .sum::<usize>();
    let line = text[line_start..].lines().next().unwrap_or("");
    let column = location.column().saturating_sub(1) as usize;
    let within = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let width = line[within..].chars().next().map_or(0, char::len_utf8);
    let start = (line_start + within) as u32;
    Place { source, start, end: start + width as u32 }
}

/// A value as the parser hands it over; numbers and booleans are read again from the text.
enum Raw {
    Null,
    Plain,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Raw, E> {
        Err(E::custom("binary values have no meaning here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries: Vec<(Spanned<String>, Spanned<Raw>)> = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let value = map.next_value()?;
            entries.push((key, value));
        }
        if entries.len() > 1_000_000 {
            return Err(A::Error::custom("a map of more than a million keys"));
        }
        Ok(Raw::Map(entries))
    }
}

/// Turns what the parser handed over into nodes.
struct Builder<'t> {
    text: &'t str,
    source: Source,
}

impl Builder<'_> {
    fn node(&self, spanned: Spanned<Raw>) -> Node {
        let place = self.place(spanned.defined);
        match spanned.value {
            Raw::Null => Node { value: Value::Null, place },
            Raw::Plain => {
                let text = self.slice(place).trim().to_owned();
                Node { value: Value::Scalar(Scalar { text, offset: Some(0) }), place }
            }
            Raw::Text(text) => {
                let offset = self.offset_of(&text, place);
                Node { value: Value::Scalar(Scalar { text, offset }), place: self.on_one_line(place) }
            }
            Raw::List(items) => {
                let items: Vec<Node> = items.into_iter().map(|item| self.node(item)).collect();
                let place = items.iter().fold(place, |place, item| join(place, item.place));
                Node { value: Value::List(items), place }
            }
            Raw::Map(entries) => {
                let entries: Vec<Entry> =
                    entries.into_iter().map(|(key, value)| self.entry(key, value)).collect();
                let place = entries
                    .iter()
                    .fold(place, |place, entry| join(join(place, entry.key_place), entry.node.place));
                Node { value: Value::Map(entries), place }
            }
        }
    }

    fn entry(&self, key: Spanned<String>, value: Spanned<Raw>) -> Entry {
        Entry { key_place: self.place(key.defined), key: key.value, node: self.node(value) }
    }

    fn place(&self, location: Location) -> Place {
        let span = location.span();
        match (span.byte_offset(), span.byte_len()) {
            (Some(start), Some(length)) => {
                let end = (start + length).min(self.text.len() as u64) as u32;
                Place { source: self.source, start: (start as u32).min(end), end }
            }
            _ => place_of_point(location, self.text, self.source),
        }
    }

    fn slice(&self, place: Place) -> &str {
        self.text.get(place.start as usize..place.end as usize).unwrap_or("")
    }

    /// Where `text` begins in `place`: at once, or after a quote.
    fn offset_of(&self, text: &str, place: Place) -> Option<u32> {
        let written = self.slice(place);
        if written.trim_end() == text {
            return Some(0);
        }
        let inner = written.strip_prefix(['"', '\''])?.trim_end().strip_suffix(['"', '\''])?;
        (inner == text).then_some(1)
    }

    /// A block scalar is pointed at by its first line.
    fn on_one_line(&self, place: Place) -> Place {
        let first_line = self.slice(place).find('\n').unwrap_or((place.end - place.start) as usize);
        Place { end: place.start + first_line as u32, ..place }
    }
}

/// The stretch from the first to the last of both; an alias may stand before its use and then changes nothing.
fn join(outer: Place, inner: Place) -> Place {
    if inner.start < outer.start { outer } else { Place { end: outer.end.max(inner.end), ..outer } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        parse(text, Source::File).unwrap()
    }

    fn message(text: &str) -> String {
        parse(text, Source::File).unwrap_err().message
    }

    #[test]
    fn scalars_keep_their_text() {
        let tree = read("a: 1.50\nb: 0x1F\nc: yes\nd: 1e400\ne: .nan\nf: 'x y'\ng: \"p99 < 1s\"\nh:\n");
        let texts: Vec<_> = tree.entries().iter().map(|entry| entry.node.text()).collect();
        let expected = [
            Some("1.50"),
            Some("0x1F"),
            Some("yes"),
            Some("1e400"),
            Some(".nan"),
            Some("x y"),
            Some("p99 < 1s"),
            None,
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_part_of_a_scalar_has_a_place_of_its_own() {
        let text = "é: 'uniform(1s, 2)'\n";
        let place = read(text).entries()[0].node.part(12, 13);
        assert_eq!(&text[place.start as usize..place.end as usize], "2");
    }

    #[test]
    fn a_map_reaches_from_its_first_to_its_last_key() {
        let text = "a:\n  b: 1\n  c: {d: 22}\ne: 3\n";
        let place = read(text).find("a").unwrap().place;
        assert_eq!(&text[place.start as usize..place.end as usize], "b: 1\n  c: {d: 22");
    }

    #[test]
    fn what_is_no_scenario_is_refused_quickly() {
        assert!(message("").contains("empty"));
        assert!(message("# only a comment\n").contains("empty"));
        assert!(message("a: 1\0").contains("binary"));
        assert!(message(&"[".repeat(100_000)).contains("nests deeper"));
        assert!(message(&"x".repeat(50_000_000)).contains("50000000 bytes"));
        assert!(message("a: 1\n---\nb: 2\n").contains("second YAML document"));
        let level = |n: u32| format!("a{n}: &a{n} [*a{m}, *a{m}, *a{m}, *a{m}]", m = n - 1);
        let bomb: Vec<String> =
            std::iter::once("a0: &a0 [x, x]".to_owned()).chain((1..40).map(level)).collect();
        assert!(message(&bomb.join("\n")).contains("repeats itself"));
    }
}
