//! The bill: every line as quantity × rate = amount.

use super::section;
use super::table::{Cell, Column, Table};
use crate::report::figures::{decimal, dollars, quantity, thousands, unit_price};
use crate::report::markup::escape;
use crate::report::model::{CostLine, Report, WasteLine};
use crate::units::Usd;

pub(super) fn render(report: &Report) -> String {
    let cost = &report.cost;
    if !cost.priced {
        return section(
            "Cost",
            &format!("<p>Not priced: there is no price list for {}.</p>\n", escape(&report.region)),
        );
    }
    let mut content = bill(&cost.lines, cost.total);
    content.push_str(&waste(&cost.waste));
    if let Some(monthly) = cost.monthly {
        content.push_str(&format!("<h3>A month</h3>\n{}", bill(&cost.monthly_lines, monthly)));
        content.push_str(&format!("<p class=\"soft\">{}</p>\n", escape(&cost.monthly_method)));
    }
    if !content.is_empty() {
        content.push_str(&format!("<p class=\"soft\">Prices: {}</p>\n", escape(&cost.price_source)));
    }
    section("Cost", &content)
}

/// Parts of the run's bill that paid for nothing new.
fn waste(lines: &[WasteLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Of which for", Column::Text),
        ("Amount", Column::Number),
        ("Invocations", Column::Number),
        ("GB-s", Column::Number),
    ]);
    for line in lines {
        table.row(vec![
            line.function.clone().into(),
            line.cause.into(),
            dollars(line.amount).into(),
            if line.invocations == 0 { "–".into() } else { thousands(line.invocations).into() },
            decimal(line.gb_s, 3).into(),
        ]);
    }
    format!("<h3>Wasted, as part of the cost</h3>\n{}", table.render())
}

fn bill(lines: &[CostLine], total: Usd) -> String {
    let mut table = Table::new(&[
        ("Function", Column::Name),
        ("Item", Column::Text),
        ("Amount", Column::Number),
        ("= Quantity", Column::Number),
        ("× Rate", Column::Number),
    ]);
    for line in lines {
        table.row(vec![
            line.function
                .clone()
                .or_else(|| line.resource.clone())
                .unwrap_or_else(|| line.service.to_owned())
                .into(),
            line.item.clone().into(),
            dollars(line.amount).into(),
            quantity(line.quantity, line.unit).into(),
            unit_price(&line.rate).into(),
        ]);
    }
    if !lines.is_empty() {
        let blank = || Cell::from("");
        table.row(vec![
            "total".into(),
            blank(),
            Cell::marked(dollars(total), "total", true),
            blank(),
            blank(),
        ]);
    }
    table.render()
}
