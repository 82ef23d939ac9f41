//! What can go wrong on the other side of the boundary, sorted by what the caller does about it.

use crate::Refusal;

/// Why an ask has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The slide is wrong or not of a kind we read: asking again gives the same answer.
    #[error("{reason}")]
    Refused {
        /// What a program acts on.
        kind: Refusal,
        /// What is wrong and what to do about it, in a sentence for people.
        reason: String,
    },
    /// The child fell over while reading the slide.
    #[error("the decoder stopped unexpectedly ({status})")]
    Crashed {
        /// How it ended: a signal or an exit code.
        status: String,
    },
    /// The child used up its wall-clock or processor time.
    #[error("the decoder did not finish within {seconds} s")]
    TimedOut {
        /// The limit it reached, in seconds.
        seconds: u64,
    },
    /// The child asked for more memory than it may have.
    #[error("the decoder needed more than its {limit_bytes} bytes of memory")]
    TooMuchMemory {
        /// The limit it reached, in bytes.
        limit_bytes: u64,
    },
    /// The child answered with more than the caller allows.
    #[error("the decoder answered with more than {limit_bytes} bytes")]
    OutputTooLarge {
        /// The limit it reached, in bytes.
        limit_bytes: u64,
    },
    /// The child broke the rules of the conversation.
    #[error("the decoder broke the protocol: {0}")]
    Protocol(&'static str),
    /// The child could not be started: look at `sandbox.program`. The slide is not to blame.
    #[error("the decoder could not be started from the configured program: {0}")]
    Start(std::io::Error),
    /// The kernel lacks a part that `sandbox.require` asks for. The slide is not to blame.
    #[error(
        "the kernel lacks what sandbox.require = \"full\" asks for: {0}; give it that, or set \"available\""
    )]
    Unconfined(String),
    /// The bytes of the slide could not be had from their store. The slide is not to blame.
    #[error("the slide's bytes could not be read from the store: {0}")]
    Source(std::io::Error),
    /// The sandbox is shutting down.
    #[error("the sandbox is closed")]
    Closed,
}

impl Error {
    /// Whether this failure speaks against the slide itself: it counts as one of the three
    /// attempts before quarantine. A refusal is final at once and does not count.
    pub const fn is_poison(&self) -> bool {
        matches!(
            self,
            Self::Crashed { .. }
                | Self::TimedOut { .. }
                | Self::TooMuchMemory { .. }
                | Self::OutputTooLarge { .. }
                | Self::Protocol(_)
        )
    }
}
