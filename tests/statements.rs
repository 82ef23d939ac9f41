//! Both databases take every statement, and their migrations make the same schema.

use crate::world::{Engine, World, on_both};

on_both!(every_statement_prepares);

async fn every_statement_prepares(world: World) {
    let prepared = world.catalog.prepare_every_statement().await;
    assert!(prepared.expect("every statement is understood") > 100);
}

const SQLITE_COLUMNS: &str = "
  SELECT m.name || '.' || p.name || ' ' || lower(p.type) || CASE WHEN p.\"notnull\" = 1 OR p.pk > 0 THEN ' not null' ELSE '' END
  FROM sqlite_master m JOIN pragma_table_info(m.name) p
  WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '_sqlx%' ORDER BY 1";

const POSTGRES_COLUMNS: &str = "
  SELECT c.table_name || '.' || c.column_name || ' '
    || CASE c.data_type WHEN 'bigint' THEN 'integer' WHEN 'bytea' THEN 'blob' ELSE c.data_type END
    || CASE c.is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE '\\_sqlx%' ORDER BY 1";

const SQLITE_INDEXES: &str =
    "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_autoindex%'";

const POSTGRES_INDEXES: &str = "
  SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_sqlx%'
  AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'";

#[test]
fn both_databases_have_the_same_tables_columns_and_indexes() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let small = World::on(Engine::Sqlite).await;
        let large = World::on(Engine::Postgres).await;
        let columns = sorted(small.texts(SQLITE_COLUMNS).await);
        assert!(columns.len() > 200, "{}", columns.len());
        assert_eq!(columns, sorted(large.texts(POSTGRES_COLUMNS).await));
        let indexes = sorted(small.texts(SQLITE_INDEXES).await);
        assert_eq!(indexes, sorted(large.texts(POSTGRES_INDEXES).await));
        small.finish().await;
        large.finish().await;
    });
}

/// Without statistics SQLite may begin a list with all cases there ever were, or with all that waits.
#[test]
fn sqlite_begins_a_worklist_with_what_is_on_it() {
    let listed = include_str!("../workers/catalog/sql/views/worklist_seen.sql");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let world = World::on(Engine::Sqlite).await;
        let steps = world.plan(listed).await;
        let from_all = |step: &&String| {
            let step = step.as_str();
            ["SCAN c", "SCAN p", "SCAN r"].contains(&step)
                || step.starts_with("SCAN c ")
                || step.starts_with("SCAN r ")
        };
        let found: Vec<_> = steps.iter().filter(from_all).collect();
        assert!(found.is_empty(), "{found:?} of {steps:#?}");
        assert!(steps.iter().any(|step| step == "SCAN f"), "{steps:#?}");
        world.finish().await;
    });
}

/// Of all that is claimed anywhere a list reads what one could have taken, whatever is believed of how much that is.
#[test]
fn what_others_hold_is_found_by_whose_it_is_and_what_it_needs() {
    let small = include_str!("../workers/catalog/sql/views/worklist_held.sql");
    let large = include_str!("../workers/catalog/sql/views/worklist_held.postgres.sql");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let world = World::on(Engine::Sqlite).await;
        let steps = world.plan(small).await;
        let by_both = "SEARCH r USING INDEX reading_held (organisation_id=? AND specialties=?)";
        assert!(steps.iter().any(|step| step == by_both), "{steps:#?}");
        let by_owner = "SEARCH r USING INDEX reading_held (organisation_id=?)";
        assert!(steps.iter().any(|step| step == by_owner), "{steps:#?}");
        world.finish().await;
        let world = World::on(Engine::Postgres).await;
        let asked = [("$1", "'a'"), ("$2", "'b'"), ("$3", "0"), ("$4", "''"), ("$5", "''")];
        let large = asked.iter().fold(large.to_owned(), |sql, (name, value)| sql.replace(name, value));
        let steps = world.texts(&format!("EXPLAIN {large}")).await;
        assert!(steps.iter().any(|step| step.contains("Scan using reading_held on reading x")), "{steps:#?}");
        let by_both = "Index Cond: ((organisation_id = reach.organisation_id) AND (specialties = reach.specialties))";
        assert!(steps.iter().any(|step| step.trim() == by_both), "{steps:#?}");
        world.finish().await;
    });
}

/// What somebody holds is counted by who they are, whatever PostgreSQL believes of how much is claimed: here, nothing.
#[test]
fn postgres_counts_what_somebody_holds_by_who_they_are() {
    let counted = include_str!("../workers/catalog/sql/feed/people_of.postgres.sql");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let world = World::on(Engine::Postgres).await;
        let counted = counted.replace("$1", r#"'["a"]'"#).replace("$2", "0");
        let steps = world.texts(&format!("EXPLAIN {counted}")).await;
        assert!(
            steps.iter().any(|step| step.contains("CTE mine")),
            "{steps:#?}"
        );
        let by_lease = steps.iter().filter(|step| step.contains("reading_lease"));
        assert_eq!(by_lease.count(), 0, "{steps:#?}");
        world.finish().await;
    });
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}
