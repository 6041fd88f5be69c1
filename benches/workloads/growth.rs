//! How the cost of an invocation grows with what is in flight, with the number of functions, and with the backlog; and a
//! picture of it.

use std::error::Error;
use std::ops::RangeInclusive;
use std::path::Path;

use coldstart::Division;
use plotters::prelude::*;

use super::measuring::{run, scenario};
use super::scenarios::{backlog, many_functions, one_function};

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/img/growth.svg");

/// CPU time that a point takes at least.
const LEAST_SECONDS: f64 = 0.3;

/// A curve: what varies, and (value, ns per invocation).
struct Curve {
    name: &'static str,
    points: Vec<(u64, f64)>,
}

/// Measures, prints and draws.
pub fn growth() {
    let curves = [
        curve("in flight", 2..=6, |size| one_function("exp(mean=1s)", size, (10 * size).max(5_000_000))),
        curve("functions", 0..=5, |size| {
            many_functions(size, size * 10, (500 * size).clamp(5_000_000, 20_000_000))
        }),
        curve("backlog", 2..=6, backlog),
    ];
    if let Err(problem) = draw(Path::new(PICTURE), &curves) {
        println!("no picture: {problem}");
    } else {
        println!("wrote docs/img/growth.svg");
    }
}

fn curve(name: &'static str, powers: RangeInclusive<u32>, text: impl Fn(u64) -> String) -> Curve {
    let mut points = Vec::new();
    for power in powers {
        let size = 10_u64.pow(power);
        let scenario = scenario(&text(size));
        let (mut seconds, mut attempts, mut digest) = (0.0, 0_u64, String::new());
        // Again and again, until the clock can tell.
        while seconds < LEAST_SECONDS {
            let measured = run(&scenario, Division::IntoCells);
            let Some(more) = measured.seconds else { break };
            seconds += more;
            // A throttled attempt is work as well: what a backlog costs is told per attempt.
            attempts += measured.report.functions.values().map(|function| function.attempts).sum::<u64>();
            digest = measured.report.digest;
        }
        if attempts == 0 {
            continue;
        }
        let nanos = seconds * 1e9 / attempts as f64;
        println!("{name:<10} {size:>8} {nanos:>7.1} ns per attempt   {attempts} attempts   digest {digest}");
        points.push((size, nanos));
    }
    Curve { name, points }
}

fn draw(path: &Path, curves: &[Curve]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (900, 560)).into_drawing_area();
    root.fill(&WHITE)?;
    let highest = curves.iter().flat_map(|curve| &curve.points).map(|point| point.1).fold(100.0, f64::max);
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .margin_right(48)
        .caption("CPU time per attempt to invoke", ("sans-serif", 24))
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d((1_u64..1_000_000).log_scale(), 0.0..highest * 1.1)?;
    chart
        .configure_mesh()
        .x_desc("in flight, functions, or events at once")
        .y_desc("ns")
        .x_label_formatter(&|size| size.to_string())
        .y_label_formatter(&|nanos| format!("{nanos:.0}"))
        .axis_desc_style(("sans-serif", 18))
        .label_style(("sans-serif", 16))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (index, curve) in curves.iter().enumerate() {
        let colour = [RGBColor(0, 0x72, 0xb2), RGBColor(0xd5, 0x5e, 0), RGBColor(0, 0x9e, 0x73)][index % 3];
        chart
            .draw_series(LineSeries::new(curve.points.iter().copied(), colour.stroke_width(3)).point_size(4))?
            .label(curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], colour.stroke_width(3)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(("sans-serif", 18))
        .draw()?;
    root.present()?;
    Ok(())
}
