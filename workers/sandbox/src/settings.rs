//! What children may use, how many there are, and what the kernel must hold them to.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::Limits;

/// What children may use, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The `slideway` binary, which is started as `program sandbox-child`. A path; a name alone is
    /// looked for in `/bin` and `/usr/bin` only, because children have no environment. Empty: the
    /// binary that runs puts its own path here at its start.
    pub program: PathBuf,
    /// Children at work at once; who comes later waits. Default 4.
    pub max_children: u32,
    /// Children started beforehand, so that opening a scan costs no process start; more than
    /// `max_children` are never kept. Default 2.
    pub warm_children: u32,
    /// What the kernel must hold children to. Default: what it can.
    pub require: Require,
    /// OpenSlide's library (libopenslide.so.0 of 3.4, or .so.1 of 4.0), for slides that only it reads. Empty:
    /// the one the system's loader knows, if there is one.
    pub openslide: PathBuf,
    /// Threads a child decodes with. Default 2.
    pub threads: u32,
    /// Address space of a child (`RLIMIT_AS`), its threads' stacks included. Default 2 GiB.
    pub memory_bytes: u64,
    /// Processor time of a child in its whole life (`RLIMIT_CPU`). Default 120.
    pub cpu_seconds: u64,
    /// The same for a child that makes or verifies a whole pyramid. Default 7,200.
    pub whole_cpu_seconds: u64,
    /// Time for one ask (of a whole pyramid: for each of its replies), by the wall clock. Default 60.
    pub wall_seconds: u64,
    /// Longest picture or tile a child may answer with; the parent holds it in memory. Default 32 MiB.
    pub max_output_bytes: u64,
}

/// What the kernel must hold children to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Require {
    /// What it can; `/readyz` says what it lacks.
    Available,
    /// Landlock up to signals, and seccomp: the service does not start, and no child reads, without.
    Full,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            program: PathBuf::new(),
            max_children: 4,
            warm_children: 2,
            require: Require::Available,
            openslide: PathBuf::new(),
            threads: 2,
            memory_bytes: 2 << 30,
            cpu_seconds: 120,
            whole_cpu_seconds: 7_200,
            wall_seconds: 60,
            max_output_bytes: 32 << 20,
        }
    }
}

impl Settings {
    /// The defaults, with this program.
    pub fn of_program(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            ..Self::default()
        }
    }

    pub(crate) const fn wall(&self) -> Duration {
        Duration::from_secs(self.wall_seconds)
    }

    pub(crate) fn places(&self) -> usize {
        self.max_children.max(1) as usize
    }

    pub(crate) fn warm(&self) -> usize {
        self.places().min(self.warm_children as usize)
    }

    pub(crate) fn limits(&self, cpu_seconds: u64) -> Limits {
        Limits {
            memory_bytes: self.memory_bytes,
            cpu_seconds,
            threads: self.threads.max(1),
            in_full: self.require == Require::Full,
        }
    }
}
