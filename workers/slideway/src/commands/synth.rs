//! `synth OUT`: a slide that no patient ever was.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use pathology::formats::synthetic::{Recipe, Stain, Written, write_dicom, write_svs};

use super::Failure;

/// Write a synthetic slide; the same bytes for the same seed.
#[derive(Args)]
pub(crate) struct Synth {
    /// Where to write it: a file, for DICOM the folder of its files
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
    /// A DICOM series: a file for each level and picture
    Dicom,
}

impl Synth {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let recipe = Recipe {
            width: self.width,
            height: self.height,
            seed: self.seed,
            label_lines: self.barcode.iter().cloned().collect(),
            barcode: self.barcode.clone(),
            stain: Stain::HE,
            microns_per_pixel: 0.5,
            objective: 20,
            trouble: None,
        };
        let written = self.write(&recipe)?;
        println!(
            "{}: {} bytes, {} levels, {} tiles",
            self.out.display(),
            written.size_bytes,
            written.levels,
            written.tiles
        );
        Ok(ExitCode::SUCCESS)
    }

    fn write(&self, recipe: &Recipe) -> Result<Written, Failure> {
        let name = |path: &Path, why| format!("{}: {why}", path.display());
        match self.format {
            Format::Svs => {
                let file = File::create(&self.out).map_err(|why| name(&self.out, why))?;
                Ok(write_svs(recipe, &mut BufWriter::new(file))?)
            }
            Format::Dicom => {
                std::fs::create_dir_all(&self.out).map_err(|why| name(&self.out, why))?;
                let mut open = |file: &str| File::create(self.out.join(file)).map(BufWriter::new);
                Ok(write_dicom(recipe, &mut open)?)
            }
        }
    }
}
