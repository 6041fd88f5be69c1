//! The bill: every line as quantity × rate = amount.

use super::section;
use super::table::{Cell, Column, Table};
use crate::report::figures::{dollars, quantity};
use crate::report::markup::escape;
use crate::report::model::{CostLine, Report};
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
    if let Some(monthly) = cost.monthly {
        content.push_str(&format!("<h3>A month</h3>\n{}", bill(&cost.monthly_lines, monthly)));
        content.push_str(&format!("<p class=\"soft\">{}</p>\n", escape(&cost.monthly_method)));
    }
    if !content.is_empty() {
        content.push_str(&format!("<p class=\"soft\">Prices: {}</p>\n", escape(&cost.price_source)));
    }
    section("Cost", &content)
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
            line.function.clone().unwrap_or_else(|| line.service.to_owned()).into(),
            line.item.clone().into(),
            dollars(line.amount).into(),
            quantity(line.quantity, line.unit).into(),
            format!("${}", line.rate.trim_start_matches('$')).into(),
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
