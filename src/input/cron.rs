//! AWS's six-field cron expressions: minutes, hours, day of month, month, day of week, year; UTC.
//!
//! Source: Amazon EventBridge user guide, "Setting a schedule pattern: cron-based schedules". Its rules for
//! `L`, `W` and `#` are those of Quartz.

use super::calendar::Date;

/// AWS's six-field cron expression, as sets of allowed values; read by `CronSchedule::parse`.
///
/// Bit n of a set stands for the value n, unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronSchedule {
    /// The text between the parentheses.
    pub expression: String,
    /// Minutes 0..=59.
    pub minutes: u64,
    /// Hours 0..=23, UTC.
    pub hours: u32,
    /// Months 1..=12.
    pub months: u16,
    /// Years, bit n of the whole for 1970 + n.
    pub years: [u64; 4],
    /// Days.
    pub days: CronDays,
}

/// The days of a cron expression: by month or by week, never both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronDays {
    /// Days of the month; the day of the week is `?`.
    OfMonth {
        /// Days 1..=31.
        days: u32,
        /// `L`: the last day.
        last: bool,
        /// `LW`: the last weekday (Monday to Friday).
        last_weekday: bool,
        /// `15W`: the weekday nearest to the day, within the month.
        nearest_weekday: u32,
    },
    /// Days of the week; the day of the month is `?`. Bit 0 is Sunday.
    OfWeek {
        /// Weekdays.
        days: u8,
        /// `6L`: the last such weekday of the month.
        last: u8,
        /// `3#2`: bits 0..=4 of element 2 (Tuesday) for the first to the fifth.
        nth: [u8; 7],
    },
}

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2199;
const WEEKDAY: Field = Field { name: "day of week", lowest: 1, highest: 7, names: &WEEKDAYS };

/// A field of plain values.
struct Field {
    name: &'static str,
    lowest: u32,
    highest: u32,
    /// Names of the values from `lowest` on.
    names: &'static [&'static str],
}

impl CronSchedule {
    /// Reads `0 9 ? * MON-FRI *`: the text between the parentheses of `cron(…)`.
    ///
    /// # Errors
    /// A sentence that says which field is wrong and what it may be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, day_of_month, months, day_of_week, years] = fields[..] else {
            return Err(format!(
                "a cron expression has six fields (minutes hours day-of-month month day-of-week year), found {}",
                fields.len()
            ));
        };
        let plain = |name, lowest, highest, names| Field { name, lowest, highest, names };
        let mut year_bits = [0; 4];
        let year = plain("year", *YEARS.start(), *YEARS.end(), &[]);
        year.read(years, |value| {
            let bit = value - *YEARS.start();
            year_bits[(bit / 64) as usize] |= 1 << (bit % 64);
        })?;
        Ok(Self {
            expression: text.to_owned(),
            minutes: plain("minutes", 0, 59, &[]).bits(minutes)?,
            hours: plain("hours", 0, 23, &[]).bits(hours)? as u32,
            months: plain("month", 1, 12, &MONTHS).bits(months)? as u16,
            years: year_bits,
            days: days(day_of_month, day_of_week)?,
        })
    }

    /// The first instant at or after `unix_s` (seconds since 1970) at which the schedule fires, if any is left.
    pub fn next_at_or_after(&self, unix_s: i64) -> Option<i64> {
        let minute = unix_s.div_euclid(60) + i64::from(unix_s.rem_euclid(60) != 0);
        let mut day = minute.div_euclid(1_440);
        let mut earliest = minute.rem_euclid(1_440);
        loop {
            let date = Date::from_unix_days(day);
            if date.year > i64::from(*YEARS.end()) {
                return None;
            }
            if !self.has_month(date) {
                day = first_of_next_month(date).unix_days();
                earliest = 0;
                continue;
            }
            if self.days.include(date)
                && let Some(minute_of_day) = self.first_minute(earliest)
            {
                return Some((day * 1_440 + minute_of_day) * 60);
            }
            day += 1;
            earliest = 0;
        }
    }

    fn has_month(&self, date: Date) -> bool {
        let Ok(bit) = u32::try_from(date.year - i64::from(*YEARS.start())) else { return false };
        let year = self.years.get((bit / 64) as usize).is_some_and(|word| word >> (bit % 64) & 1 == 1);
        year && self.months >> date.month & 1 == 1
    }

    /// The first allowed minute of a day at or after `earliest`.
    fn first_minute(&self, earliest: i64) -> Option<i64> {
        (earliest / 60..24).find_map(|hour| {
            if self.hours >> hour & 1 == 0 {
                return None;
            }
            let from = (earliest - hour * 60).max(0);
            (from..60).find(|minute| self.minutes >> minute & 1 == 1).map(|minute| hour * 60 + minute)
        })
    }
}

