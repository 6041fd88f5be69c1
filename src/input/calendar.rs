//! The proleptic Gregorian calendar in UTC: enough for schedules and for dates in traces.

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year, 1970 is 1970.
    pub year: i64,
    /// Month, 1..=12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl Date {
    /// The date `days` days after 1970-01-01.
    ///
    /// Method: Hinnant, chrono-compatible low-level date algorithms (400-year cycles that begin in March).
    pub fn from_unix_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let cycle = shifted.div_euclid(146_097);
        let day_of_cycle = shifted.rem_euclid(146_097);
        let year_of_cycle =
            (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
        let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_cycle + cycle * 400 + i64::from(month <= 2);
        Self { year, month: month as u8, day: day as u8 }
    }

    /// Days after 1970-01-01.
    pub fn unix_days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let cycle = year.div_euclid(400);
        let year_of_cycle = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
        cycle * 146_097 + day_of_cycle - 719_468
    }

    /// Day of the week, 0 is Sunday.
    pub fn weekday(self) -> u8 {
        (self.unix_days() + 4).rem_euclid(7) as u8
    }

    /// The number of days in this month.
    pub fn days_in_month(self) -> u8 {
        days_in_month(self.year, self.month)
    }
}

/// The number of days in a month.
fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `2026-11-23T08:30:00.25Z` or with an offset `+09:00`: nanoseconds since 1970-01-01T00:00:00Z.
///
/// `None` when the text is no RFC 3339 date and time. A blank may stand for the `T`; more than nine decimals
/// are cut off.
pub fn parse_rfc3339(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    if !text.is_ascii() || bytes.len() < 20 {
        return None;
    }
    let separators = bytes[4] == b'-' && bytes[7] == b'-' && bytes[13] == b':' && bytes[16] == b':';
    if !separators || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let date = Date {
        year: i64::from(number(&text[0..4])?),
        month: u8::try_from(number(&text[5..7])?).ok()?,
        day: u8::try_from(number(&text[8..10])?).ok()?,
    };
    let [hour, minute, second] = [number(&text[11..13])?, number(&text[14..16])?, number(&text[17..19])?];
    let real_day = (1..=12).contains(&date.month) && date.day >= 1 && date.day <= date.days_in_month();
    if !real_day || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanos, zone) = fraction(&text[19..])?;
    let local = date.unix_days() * 86_400 + i64::from(hour * 3_600 + minute * 60 + second);
    Some(i128::from(local - offset_seconds(zone)?) * 1_000_000_000 + i128::from(nanos))
}

fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Nanoseconds of `.25Z`, and what follows the digits.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return None;
    }
    let kept = &rest[..length.min(9)];
    let nanos = number(kept)? * 10_u32.pow(9 - kept.len() as u32);
    Some((nanos, &rest[length..]))
}

fn offset_seconds(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if zone.len() != 6 || zone.as_bytes()[3] != b':' {
        return None;
    }
    let (hours, minutes) = (number(&zone[1..3])?, number(&zone[4..6])?);
    (hours <= 23 && minutes <= 59).then(|| sign * i64::from(hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip_in_order() {
        let mut before = Date::from_unix_days(-1);
        for days in 0..146_097 {
            let date = Date::from_unix_days(days);
            assert_eq!(date.unix_days(), days);
            assert!(date > before && date.day <= date.days_in_month());
            assert_eq!(date.weekday(), (before.weekday() + 1) % 7);
            before = date;
        }
        assert_eq!(before, Date { year: 2369, month: 12, day: 31 });
    }

    #[test]
    fn known_dates_have_their_number_and_weekday() {
        assert_eq!(Date { year: 1970, month: 1, day: 1 }.weekday(), 4);
        let monday = Date { year: 2026, month: 11, day: 23 };
        assert_eq!((monday.unix_days(), monday.weekday()), (20_780, 1));
        assert_eq!(days_in_month(2000, 2) + days_in_month(1900, 2) + days_in_month(2024, 2), 29 + 28 + 29);
    }

    #[test]
    fn rfc_3339_dates_are_read_with_fraction_and_offset() {
        let base = 1_795_422_600_000_000_000;
        assert_eq!(parse_rfc3339("2026-11-23T08:30:00Z"), Some(base));
        assert_eq!(parse_rfc3339("2026-11-23 17:30:00.25+09:00"), Some(base + 250_000_000));
        assert_eq!(parse_rfc3339("2026-11-23T03:30:00.0000000019-05:00"), Some(base + 1));
        for wrong in
            ["2026-11-23", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T08:30:00", "12.5"]
        {
            assert_eq!(parse_rfc3339(wrong), None, "{wrong}");
        }
    }
}
