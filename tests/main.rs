//! What Slideway can do: one module a capability, each with one comment.

/// The house rules, read from the repository's own files.
mod tidy;
