//! Ready cases meet available specialists.
