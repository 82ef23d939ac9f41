//! What an index, its pages and its manifest promise.
