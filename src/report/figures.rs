//! Numbers as people read them: thousands, spans, shares and money. Only for display; the JSON carries
//! every digit.

use crate::units::Usd;

/// `6,000`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `value` with at most `places` decimals, thousands separated, without trailing zeros: `1,234.5`.
pub fn decimal(value: f64, places: usize) -> String {
    let text = fixed(value, places);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// `value` with exactly `places` decimals, thousands separated: `1,234.50`.
pub fn fixed(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.places$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let grouped = whole.parse().map_or_else(|_| whole.to_owned(), thousands);
    let sign = if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

/// `value` rounded to about three significant digits: `0.123`, `2.41`, `24.1`, `1,234`.
pub fn short(value: f64) -> String {
    let size = value.abs();
    let places = match size {
        _ if size >= 100.0 => 0,
        _ if size >= 10.0 => 1,
        _ if size >= 0.1 || size == 0.0 => 2,
        _ => 4,
    };
    decimal(value, places)
}

/// A span given in milliseconds: `0.45ms`, `120ms`, `1.52s`, `2m05s`, `1h02m`, `3d04h`.
pub fn millis(milliseconds: f64) -> String {
    if !milliseconds.is_finite() {
        return "–".to_owned();
    }
    match milliseconds {
        ms if ms < 9.995 => format!("{}ms", decimal(ms, 2)),
        ms if ms < 99.95 => format!("{}ms", decimal(ms, 1)),
        ms if ms < 999.5 => format!("{}ms", decimal(ms, 0)),
        ms => seconds(ms / 1_000.0),
    }
}

/// A span or instant given in seconds: `0.5s`, `61s`, `3m03s`, `1h02m`, `3d04h`.
pub fn seconds(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "–".to_owned();
    }
    if seconds < 0.0095 && seconds > 0.0 {
        return format!("{}ms", decimal(seconds * 1_000.0, 3));
    }
    if seconds < 99.995 {
        return format!("{}s", decimal(seconds, 2));
    }
    let whole = seconds.round() as u64;
    match whole {
        0..3_600 => format!("{}m{:02}s", whole / 60, whole % 60),
        3_600..86_400 => format!("{}h{:02}m", whole / 3_600, whole % 3_600 / 60),
        _ => format!("{}d{:02}h", whole / 86_400, whole % 86_400 / 3_600),
    }
}

/// A share in percent: `0.18%`, `14.29%`, `100%`; what is above nothing never reads as nothing.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.005 {
        return "<0.01%".to_owned();
    }
    if percent > 99.995 && percent < 100.0 {
        return ">99.99%".to_owned();
    }
    format!("{}%", fixed(percent, 2))
}

/// Money, rounded half away from zero: cents from one dollar on, four significant digits below.
pub fn dollars(amount: Usd) -> String {
    let size = amount.units().unsigned_abs();
    if size == 0 {
        return "$0".to_owned();
    }
    let one = 10_u128.pow(Usd::PLACES);
    let places = if size >= one {
        2
    } else {
        let zeros = Usd::PLACES - 1 - size.ilog10();
        (zeros + 4).min(Usd::PLACES)
    };
    let unit = 10_u128.pow(Usd::PLACES - places);
    let rounded = (size + unit / 2) / unit;
    let scale = 10_u128.pow(places);
    let sign = if amount.units() < 0 { "-" } else { "" };
    let whole = u64::try_from(rounded / scale).map_or_else(|_| (rounded / scale).to_string(), thousands);
    format!("{sign}${whole}.{:0width$}", rounded % scale, width = places as usize)
}

/// `text`, cut to `characters` with an ellipsis in its middle: names often differ only at their ends.
pub fn shortened(text: &str, characters: usize) -> String {
    let length = text.chars().count();
    if length <= characters {
        return text.to_owned();
    }
    let head = characters / 2;
    let tail = length - (characters - head - 1);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(tail)).collect()
}

/// A number of things with its noun: `1 retry`, `2 retries`.
pub fn counted(count: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { singular } else { plural })
}

/// A quantity of a bill with its unit: `6,000 requests`, `362.2 GB-s`.
pub fn quantity(amount: f64, unit: &str) -> String {
    let plural = if unit == "request" && amount != 1.0 { "s" } else { "" };
    format!("{} {unit}{plural}", decimal(amount, 3))
}

