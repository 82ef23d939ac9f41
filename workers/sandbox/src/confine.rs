//! What a child gives up before it reads a byte of a slide, and how much of that this kernel holds.
//!
//! ```text
//!   memory, cores ─▶ landlock ─▶ threads of the pool ─▶ other limits ─▶ seccomp ─▶ the slide's bytes
//!                    (this thread; those it starts inherit it)          (all threads)
//! ```
//!
//! Invariants: everything is given up for good; no privilege is needed; what the kernel lacks is said in
//! [`Enforced`] and never silently missing.

mod calls;
mod files;

use std::io;

use serde::{Deserialize, Serialize};

pub(crate) use files::Readable;

use crate::limits;
use crate::protocol::Limits;

/// Landlock's version from which on it takes the network away (Linux 6.7).
const NETWORK: u8 = 4;
/// Landlock's version from which on it takes signals and abstract sockets away (Linux 6.12).
const SIGNALS: u8 = 6;

/// What the kernel holds a child to, besides its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enforced {
    /// Version of landlock in force; 0 where there is none.
    pub landlock: u8,
    /// Whether seccomp leaves only the calls that decoding needs.
    pub seccomp: bool,
}

impl Enforced {
    /// The parts that this kernel lacks, a phrase each with its remedy; none when all are in force.
    pub fn lacks(self) -> Vec<&'static str> {
        let mut lacks = Vec::new();
        if self.landlock == 0 {
            lacks.push("landlock (Linux 5.13, enabled at boot by lsm=landlock)");
        } else if self.landlock < NETWORK {
            lacks.push("landlock's rules on network (Linux 6.7) and signals (Linux 6.12)");
        } else if self.landlock < SIGNALS {
            lacks.push("landlock's rule on signals (Linux 6.12)");
        }
        if !self.seccomp {
            lacks.push("seccomp (a kernel with CONFIG_SECCOMP_FILTER, on x86-64 or ARM64)");
        }
        lacks
    }

    /// Whether every part is in force.
    pub fn is_full(self) -> bool {
        self.lacks().is_empty()
    }
}

/// Gives up what decoding does not need; `readable` is what may still be opened, read-only.
///
/// Descriptors the service itself inherited without close-on-exec come along: start it with none.
pub(crate) fn confine(limits: &Limits, readable: Option<&Readable>) -> io::Result<Enforced> {
    limits::memory(limits)?;
    let landlock = files::forbid(readable)?;
    start_threads(limits.threads)?;
    limits::everything_else(limits, readable.is_some())?;
    let seccomp = calls::forbid(readable.is_some());
    Ok(Enforced { landlock, seccomp })
}

/// The threads of the pool, because later none can be started; returns when all of them run.
fn start_threads(threads: u32) -> io::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads as usize)
        .build_global()
        .map_err(io::Error::other)?;
    rayon::broadcast(|_| settle_allocator());
    Ok(())
}

/// The allocator of glibc asks the kernel once, by opening a file, whether a thread's memory may shrink. It
/// asks when much is given back: here, where an open that fails is an answer and not the end.
fn settle_allocator() {
    let pieces: Vec<Vec<u8>> = (0..64).map(|_| vec![1; 64 << 10]).collect();
    drop(std::hint::black_box(pieces));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kernel_lacks_is_said() {
        let of = |landlock, seccomp| Enforced { landlock, seccomp };
        assert!(of(6, true).is_full() && of(7, true).is_full());
        for (enforced, word) in [
            (of(0, true), "lsm=landlock"),
            (of(3, true), "network"),
            (of(5, true), "signals"),
            (of(7, false), "seccomp"),
        ] {
            assert!(!enforced.is_full());
            assert!(enforced.lacks()[0].contains(word), "{enforced:?}");
        }
        assert_eq!(of(0, false).lacks().len(), 2);
    }
}
