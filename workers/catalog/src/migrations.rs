//! The schema's history, forward only, the same numbers for both databases.

use std::borrow::Cow;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! migrations {
    ($engine:literal: $($version:literal $name:literal;)*) => {
        migrator(&[$(($version, $name, include_str!(concat!("../../../migrations/", $engine, "/", $name, ".sql")))),*])
    };
}

pub(crate) fn sqlite() -> Migrator {
    migrations! { "sqlite":
        1 "0001_the_laboratory";
        2 "0002_the_case";
        3 "0003_the_scan";
        4 "0004_upkeep";
        5 "0005_verification";
        6 "0006_the_quality";
        7 "0007_who_may_read";
        8 "0008_the_verbs";
        9 "0009_somebody_is_told";
        10 "0010_claims_together";
        11 "0011_supervised";
        12 "0012_fewer_indexes";
        13 "0013_the_decision";
        14 "0014_interim_report";
        15 "0015_offers_that_stand";
        16 "0016_whose_by_whom";
        17 "0017_rows_in_their_keys";
        18 "0018_what_others_hold";
    }
}

pub(crate) fn postgres() -> Migrator {
    migrations! { "postgres":
        1 "0001_the_laboratory";
        2 "0002_the_case";
        3 "0003_the_scan";
        4 "0004_upkeep";
        5 "0005_verification";
        6 "0006_the_quality";
        7 "0007_who_may_read";
        8 "0008_the_verbs";
        9 "0009_somebody_is_told";
        10 "0010_claims_together";
        11 "0011_supervised";
        12 "0012_fewer_indexes";
        13 "0013_the_decision";
        14 "0014_interim_report";
        15 "0015_offers_that_stand";
        16 "0016_whose_by_whom";
        17 "0017_rows_in_their_keys";
        18 "0018_what_others_hold";
    }
}

fn migrator(files: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migrations = files.iter().map(|(version, name, sql)| {
        Migration::new(
            *version,
            Cow::Borrowed(*name),
            MigrationType::Simple,
            (*sql).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}