impl CronDays {
    fn include(self, date: Date) -> bool {
        let length = date.days_in_month();
        match self {
            Self::OfMonth { days, last, last_weekday, nearest_weekday } => {
                days >> date.day & 1 == 1
                    || (last && date.day == length)
                    || (last_weekday && date.day == nearest_weekday_to(date, length))
                    || (1..=length).any(|day| {
                        nearest_weekday >> day & 1 == 1 && nearest_weekday_to(date, day) == date.day
                    })
            }
            Self::OfWeek { days, last, nth } => {
                let weekday = date.weekday();
                let ordinal = (date.day - 1) / 7;
                days >> weekday & 1 == 1
                    || (last >> weekday & 1 == 1 && date.day + 7 > length)
                    || nth[usize::from(weekday)] >> ordinal & 1 == 1
            }
        }
    }
}

/// The weekday (Monday to Friday) nearest to `day` within the month of `date`.
fn nearest_weekday_to(date: Date, day: u8) -> u8 {
    let length = date.days_in_month();
    match (Date { day, ..date }).weekday() {
        6 if day == 1 => 3,
        6 => day - 1,
        0 if day == length => day - 2,
        0 => day + 1,
        _ => day,
    }
}

fn first_of_next_month(date: Date) -> Date {
    if date.month == 12 {
        Date { year: date.year + 1, month: 1, day: 1 }
    } else {
        Date { year: date.year, month: date.month + 1, day: 1 }
    }
}

fn days(day_of_month: &str, day_of_week: &str) -> Result<CronDays, String> {
    match (day_of_month, day_of_week) {
        ("?", "?") => Err("day of month and day of week cannot both be ?".to_owned()),
        ("?", _) => days_of_week(day_of_week),
        (_, "?") => days_of_month(day_of_month),
        _ => Err("either day of month or day of week must be ?".to_owned()),
    }
}

fn days_of_month(text: &str) -> Result<CronDays, String> {
    let field = Field { name: "day of month", lowest: 1, highest: 31, names: &[] };
    let (mut days, mut last, mut last_weekday, mut nearest_weekday) = (0, false, false, 0);
    for item in text.split(',') {
        if item == "L" {
            last = true;
        } else if item == "LW" {
            last_weekday = true;
        } else if let Some(day) = item.strip_suffix('W') {
            nearest_weekday |= 1 << field.value(day)?;
        } else {
            days |= field.bits(item)? as u32;
        }
    }
    Ok(CronDays::OfMonth { days, last, last_weekday, nearest_weekday })
}

fn days_of_week(text: &str) -> Result<CronDays, String> {
    let (mut days, mut last, mut nth) = (0, 0, [0; 7]);
    for item in text.split(',') {
        if item == "L" {
            // Alone it is the last day of the week.
            days |= 1 << 6;
        } else if let Some(weekday) = item.strip_suffix('L') {
            last |= 1 << (WEEKDAY.value(weekday)? - 1);
        } else if let Some((weekday, ordinal)) = item.split_once('#') {
            let weekday = WEEKDAY.value(weekday)?;
            match ordinal.parse::<u8>() {
                Ok(ordinal @ 1..=5) => nth[weekday as usize - 1] |= 1 << (ordinal - 1),
                _ => return Err(format!("day of week {item}: the number after # is 1 to 5")),
            }
        } else {
            days |= (WEEKDAY.bits(item)? >> 1) as u8;
        }
    }
    Ok(CronDays::OfWeek { days, last, nth })
}

