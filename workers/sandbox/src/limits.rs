//! The limits a child sets on itself, soft and hard alike, so that they can never be raised again.

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

use crate::protocol::Limits;

/// Files that a child reading through OpenSlide may have open at once.
const OPEN_FILES: u64 = 256;

/// The kernel kills this process when the thread that started it ends.
pub(crate) fn die_with_parent() -> std::io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    Ok(())
}

/// Address space, and no core file: a core would hold a patient's pixels.
pub(crate) fn memory(limits: &Limits) -> std::io::Result<()> {
    lower(Resource::As, limits.memory_bytes, 0)?;
    lower(Resource::Core, 0, 0)
}

/// Processor time, and after it: no file grows, and unless `reading` none is opened and no process or thread
/// starts (`RLIMIT_NPROC` counts threads and does not bind root; seccomp tells them apart and does).
pub(crate) fn everything_else(limits: &Limits, reading: bool) -> std::io::Result<()> {
    lower(Resource::Cpu, limits.cpu_seconds, 1)?;
    lower(Resource::Fsize, 0, 0)?;
    lower(Resource::Nofile, if reading { OPEN_FILES } else { 0 }, 0)?;
    if !reading {
        lower(Resource::Nproc, 0, 0)?;
    }
    Ok(())
}

/// Lowers a limit to `value`; the hard one `grace` above it, for limits that warn by a signal first.
fn lower(resource: Resource, value: u64, grace: u64) -> std::io::Result<()> {
    let allowed = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let maximum = allowed.min(value.saturating_add(grace));
    let new = Rlimit {
        current: Some(value.min(maximum)),
        maximum: Some(maximum),
    };
    setrlimit(resource, new)?;
    Ok(())
}
