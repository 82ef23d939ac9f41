//! What Slideway can do: one module a capability, each with one comment.

/// The configuration files say what the code does.
mod settings;

/// The house rules, read from the repository's own files.
mod tidy;
