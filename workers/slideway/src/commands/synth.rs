//! `synth OUT`: a slide that no patient ever was.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use pathology::formats::synthetic::{Recipe, Stain, write_svs};

use super::Failure;

/// Write a synthetic slide; the same bytes for the same seed.
#[derive(Args)]
pub(crate) struct Synth {
    /// Where to write it
    out: PathBuf,
    /// In which format
    #[arg(long, value_enum, default_value_t = Format::Svs)]
    format: Format,
    /// Width in pixels
    #[arg(long, default_value_t = 8192)]
    width: u32,
    /// Height in pixels
    #[arg(long, default_value_t = 6144)]
    height: u32,
    /// What decides everything that looks like chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The container number in the label's code
    #[arg(long)]
    barcode: Option<String>,
}

/// Formats that can be synthesised.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Aperio SVS
    Svs,
}

impl Synth {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Format::Svs = self.format;
        let recipe = Recipe {
            width: self.width,
            height: self.height,
            seed: self.seed,
            label_lines: self.barcode.iter().cloned().collect(),
            barcode: self.barcode,
            stain: Stain::HE,
            microns_per_pixel: 0.5,
            objective: 20,
            trouble: None,
        };
        let file = File::create(&self.out).map_err(|e| format!("{}: {e}", self.out.display()))?;
        let written = write_svs(&recipe, &mut BufWriter::new(file))?;
        println!(
            "{}: {} bytes, {} levels, {} tiles",
            self.out.display(),
            written.size_bytes,
            written.levels,
            written.tiles
        );
        Ok(ExitCode::SUCCESS)
    }
}
