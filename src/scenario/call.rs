//! The small notation inside scalars: `120ms`, `uniform(80ms, 120ms)`, `mix(95%: 40ms, 5%: exp(mean=1s))`.

use std::ops::Range;

/// Why a scalar cannot be read, with the bytes of it that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextError {
    /// Bytes of the scalar's text.
    pub range: Range<usize>,
    /// What is wrong, as a sentence.
    pub message: String,
    /// How to put it right.
    pub hint: Option<String>,
}

impl TextError {
    pub fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A word, or a name with arguments.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expression<'t> {
    /// The word, or the name before the parenthesis.
    pub word: &'t str,
    /// The arguments; `None` for a word.
    pub arguments: Option<Vec<Argument<'t>>>,
    /// Bytes from the word to the closing parenthesis.
    pub range: Range<usize>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument<'t> {
    /// `mean` of `mean=200ms`, `95%` of `95%: 40ms`.
    pub label: Option<Label<'t>>,
    /// What follows the label.
    pub value: Expression<'t>,
}

/// What stands before an argument.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label<'t> {
    pub text: &'t str,
    pub separator: char,
    pub range: Range<usize>,
}

/// Nesting deeper than this has no meaning for anybody.
const DEEPEST: usize = 16;

/// Reads the whole of `text`.
pub(super) fn parse(text: &str) -> Result<Expression<'_>, TextError> {
    let mut parser = Parser { text, at: 0 };
    let expression = parser.expression(0)?;
    parser.skip_blanks();
    if parser.at < text.len() {
        return Err(TextError::new(
            parser.at..text.len(),
            format!("`{}` is left over at the end", super::tree::abridged(&text[parser.at..])),
        ));
    }
    Ok(expression)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn expression(&mut self, depth: usize) -> Result<Expression<'t>, TextError> {
        self.skip_blanks();
        let start = self.at;
        let word = self.word_until(&['(', ')', ',']);
        if depth > DEEPEST {
            return Err(TextError::new(start..self.at, "this nests too deeply"));
        }
        if word.is_empty() && self.next() != Some('(') {
            return Err(TextError::new(start..self.text.len().min(start + 1), "a value is missing"));
        }
        if self.next() != Some('(') {
            return Ok(Expression { word, arguments: None, range: start..start + word.len() });
        }
        self.at += 1;
        let mut arguments = Vec::new();
        self.skip_blanks();
        while self.next() != Some(')') {
            arguments.push(self.argument(depth)?);
            self.skip_blanks();
            match self.next() {
                Some(',') => self.at += 1,
                Some(')') => {}
                _ => {
                    return Err(TextError::new(start..self.text.len(), format!("`{word}(` is not closed"))
                        .hint("inside YAML braces a comma ends a value: put the whole value in quotes"));
                }
            }
        }
        self.at += 1;
        Ok(Expression { word, arguments: Some(arguments), range: start..self.at })
    }

    fn argument(&mut self, depth: usize) -> Result<Argument<'t>, TextError> {
        self.skip_blanks();
        let start = self.at;
        let text = self.word_until(&['(', ')', ',', '=', ':']);
        let label = match self.next() {
            Some(separator @ ('=' | ':'))
                if !text.contains(['/', '\\', '.'])
                    || separator == ':' && text.ends_with(|c: char| c == '%' || c.is_ascii_digit()) =>
            {
                self.at += 1;
                Some(Label { text, separator, range: start..start + text.len() })
            }
            _ => {
                self.at = start;
                None
            }
        };
        Ok(Argument { label, value: self.expression(depth + 1)? })
    }

    fn word_until(&mut self, stops: &[char]) -> &'t str {
        let rest = &self.text[self.at..];
        let end = rest.find(stops).unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim_end()
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn next(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }
}

impl<'t> Expression<'t> {
    /// The arguments of a call whose names are exactly those of one of `forms`, in the form's order, with the form's index.
    pub fn named(&self, forms: &[&[&str]]) -> Result<(usize, Vec<&Expression<'t>>), TextError> {
        let arguments = self.arguments.as_deref().unwrap_or(&[]);
        for (index, form) in forms.iter().enumerate() {
            let values: Option<Vec<_>> = form.iter().map(|name| Self::only(arguments, name)).collect();
            if let Some(values) = values.filter(|values| values.len() == arguments.len()) {
                return Ok((index, values));
            }
        }
        let spelt: Vec<String> =
            forms.iter().map(|form| format!("{}({}=…)", self.word, form.join("=…, "))).collect();
        let stray = arguments
            .iter()
            .filter_map(|argument| argument.label.as_ref())
            .find(|label| !forms.iter().any(|form| form.contains(&label.text)));
        let error = match stray {
            Some(label) => TextError::new(
                label.range.clone(),
                format!("`{}` has no parameter `{}`", self.word, label.text),
            ),
            None => {
                TextError::new(self.range.clone(), format!("the parameters of `{}` do not fit", self.word))
            }
        };
        Err(error.hint(format!("write {}", spelt.join(" or "))))
    }

    fn only<'e>(arguments: &'e [Argument<'t>], name: &str) -> Option<&'e Expression<'t>> {
        let mut found = arguments.iter().filter(|argument| {
            argument.label.as_ref().is_some_and(|label| label.separator == '=' && label.text == name)
        });
        found.next().filter(|_| found.next().is_none()).map(|argument| &argument.value)
    }

    /// The arguments of a call that takes exactly `count` values without names.
    pub fn positional(&self, count: usize, example: &str) -> Result<Vec<&Expression<'t>>, TextError> {
        let arguments = self.arguments.as_deref().unwrap_or(&[]);
        if arguments.len() == count && arguments.iter().all(|argument| argument.label.is_none()) {
            return Ok(arguments.iter().map(|argument| &argument.value).collect());
        }
        Err(TextError::new(self.range.clone(), format!("the parameters of `{}` do not fit", self.word))
            .hint(format!("write {example}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_nest_and_know_their_columns() {
        let text = "mix(95%: 40ms, 5%: exp(mean=1s))";
        let mix = parse(text).unwrap();
        let arguments = mix.arguments.unwrap();
        assert_eq!(arguments[0].label.as_ref().unwrap().text, "95%");
        let exp = &arguments[1].value;
        assert_eq!(&text[exp.range.clone()], "exp(mean=1s)");
        assert_eq!(exp.named(&[&["mean"]]).unwrap().1[0].word, "1s");
    }

    #[test]
    fn file_names_are_words() {
        let parsed = parse("trace(../a=b/c d.csv)").unwrap();
        assert_eq!(parsed.arguments.unwrap()[0].value.word, "../a=b/c d.csv");
    }

    #[test]
    fn what_is_malformed_is_told_where() {
        assert_eq!(parse("uniform(1s").unwrap_err().range, 0..10);
        assert_eq!(parse("1s) x").unwrap_err().range, 2..5);
        assert!(parse(&"f(".repeat(100_000)).unwrap_err().message.contains("nests"));
        assert!(parse("").is_err());
        assert!(parse("f(,)").is_err());
    }
}
