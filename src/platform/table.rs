//! Reading the data files that are part of the program.

/// The rows of a comma-separated `text` whose lines that begin with `#` are remarks and whose first other line
/// names the columns.
///
/// # Panics
/// When a row has not `N` fields: the files are part of the program, and tests read them all.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [String; N]> {
    csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes()).into_records().map(|record| {
        let record = record.unwrap_or_else(|error| panic!("a data file of the program: {error}"));
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        fields
            .try_into()
            .unwrap_or_else(|row| panic!("a data file of the program has a row of another length: {row:?}"))
    })
}
