//! The report as a table for people.

use std::fmt::Write as _;

use super::interval::Interval;
use super::report::{Answer, Figures, Outcome, Report};

/// The report in words and columns; every figure with its 95 % interval.
pub fn table(report: &Report) -> String {
    let mut text = plan(report);
    for outcome in &report.policies {
        text.push_str(&policy(outcome));
    }
    if !report.differences.is_empty() {
        let _ = writeln!(
            text,
            "\nCompared with \"{}\", same days, same cases",
            report.policies[0].name
        );
        for one in &report.differences {
            let said = one.change.map_or_else(
                || unsaid("not stable on both sides"),
                |change| changes(&change),
            );
            let _ = writeln!(text, "  {:<26} {said}", one.to);
        }
    }
    for (n, answer) in report.what_if.iter().enumerate() {
        if n == 0 || report.what_if[n - 1].question != answer.question {
            let _ = writeln!(text, "\nWhat if: {}", answer.question);
        }
        let _ = writeln!(text, "  {:<26} {}", answer.policy, answered(answer));
    }
    text.push_str("\nIn brackets: the interval that holds the true mean 19 times of 20.\n");
    text
}

fn plan(report: &Report) -> String {
    let plan = &report.plan;
    let (runs, weeks, warm_up) = (plan.replications, plan.weeks, plan.warm_up_weeks);
    let Some(seen) = &report.observed else {
        return format!(
            "{runs} replications of {weeks} weeks after {warm_up} weeks of warm-up; seed {}\n",
            plan.seed
        );
    };
    let ([t50, t90, t99], [w50, w90, w99]) = (seen.turnaround_hours, seen.wait_hours);
    format!(
        "{runs} replications of {} cases of a log; reading times drawn with seed {}\n\nAs it was ({} signed out)\n  \
         turnaround p50 {t50:.1} h, p90 {t90:.1} h, p99 {t99:.1} h\n  wait       p50 {w50:.1} h, p90 {w90:.1} h, p99 {w99:.1} h\n  \
         late       {:.1} %\n",
        seen.cases, plan.seed, seen.signed_out, seen.late_percent
    )
}

fn policy(outcome: &Outcome) -> String {
    let mut text = format!("\n{}\n", outcome.name);
    match &outcome.figures {
        None => outcome.because.iter().for_each(|why| {
            let _ = writeln!(text, "  not stable: {why}");
        }),
        Some(figures) => text.push_str(&rows(figures)),
    }
    let percent = outcome.load * 100.0;
    let shown = outcome
        .tightest
        .iter()
        .take(4)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = match outcome.tightest.len().saturating_sub(4) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let _ = writeln!(
        text,
        "  load       {percent:.0} % of the hours for {shown}{more}"
    );
    let sites = outcome.utilisation.iter();
    let used: Vec<String> = sites
        .map(|one| format!("{} {:.0} %", one.site, one.percent.mean))
        .collect();
    let _ = writeln!(text, "  reading    {}", used.join(", "));
    text
}

fn rows(figures: &Figures) -> String {
    let row = |what: &str, of: &super::report::Percentiles| {
        let all = [of.p50, of.p90, of.p99].map(|one| hours(&one));
        format!(
            "  {what:<10} p50 {}, p90 {}, p99 {}\n",
            all[0], all[1], all[2]
        )
    };
    let late = &figures.late_percent;
    let [mean, low, high] = [late.mean, late.low, late.high].map(|value| rounded(value, 1));
    row("turnaround", &figures.turnaround_hours)
        + &row("wait", &figures.wait_hours)
        + &format!("  late       {mean:.1} % ({low:.1} to {high:.1})\n")
}

fn answered(answer: &Answer) -> String {
    let late = &answer.more_late_cases;
    match &answer.change {
        Some(change) => format!("{}, late cases {}", changes(change), signed(late, 0, "")),
        None if !answer.stable => {
            unsaid(answer.because.first().map_or("not stable", String::as_str))
        }
        None => unsaid("not stable without it either"),
    }
}

fn changes(change: &Figures) -> String {
    let (wait, turnaround) = (&change.wait_hours, &change.turnaround_hours);
    format!(
        "wait p90 {}, turnaround p90 {}, late {}",
        signed(&wait.p90, 1, " h"),
        signed(&turnaround.p90, 1, " h"),
        signed(&change.late_percent, 1, " points"),
    )
}

fn unsaid(why: &str) -> String {
    format!("no figure: {why}")
}

fn hours(one: &Interval) -> String {
    let [mean, low, high] = [one.mean, one.low, one.high].map(|value| rounded(value, 1));
    format!("{mean:.1} h ({low:.1} to {high:.1})")
}

/// To so many decimals, so that what rounds to nothing has no sign.
fn rounded(value: f64, decimals: usize) -> f64 {
    let scale = 10_f64.powi(decimals as i32);
    (value * scale).round() / scale + 0.0
}

fn signed(one: &Interval, decimals: usize, unit: &str) -> String {
    let chance = if one.is_a_difference() {
        ""
    } else {
        ", may be chance"
    };
    let [mean, low, high] = [one.mean, one.low, one.high].map(|value| rounded(value, decimals));
    format!("{mean:+.decimals$}{unit} ({low:+.decimals$} to {high:+.decimals$}{chance})")
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        assert_eq!(format!("{:.1}", rounded(-0.04, 1)), "0.0");
        assert_eq!(format!("{:+.0}", rounded(-0.4, 0)), "+0");
        assert_eq!(format!("{:.1}", rounded(-1.26, 1)), "-1.3");
    }
}