/// A rate of the bill: `$0.0000166667`, and what is saved as `-$0.000002`.
pub fn unit_price(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(saved) => format!("-${saved}"),
        None => format!("${text}"),
    }
}

/// A measured value of a metric in the metric's own unit, by the metric's last word.
pub fn metric_value(metric: &str, value: f64) -> String {
    let mut words = metric.rsplit('.');
    let last = words.next().unwrap_or(metric);
    // `p99` says nothing about the unit; `latency` before it does. The point of p99.9 is a decimal point.
    let before = words.next().filter(|word| *word != "p99").or_else(|| words.next()).unwrap_or_default();
    let spans = ["latency", "client_latency", "duration", "init"];
    let quantity = if spans.contains(&before) || before == "oldest_message_age" { before } else { last };
    match quantity {
        "latency" | "client_latency" | "duration" | "init" | "billed_ms" => millis(value),
        "throttle_rate" | "error_rate" | "cold_start_rate" | "success_rate" => percent(value),
        "cost" | "cost_per_million" => {
            dollars(Usd::from_units((value * 1e12).round() as i128 * 10_i128.pow(14)))
        }
        "oldest_message_age" | "drained_at" | "iterator_age" => seconds(value),
        "total" | "monthly" => dollars(Usd::from_units((value * 1e12).round() as i128 * 10_i128.pow(14))),
        _ => decimal(value, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn decimals_lose_their_trailing_zeros_and_minus_zero_its_sign() {
        assert_eq!(decimal(362.2, 3), "362.2");
        assert_eq!(decimal(3_110_400.0, 3), "3,110,400");
        assert_eq!(decimal(-0.0001, 2), "0");
        assert_eq!(decimal(-1_234.5, 1), "-1,234.5");
        assert_eq!(decimal(f64::NAN, 1), "–");
    }

    #[test]
    fn spans_take_the_unit_that_a_reader_would_take() {
        assert_eq!(millis(0.0), "0ms");
        assert_eq!(millis(0.456), "0.46ms");
        assert_eq!(millis(120.0), "120ms");
        assert_eq!(millis(999.7), "1s");
        assert_eq!(millis(1_520.0), "1.52s");
        assert_eq!(seconds(61.0), "61s");
        assert_eq!(seconds(300.0), "5m00s");
        assert_eq!(seconds(3_725.0), "1h02m");
        assert_eq!(seconds(360_000.0), "4d04h");
        assert_eq!(seconds(0.0), "0s");
    }

    #[test]
    fn a_small_share_never_reads_as_nothing_and_a_large_one_never_as_all() {
        assert_eq!(percent(0.0), "0.00%");
        assert_eq!(percent(0.000_01), "<0.01%");
        assert_eq!(percent(0.142_857), "14.29%");
        assert_eq!(percent(0.999_999), ">99.99%");
        assert_eq!(percent(1.0), "100.00%");
    }

    #[test]
    fn money_is_rounded_half_away_from_zero_on_the_printed_line() {
        let cents = |units: i128| Usd::from_units(units * 10_i128.pow(Usd::PLACES - 6));
        assert_eq!(dollars(Usd::ZERO), "$0");
        assert_eq!(dollars(cents(18_665_000)), "$18.67");
        assert_eq!(dollars(cents(-18_665_000)), "-$18.67");
        assert_eq!(dollars(cents(7_237)), "$0.007237");
        assert_eq!(dollars(cents(1_116_010_000)), "$1,116.01");
        assert_eq!(dollars(cents(999_999)), "$1.0000");
    }

    #[test]
    fn a_value_is_shown_in_the_unit_of_its_metric() {
        assert_eq!(metric_value("api.latency", 120.0), "120ms");
        assert_eq!(metric_value("api.throttle_rate", 0.001), "0.10%");
        assert_eq!(metric_value("cost.monthly", 62.21), "$62.21");
        assert_eq!(metric_value("jobs-dlq.depth", 3.0), "3");
        assert_eq!(metric_value("api.latency.p99", 120.0), "120ms");
        assert_eq!(metric_value("api.latency.p99.9", 120.0), "120ms");
        assert_eq!(metric_value("api.cost_per_million", 2.5), "$2.50");
        assert_eq!(metric_value("api.environments.created", 3.0), "3");
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        assert_eq!(shortened("function-042", 8), "func…042");
        assert_eq!(shortened("function-042", 12), "function-042");
    }
}
