//! `inspect PATH…`: what we see in a slide.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use pathology::formats::Facts;

use super::{Failure, failed};
use crate::keepers;

/// Say what we see in a slide.
#[derive(Args)]
pub(crate) struct Inspect {
    /// A slide, or the files or the folder of one
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let sandbox = keepers::sandbox(&sandbox::Settings::default())?;
        let inspected = match sandbox.inspect(&keepers::members_at(&self.paths)?).await {
            Ok(inspected) => inspected,
            Err(e) => return Ok(failed(&format!("{}: {e}", self.paths[0].display()))),
        };
        if self.json {
            println!("{}", serde_json::to_string_pretty(&inspected.facts)?);
        } else {
            print!("{}", words(&inspected.facts));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn words(facts: &Facts) -> String {
    let mut lines = vec![
        format!("format      {}, tiles of {}", facts.vendor, facts.codec),
        format!("size        {} × {} pixels", facts.width, facts.height),
    ];
    lines.push(match facts.scale() {
        Some([x, y]) if (x - y).abs() < 1e-9 => format!("resolution  {x} µm per pixel"),
        Some([x, y]) => format!("resolution  {x} × {y} µm per pixel"),
        None if facts.mpp_implausible => {
            "resolution  not plausible: lengths will not be shown".into()
        }
        None => "resolution  not stated: lengths will not be shown".into(),
    });
    if let Some(power) = facts.objective {
        lines.push(format!("objective   {power}×"));
    }
    for (n, level) in facts.levels.iter().enumerate() {
        let scale = f64::from(facts.width) / f64::from(level.w);
        lines.push(format!(
            "level {n}     {} × {} in tiles of {} × {} (1/{scale:.2})",
            level.w, level.h, level.tile_w, level.tile_h
        ));
    }
    for picture in &facts.associated {
        lines.push(format!(
            "{:<11} {} × {}",
            picture.name, picture.w, picture.h
        ));
    }
    lines.join("\n") + "\n"
}
