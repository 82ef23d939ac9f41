//! What a child forbids itself, before it reads a byte of a slide.
//!
//! Every limit is lowered for good: soft and hard alike. [`restrict`] is the one place where
//! restrictions stand.

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

use crate::protocol::Limits;

/// The kernel kills this process when the thread that started it ends.
pub(crate) fn die_with_parent() -> std::io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    Ok(())
}

/// Gives up what decoding does not need. The members are open and the frames' pipes are there;
/// after this the process opens nothing, writes no file, starts no process, leaves no core.
///
/// The threads of the pool are started first, because later none can be (`RLIMIT_NPROC` does not
/// bind root: run the service as a user of its own). Descriptors the service itself inherited
/// without close-on-exec come along and cannot be closed without `unsafe`: start it with none.
pub(crate) fn restrict(limits: &Limits) -> std::io::Result<()> {
    lower(Resource::As, limits.memory_bytes, 0)?;
    lower(Resource::Core, 0, 0)?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(limits.threads as usize)
        .build_global()
        .map_err(std::io::Error::other)?;
    lower(Resource::Cpu, limits.cpu_seconds, 1)?;
    lower(Resource::Fsize, 0, 0)?;
    lower(Resource::Nofile, 0, 0)?;
    lower(Resource::Nproc, 0, 0)?;
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
