//! What Slideway can do: one module a capability, each with one comment.

/// A case is registered once, under its numbers, for the right patient.
mod accession;

/// What a scanner delivers is stored once, published once, and refused in words.
mod arrival;

/// The first available specialist gets the next case, and nobody else does.
mod claims;

/// Every act is on record, and the catalogue agrees with the naive worklist whatever happens.
mod history;

/// A claim lasts as long as its pathologist is there, begun work longer.
mod leases;

/// A scan joins its slide on two sources that agree, in whatever order they come.
mod matching;

/// The configuration files say what the code does.
mod settings;

/// A case is signed out exactly once, by who holds it, for what they saw.
mod sign_out;

/// Both databases take every statement and have the same tables.
mod statements;

/// The house rules, read from the repository's own files.
mod tidy;

/// No claim commits on a right after its withdrawal.
mod withdrawal;

mod world;
