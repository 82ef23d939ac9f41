//! The comparison as a picture (SVG) for the person who runs the laboratory.
//!
//! ```text
//!  what was found, in a sentence
//!  policy          hours until a pathologist takes the case       reported late
//!                  half ▬▬  nine of ten ▬▬▬▬▬▬▬|─|                 ▬▬▬|─|
//! ```
//!
//! Every bar has its number beside it and its 95 % interval as a line; a policy that is not stable has
//! words where its bars would be. No styles, so that it shows under a strict content policy.

use std::fmt::Write as _;

use super::interval::Interval;
use super::report::{Figures, Outcome, Report};

const WIDTH: f64 = 1000.0;
const TOP: f64 = 150.0;
const ROW: f64 = 92.0;
const TEXT: &str = "#1b1b1b";
const SECOND: &str = "#4d4d4d";
const GRID: &str = "#dedede";
const QUIET: &str = "#858585";
const ACCENT: &str = "#0b57c4";
const BAD: &str = "#b3261e";

/// A scale of hours or percent.
struct Axis {
    left: f64,
    width: f64,
    most: f64,
    title: &'static str,
}

/// The policies side by side, as SVG.
pub fn picture(report: &Report) -> String {
    let rows = report.policies.len() as f64;
    let height = TOP + rows * ROW + 84.0;
    let title = finding(report);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         font-family=\"'Segoe UI', system-ui, Roboto, 'Noto Sans', sans-serif\"><title>{}</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        escaped(&title)
    );
    text(&mut svg, 24.0, 44.0, 19, TEXT, true, &title);
    text(&mut svg, 24.0, 72.0, 14, SECOND, false, &played(report));
    let figures = || {
        report
            .policies
            .iter()
            .filter_map(|one| one.figures.as_ref())
    };
    let longest = figures()
        .map(|one| one.wait_hours.p90.high)
        .fold(0.5, f64::max);
    let latest = figures()
        .map(|one| one.late_percent.high)
        .fold(1.0, f64::max);
    let hours = Axis {
        left: 196.0,
        width: 330.0,
        most: longest,
        title: "Hours from ready to read until a pathologist takes the case",
    };
    let late = Axis {
        left: 712.0,
        width: 180.0,
        most: latest,
        title: "Reported late, % of cases",
    };
    let bottom = TOP + rows * ROW;
    axis(&mut svg, &hours, bottom);
    axis(&mut svg, &late, bottom);
    let best = best(report);
    for (n, outcome) in report.policies.iter().enumerate() {
        let y = TOP + n as f64 * ROW;
        let colour = if best == Some(n) { ACCENT } else { QUIET };
        row(&mut svg, outcome, y, colour, &hours, &late);
    }
    let note = "Line at the end of a bar: where the true mean lies, 19 times of 20. Late: signed out after the case was due.";
    text(&mut svg, 24.0, height - 18.0, 13, SECOND, false, note);
    svg.push_str("</svg>\n");
    svg
}

/// The sentence above the picture.
fn finding(report: &Report) -> String {
    let first = &report.policies[0];
    let Some(best) = best(report).map(|n| &report.policies[n]) else {
        return "No policy keeps up: queues grow under each of them".to_owned();
    };
    let Some(figures) = &best.figures else {
        return best.name.clone();
    };
    let after = spoken(figures.wait_hours.p90.mean);
    let name = sentence_part(best);
    match &first.figures {
        None => format!(
            "{} cannot keep up; {name}, nine of ten cases are taken within {after}",
            first.name
        ),
        Some(_) if best.name == first.name => {
            format!("Nothing beats {name}: nine of ten cases are taken within {after}")
        }
        Some(base) if figures.wait_hours.p90.high >= base.wait_hours.p90.low => {
            "The policies differ by no more than chance".to_owned()
        }
        Some(base) => {
            let before = spoken(base.wait_hours.p90.mean);
            format!(
                "{}: nine of ten cases are taken within {after} instead of {before}",
                best.name
            )
        }
    }
}

