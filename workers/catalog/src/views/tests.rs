//! Views over hand-written rows, on SQLite and, where `SLIDEWAY_TEST_POSTGRES` names a server, on
//! PostgreSQL: the same world, the same answers.

mod lists;
mod opened;
mod world;
