//! Which case goes to whom, and in which order.
