//! Tests of the naive worklist.
