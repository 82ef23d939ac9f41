//! With plans that PostgreSQL makes once and keeps, no statement of a claim looks through the worklist.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::{on_postgres, run};

/// Waiting readings beside the one that is asked for.
const WAITING: u32 = 4_000;
/// Rows a node of a plan may look at.
const LOOKED_AT: u64 = 50;

/// A statement of the claim, and what to run it with: `P` the pathologist, `R` the reading, `C` the case, `O` the
/// organisation.
const STATEMENTS: [(&str, &str); 8] = [
    ("pathologist/lock_all.postgres", r#"'["P"]'"#),
    (
        "claim/look.postgres",
        r#"'["P"]', '["R"]', 1, '[{"o": "O", "c": "claim", "k": "K"}]'"#,
    ),
    ("claim/heads", "'P', 1, 1, 'O'"),
    ("claim/facts.postgres", r#"'[{"r": "R", "p": "P"}]'"#),
    ("reading/leave_pools.postgres", r#"'["R"]'"#),
    (
        "pathologist/hold_more.postgres",
        r#"'[{"p": "P", "n": 1, "w": 1}]'"#,
    ),
    (
        "claim/write.postgres",
        r#"'[{"r": "R", "p": "P", "c": "X", "f": 1, "o": "O", "k": "C", "v": 0, "x": 0, "w": "", "q": "O", "s": "S", "t": "claim",
           "u": "U", "b": "B", "d": ""}]', 1, 2, '[{"p": "P", "n": 1, "w": 1}]', '[{"o": "O", "c": "claim", "k": "K", "w": ""}]'"#,
    ),
    ("feed/readings_of.postgres", r#"'["R"]'"#),
];

#[test]
fn no_statement_of_a_claim_looks_through_the_worklist() {
    on_postgres(|world| async move {
        let open = world
            .ready(&world.order(&world.northgate, "S26-00001"))
            .await;
        let mut database = PgConnection::connect(&world.url()).await.expect("connects");
        run(&mut database, "BEGIN").await;
        crowd(&mut database).await;
        run(
            &mut database,
            "SET LOCAL plan_cache_mode = force_generic_plan",
        )
        .await;
        for (n, (name, with)) in STATEMENTS.iter().enumerate() {
            let with = with.replace("'P'", &format!("'{}'", world.ada.id));
            let with = with.replace("'O'", &format!("'{}'", world.northgate.organisation));
            let with = with.replace("\"P\"", &format!("\"{}\"", world.ada.id));
            let with = with.replace("\"R\"", &format!("\"{}\"", open.reading));
            let with = with.replace("\"C\"", &format!("\"{}\"", open.case));
            let with = with.replace("\"O\"", &format!("\"{}\"", world.northgate.organisation));
            let plan = plan(&mut database, n, name, &with).await;
            let worst = plan.iter().filter_map(|line| rows(line)).max();
            let worst = worst.unwrap_or_else(|| panic!("{name}: no rows in {plan:#?}"));
            assert!(
                worst <= LOOKED_AT,
                "{name} looks at {worst} rows: {plan:#?}"
            );
        }
        run(&mut database, "ROLLBACK").await;
    });
}

/// Many more cases that wait like the one that is there.
async fn crowd(database: &mut PgConnection) {
    for (table, key, change) in [
        (
            "cases",
            "case_id",
            "'number', 'N' || n, 'case_id', 'c' || n",
        ),
        (
            "reading",
            "reading_id",
            "'reading_id', 'r' || n, 'case_id', 'c' || n",
        ),
        ("reading_pool", "reading_id", "'reading_id', 'r' || n"),
    ] {
        let sql = format!(
            "INSERT INTO {table} SELECT x.* FROM (SELECT * FROM {table} ORDER BY {key} LIMIT 1) one, generate_series(1, {WAITING}) n,
             LATERAL jsonb_populate_record(one::{table}, jsonb_build_object({change})) x"
        );
        run(database, &sql).await;
        run(database, &format!("ANALYZE {table}")).await;
    }
    for (table, row) in [
        ("idempotency", "'o' || n, 'k' || n, 'claim', '{}', 1"),
        (
            "exclusion",
            "'r' || n, p.pathologist_id, p.organisation_id, 'declined', 1",
        ),
        (
            "assignment",
            "'a' || n, p.organisation_id, 'r' || n, 'c' || n, p.pathologist_id, 1, 'signed_out', 1, 2, 0, NULL, 0, ''",
        ),
        (
            "pathologist",
            "'p' || n, p.organisation_id, p.site_id, 'N' || n, 'away', 0, 1",
        ),
    ] {
        let one = "(SELECT * FROM pathologist ORDER BY pathologist_id LIMIT 1)";
        let sql = format!(
            "INSERT INTO {table} SELECT {row} FROM {one} p, generate_series(1, {WAITING}) n"
        );
        run(database, &sql).await;
        run(database, &format!("ANALYZE {table}")).await;
    }
}

async fn plan(database: &mut PgConnection, n: usize, name: &str, with: &str) -> Vec<String> {
    let file = format!("{}/../catalog/sql/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
    run(database, &format!("PREPARE s{n} AS {text}")).await;
    let explain = format!("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE s{n}({with})");
    let rows = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_all(database)
        .await;
    let rows = rows.unwrap_or_else(|e| panic!("{name}: {e}"));
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

/// Rows that a line of a plan looked at, over all its loops.
fn rows(line: &str) -> Option<u64> {
    if let Some((_, removed)) = line.split_once("Rows Removed by") {
        return removed.rsplit(' ').next()?.parse().ok();
    }
    let (_, rest) = line.split_once("actual rows=")?;
    let (rows, rest) = rest.split_once(" loops=")?;
    let loops = rest.trim_end_matches(')').parse::<u64>().ok()?;
    Some(rows.parse::<f64>().ok()? as u64 * loops)
}
