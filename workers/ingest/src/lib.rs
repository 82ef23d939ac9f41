//! Scanner doors.
