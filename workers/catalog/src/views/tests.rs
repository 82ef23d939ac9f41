//! Views over hand-written rows.
