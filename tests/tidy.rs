//! The house rules, held by tests that read the repository's own files.
//!
//! ```text
//!  git ls-files ─▶ repository ─▶ edges   who may know whom: crates, and folders of src/
//!                                lints   the same in every crate, unsafe in one file
//!                                sizes   names, files and functions that stay small
//!                                words   module docs, nothing unfinished, nothing of one machine
//!                                sql     statements in use, migrations in pairs
//!                                docs    links, decisions, the safety table
//!                                pages   the built pages are those of the sources
//! ```
//! Every finding names the file, the line and the remedy. A limit that no check holds is not a
//! limit; a rule that has no check here or in clippy is only advice.

mod docs;
mod edges;
mod lints;
mod pages;
mod repository;
mod rust_text;
mod sizes;
mod sql;
mod words;