impl Field {
    /// The set of values as bits.
    fn bits(&self, text: &str) -> Result<u64, String> {
        let mut bits = 0;
        self.read(text, |value| bits |= 1 << value)?;
        Ok(bits)
    }

    /// Calls `include` with every value of a list of values, ranges and steps.
    fn read(&self, text: &str, mut include: impl FnMut(u32)) -> Result<(), String> {
        for item in text.split(',') {
            let (range, step) = match item.split_once('/') {
                None => (item, None),
                Some((range, step)) => (range, Some(self.step(item, step)?)),
            };
            let (low, high) = self.range(range, step.is_some())?;
            let step = step.unwrap_or(1);
            let mut value = low;
            while value <= high {
                include(value);
                value += step;
            }
        }
        Ok(())
    }

    fn step(&self, item: &str, step: &str) -> Result<u32, String> {
        match step.parse::<u32>() {
            Ok(step) if (1..=self.highest).contains(&step) => Ok(step),
            _ => Err(format!("{} {item}: the step after / is 1 to {}", self.name, self.highest)),
        }
    }

    /// `*`, `5`, `5-9`; a single value before a step goes on to the end.
    fn range(&self, text: &str, stepped: bool) -> Result<(u32, u32), String> {
        if text == "*" {
            return Ok((self.lowest, self.highest));
        }
        if let Some((low, high)) = text.split_once('-') {
            let (low, high) = (self.value(low)?, self.value(high)?);
            if low > high {
                return Err(format!("{} {text}: the range runs backwards", self.name));
            }
            return Ok((low, high));
        }
        let value = self.value(text)?;
        Ok((value, if stepped { self.highest } else { value }))
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        if let Some(index) = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(self.lowest + index as u32);
        }
        match text.parse::<u32>() {
            Ok(value) if (self.lowest..=self.highest).contains(&value) => Ok(value),
            _ => {
                let names = match self.names {
                    [first, .., last] => format!(" or {first} to {last}"),
                    _ => String::new(),
                };
                Err(format!("{} is {} to {}{names}, found {text:?}", self.name, self.lowest, self.highest))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::parse_rfc3339;
    use super::*;

    fn seconds(text: &str) -> i64 {
        (parse_rfc3339(text).unwrap() / 1_000_000_000) as i64
    }

    /// Dates of the first firings at or after `from`.
    fn firings(expression: &str, from: &str, count: usize) -> Vec<String> {
        let schedule = CronSchedule::parse(expression).unwrap();
        let mut after = seconds(from);
        let mut found = Vec::new();
        while found.len() < count {
            let Some(at) = schedule.next_at_or_after(after) else { break };
            let date = Date::from_unix_days(at.div_euclid(86_400));
            let minute = at.rem_euclid(86_400) / 60;
            found.push(format!(
                "{}-{:02}-{:02} {:02}:{:02}",
                date.year,
                date.month,
                date.day,
                minute / 60,
                minute % 60
            ));
            after = at + 1;
        }
        found
    }

    const MONDAY: &str = "2026-11-23T00:00:00Z";

    #[test]
    fn office_hours_skip_the_weekend() {
        assert_eq!(
            firings("0 18 ? * MON-FRI *", "2026-11-26T18:00:01Z", 3),
            ["2026-11-27 18:00", "2026-11-30 18:00", "2026-12-01 18:00"]
        );
    }

    #[test]
    fn an_instant_that_fires_now_is_the_next_one() {
        assert_eq!(firings("0 0 * * ? *", MONDAY, 1), ["2026-11-23 00:00"]);
        assert_eq!(firings("0 0 * * ? *", "2026-11-23T00:00:00.5Z", 1), ["2026-11-23 00:00"]);
    }

    #[test]
    fn steps_count_from_their_first_value() {
        assert_eq!(
            firings("5/20 8-9 * * ? *", MONDAY, 7),
            ["08:05", "08:25", "08:45", "09:05", "09:25", "09:45"]
                .map(|clock| format!("2026-11-23 {clock}"))
                .into_iter()
                .chain(["2026-11-24 08:05".to_owned()])
                .collect::<Vec<_>>()
        );
        assert_eq!(firings("0/10 * ? * MON-FRI *", MONDAY, 2), ["2026-11-23 00:00", "2026-11-23 00:10"]);
        assert_eq!(firings("0 12 1-10/4 JAN ? 2027", MONDAY, 9).len(), 3);
    }

    #[test]
    fn the_last_day_follows_the_length_of_the_month() {
        assert_eq!(firings("0 8 L FEB ? 2027-2028", MONDAY, 9), ["2027-02-28 08:00", "2028-02-29 08:00"]);
        assert_eq!(firings("0 8 ? * 6L *", MONDAY, 2), ["2026-11-27 08:00", "2026-12-25 08:00"]);
        // 2027-01-31 is a Sunday.
        assert_eq!(firings("0 8 LW 1 ? 2027", MONDAY, 9), ["2027-01-29 08:00"]);
    }

    #[test]
    fn the_nearest_weekday_stays_within_its_month() {
        // 2026-11-01 is a Sunday, 2026-08-01 a Saturday, 2026-11-15 a Sunday, 2027-01-31 a Sunday.
        assert_eq!(firings("0 0 1W 11 ? 2026", "2026-01-01T00:00:00Z", 9), ["2026-11-02 00:00"]);
        assert_eq!(firings("0 0 1W 8 ? 2026", "2026-01-01T00:00:00Z", 9), ["2026-08-03 00:00"]);
        assert_eq!(firings("0 0 15W 11 ? 2026", "2026-01-01T00:00:00Z", 9), ["2026-11-16 00:00"]);
        assert_eq!(firings("0 0 31W 1 ? 2027", "2026-01-01T00:00:00Z", 9), ["2027-01-29 00:00"]);
    }

    #[test]
    fn the_nth_weekday_of_the_month_is_found() {
        assert_eq!(firings("0 0 ? * 3#2 *", MONDAY, 2), ["2026-12-08 00:00", "2027-01-12 00:00"]);
        assert_eq!(firings("0 0 ? * SUN#5 2027", MONDAY, 1), ["2027-01-31 00:00"]);
    }

    #[test]
    fn a_schedule_of_the_past_never_fires() {
        assert_eq!(firings("0 0 1 1 ? 2020", MONDAY, 1), Vec::<String>::new());
        assert_eq!(firings("0 0 31 FEB ? *", MONDAY, 1), Vec::<String>::new());
    }

    #[test]
    fn mistakes_name_their_field() {
        let problem = |text: &str| CronSchedule::parse(text).unwrap_err();
        assert!(problem("0 9 * * ?").contains("six fields"));
        assert!(problem("60 9 * * ? *").contains("minutes is 0 to 59"));
        assert!(problem("0 9 * * * *").contains("must be ?"));
        assert!(problem("0 9 ? * ? *").contains("cannot both"));
        assert!(problem("0 9 ? * 3#6 *").contains("1 to 5"));
        assert!(problem("0 9 ? * FRI-MON *").contains("backwards"));
        assert!(problem("0/0 9 * * ? *").contains("step"));
        assert!(problem("0 9 * FOO ? *").contains("JAN to DEC"));
        assert!(problem("0 9 * * ? 2200").contains("year"));
    }
}
