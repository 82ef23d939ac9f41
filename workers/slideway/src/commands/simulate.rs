//! `simulate`: the routing of a network over weeks, without servers; and a real log played again.
//!
//! The file is a network (`configs/network.toml`, also the embedded default); its `routing_file` is the
//! laboratory's own policy, so that what is simulated is what is run.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use pathology::simulation::{HouseRules, Network, Replay, picture, simulate, table};

use super::Failure;
use crate::settings;

/// Compare ways to route the cases of a network, without servers.
#[derive(Args)]
pub(crate) struct Simulate {
    /// The network; without it that of `configs/network.toml`
    #[arg(long)]
    config: Option<PathBuf>,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
    /// Also draw the comparison
    #[arg(long, value_name = "OUT")]
    svg: Option<PathBuf>,
    /// Play the cases of a log, as `slideway events` writes it, instead of drawn ones
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
}

/// A line of a log is a few hundred bytes; a longer one than this is none.
const LONGEST_LINE: usize = 64 * 1024;

impl Simulate {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut network = network(self.config.as_deref())?;
        let replay = self
            .events
            .as_deref()
            .map(|file| replay(&network, file))
            .transpose()?;
        if let Some(replay) = &replay {
            network = replay.played_by(&network)?;
        }
        let report = simulate(&network, replay.as_ref());
        if let Some(out) = &self.svg {
            super::write(out, picture(&report).as_bytes())?;
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print!("{}", table(&report));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The network of a file with the laboratory's rules, checked.
fn network(file: Option<&Path>) -> Result<Network, Failure> {
    let Some(file) = file else {
        let network: Network = toml::from_str(include_str!("../../../../configs/network.toml"))?;
        return Ok(checked(
            network,
            Path::new("configs/network.toml"),
            &catalog::Policy::default(),
        )?);
    };
    let network: Network = settings::parse(file, "configs/network.toml")?;
    let policy = match &network.routing_file {
        Some(routing) => settings::parse(
            &file.parent().unwrap_or(Path::new(".")).join(routing),
            "configs/routing.toml",
        )?,
        None => catalog::Policy::default(),
    };
    Ok(checked(network, file, &policy)?)
}

fn checked(mut network: Network, file: &Path, policy: &catalog::Policy) -> Result<Network, String> {
    network.rules = HouseRules {
        targets: policy.targets.clone(),
        lease: policy.lease,
        decline_hours: policy.limits.decline_hours,
    };
    match network.check() {
        Ok(()) => Ok(network),
        Err(why) => Err(format!("{}: {why}", file.display())),
    }
}

fn replay(network: &Network, file: &Path) -> Result<Replay, Failure> {
    let named = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let mut lines = BufReader::new(File::open(file).map_err(|why| named(&why))?);
    let (mut replay, mut line) = (Replay::default(), Vec::new());
    loop {
        line.clear();
        let mut bounded = std::io::Read::take(&mut lines, LONGEST_LINE as u64);
        if bounded
            .read_until(b'\n', &mut line)
            .map_err(|why| named(&why))?
            == 0
        {
            replay.end();
            return Ok(replay);
        }
        let text = String::from_utf8_lossy(&line);
        replay.line(network, &text).map_err(|why| named(&why))?;
    }
}