fn sentence_part(outcome: &Outcome) -> String {
    let mut letters = outcome.name.chars();
    let first = letters.next().map(|one| one.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The stable policy whose waits are shortest, on average.
fn best(report: &Report) -> Option<usize> {
    let stable = report.policies.iter().enumerate();
    let stable = stable.filter_map(|(n, one)| Some((n, one.figures.as_ref()?.wait_hours.p90.mean)));
    stable.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(n, _)| n)
}

fn played(report: &Report) -> String {
    let plan = &report.plan;
    let who = format!(
        "{} sites, {} pathologists, {} cases a week",
        plan.sites,
        plan.pathologists,
        thousands(plan.cases_per_week)
    );
    if plan.replayed {
        return format!(
            "{who}: a real log, played {} times with reading times drawn anew",
            plan.replications
        );
    }
    format!(
        "{who}. {} runs of {} weeks, each policy with the same cases",
        plan.replications, plan.weeks
    )
}

fn row(svg: &mut String, outcome: &Outcome, y: f64, colour: &str, hours: &Axis, late: &Axis) {
    let name = outcome.name.split_once(", ").unwrap_or((&outcome.name, ""));
    text(svg, 24.0, y + 34.0, 16, TEXT, true, name.0);
    let detail = if name.1.is_empty() {
        String::new()
    } else {
        format!("for {}", name.1)
    };
    text(svg, 24.0, y + 54.0, 13, SECOND, false, &detail);
    match &outcome.figures {
        Some(figures) => bars(svg, figures, y, colour, hours, late),
        None => words(svg, outcome, y, hours),
    }
}

fn bars(svg: &mut String, figures: &Figures, y: f64, colour: &str, hours: &Axis, late: &Axis) {
    let wait = &figures.wait_hours;
    bar(
        svg,
        hours,
        y + 16.0,
        14.0,
        colour,
        &wait.p50,
        &format!("half within {}", spoken(wait.p50.mean)),
    );
    bar(
        svg,
        hours,
        y + 38.0,
        30.0,
        colour,
        &wait.p90,
        &format!("9 of 10 within {}", spoken(wait.p90.mean)),
    );
    let percent = figures.late_percent.mean;
    let said = if percent < 10.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    };
    bar(
        svg,
        late,
        y + 38.0,
        30.0,
        colour,
        &figures.late_percent,
        &said,
    );
}

fn words(svg: &mut String, outcome: &Outcome, y: f64, hours: &Axis) {
    let grows = outcome.growth_cases_per_week.mean;
    let said = if outcome.growth_cases_per_week.low > 0.0 {
        format!("■ Not stable: {grows:.0} more cases wait after each week. No figure holds.")
    } else {
        "■ Not stable: no figure holds.".to_owned()
    };
    text(svg, hours.left + 8.0, y + 36.0, 15, BAD, true, &said);
    let why: Vec<&String> = outcome.because.iter().take(2).collect();
    for (n, why) in why.iter().enumerate() {
        text(
            svg,
            hours.left + 8.0,
            y + 56.0 + 18.0 * n as f64,
            13,
            SECOND,
            false,
            &cut(why, 100),
        );
    }
}

fn bar(
    svg: &mut String,
    axis: &Axis,
    y: f64,
    height: f64,
    colour: &str,
    figure: &Interval,
    said: &str,
) {
    let to = axis.at(figure.mean);
    let (low, high) = (axis.at(figure.low.max(0.0)), axis.at(figure.high));
    let middle = y + height / 2.0;
    let _ = writeln!(
        svg,
        "<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height}\" fill=\"{colour}\"/>\n\
         <path d=\"M{low:.1} {middle:.1}H{high:.1}M{low:.1} {:.1}v8M{high:.1} {:.1}v8\" stroke=\"{TEXT}\" stroke-width=\"1.5\" fill=\"none\"/>",
        axis.left,
        (to - axis.left).max(1.5),
        middle - 4.0,
        middle - 4.0
    );
    text(svg, high.max(to) + 8.0, middle + 5.0, 14, TEXT, false, said);
}

fn axis(svg: &mut String, axis: &Axis, bottom: f64) {
    text(svg, axis.left, TOP - 36.0, 14, TEXT, true, axis.title);
    let step = step(axis.most);
    let mut tick = 0.0;
    while tick <= axis.most * 1.001 {
        let x = axis.at(tick);
        let top = TOP - 6.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"{GRID}\"/>"
        );
        let label = format!("{tick}");
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"13\" fill=\"{SECOND}\" text-anchor=\"middle\">{label}</text>",
            TOP - 14.0
        );
        tick = ((tick + step) * 100.0).round() / 100.0;
    }
}

impl Axis {
    fn at(&self, value: f64) -> f64 {
        self.left + self.width * (value / self.most).min(1.0)
    }
}

/// About five steps of 1, 2 or 5.
fn step(most: f64) -> f64 {
    let steps = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0,
    ];
    steps
        .into_iter()
        .find(|step| most / step <= 6.0)
        .unwrap_or(most)
}

/// Hours as people say them.
fn spoken(hours: f64) -> String {
    let minutes = (hours * 60.0).round() as u64;
    match minutes {
        0 => "a minute".to_owned(),
        1..60 => format!("{minutes} min"),
        60..600 => format!("{hours:.1} h"),
        _ => format!("{hours:.0} h"),
    }
}

fn thousands(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

fn text(svg: &mut String, x: f64, y: f64, size: u32, colour: &str, heavy: bool, said: &str) {
    let weight = if heavy { 600 } else { 400 };
    let said = escaped(said);
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{colour}\">{said}</text>"
    );
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most).chain(['…']).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
