//! Two organisations with an agreement on skin; `#7` in a statement stands for the id of number 7.
//!
//! ```text
//!  #1 Northgate: site #11, Ines #21 (skin)      cases #101 waiting, #102 held by Omar, #103 restricted
//!  #2 Hillview:  site #12, Omar #22 (skin, agreement), Eve #23 (renal)      case #104 of Hillview, renal
//! ```

use pathology::access::{Action, Purpose, Role, Subject};
use pathology::ids::{OrganisationId, PathologistId, SiteId};
use uuid::Uuid;

use crate::engine::{Sql, args};
use crate::views::Asking;
use crate::{Catalog, Policy, Settings};

pub(super) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn written(text: &str) -> String {
    let mut parts = text.split('#');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        let number: u128 = part[..end].parse().expect("a number follows #");
        out.extend(["'", &id(number).to_string(), "'", &part[end..]]);
    }
    out
}

pub(super) async fn run(catalog: &Catalog, text: &str) {
    for statement in text.split(';').filter(|part| !part.trim().is_empty()) {
        let text = written(statement);
        let in_words = |blob: &str| -> &'static str {
            Box::leak(text.replace("AS B)", blob).into_boxed_str())
        };
        let sql: &'static Sql = Box::leak(Box::new(Sql {
            name: "test",
            sqlite: in_words("AS BLOB)"),
            postgres: in_words("AS BYTEA)"),
        }));
        let done = catalog.write(move |tx| Box::pin(async move { tx.run(sql, args![]).await }));
        done.await.unwrap_or_else(|e| panic!("{text}: {e}"));
    }
}

/// Every engine at hand, each with the world in it. The folder lives as long as the guard.
pub(super) async fn worlds() -> Vec<(Catalog, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().display());
    let mut worlds = vec![(open(url).await, Some(folder))];
    #[expect(
        clippy::disallowed_methods,
        reason = "which server to test on is no setting"
    )]
    let server = std::env::var("SLIDEWAY_TEST_POSTGRES");
    if let Ok(server) = server {
        worlds.push((open(fresh_database(&server).await).await, None));
    }
    for (catalog, _) in &worlds {
        run(catalog, ROWS).await;
    }
    worlds
}

async fn open(url: String) -> Catalog {
    let settings = Settings {
        url,
        connections: 2,
    };
    Catalog::open(&settings, Policy::default()).await.unwrap()
}

async fn fresh_database(server: &str) -> String {
    use sqlx::{Connection as _, Executor as _, SqlSafeStr as _};
    let name = format!("views_{}", Uuid::now_v7().simple());
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    let create: &'static str = Box::leak(format!("CREATE DATABASE {name}").into_boxed_str());
    connection.execute(create.into_sql_str()).await.unwrap();
    let (host, _postgres) = server.rsplit_once('/').expect("an address with a database");
    format!("{host}/{name}")
}

pub(super) fn asking(who: u128, organisation: u128, action: Action) -> Asking {
    Asking {
        subject: Subject {
            organisation: OrganisationId(id(organisation)),
            site: Some(SiteId(id(organisation + 10))),
            role: Role::Pathologist(PathologistId(id(who))),
        },
        name: format!("pathologist:{}", id(who)),
        action,
        purpose: Purpose::DirectCare,
        reason: None,
    }
}

pub(super) fn ines(action: Action) -> Asking {
    asking(21, 1, action)
}

pub(super) fn omar(action: Action) -> Asking {
    asking(22, 2, action)
}

pub(super) fn eve(action: Action) -> Asking {
    asking(23, 2, action)
}

pub(super) fn manager(action: Action) -> Asking {
    let mut asking = ines(action);
    asking.subject.role = Role::Manager;
    asking.name = "manager:tess".into();
    asking
}

const ROWS: &str = "
INSERT INTO organisation (organisation_id, name) VALUES (#1, 'Northgate'), (#2, 'Hillview');
INSERT INTO site (site_id, organisation_id, name) VALUES (#11, #1, 'Northgate General'), (#12, #2, 'Hillview House');
INSERT INTO issuer (issuer, organisation_id, numbers) VALUES ('ng-lab', #1, 'any'), ('hv-lab', #2, 'any'), ('ng-pas', #1, 'patient');
INSERT INTO scanner (scanner_id, organisation_id, site_id, name, issuer) VALUES (#15, #1, #11, 'GT450-1', 'ng-lab');
INSERT INTO pathologist (pathologist_id, organisation_id, site_id, name, presence, active, max_active) VALUES
  (#21, #1, #11, 'Dr TESTDOCTOR Ines', 'available', 0, 6), (#22, #2, #12, 'Dr SECOND Omar', 'available', 1, 6),
  (#23, #2, #12, 'Dr THIRD Eve', 'away', 0, 6);
INSERT INTO credential (pathologist_id, organisation_id, specialty, tier, valid_from, valid_to) VALUES
  (#21, #1, 'skin', 'specialist', 0, 9000000000000000), (#22, #2, 'skin', 'core', 0, 9000000000000000),
  (#23, #2, 'renal', 'core', 0, 9000000000000000);
INSERT INTO agreement (agreement_id, organisation_id, reading_organisation_id, specialty, purpose, legal_basis, valid_from, valid_to)
  VALUES (#31, #1, #2, 'skin', 'direct_care', 'contract', 0, 9000000000000000);
INSERT INTO pool (organisation_id, specialty) VALUES (#1, 'skin'), (#2, 'renal');
INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
  SELECT #21, pool_id, #1, NULL, 0, 9000000000000000 FROM pool WHERE specialty = 'skin';
INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
  SELECT #22, pool_id, #1, #31, 0, 9000000000000000 FROM pool WHERE specialty = 'skin';
INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
  SELECT #23, pool_id, #2, NULL, 0, 9000000000000000 FROM pool WHERE specialty = 'renal';
INSERT INTO patient (patient_id, organisation_id, version, family, given, born, sex, restricted) VALUES
  (#41, #1, 1, 'TESTPATIENT', 'Anna', '1961-03-14', 'female', 0), (#42, #1, 1, 'TESTSTAFF', 'Bo', '1970-01-01', 'male', 1),
  (#43, #2, 1, 'TESTOTHER', 'Cy', '1980-01-01', 'male', 0);
INSERT INTO patient_number (issuer, value, organisation_id, patient_id) VALUES ('ng-pas', 'ZZ 000 417', #1, #41);
INSERT INTO cases (case_id, organisation_id, site_id, patient_id, issuer, number, specialty, priority, state, revision,
    content_version, manifest_version, received_at, accessioned_at, due_at, class, vkey, ready_at, report_of_record, fingerprint) VALUES
  (#101, #1, #11, #41, 'ng-lab', 'NG26-00101', 'skin', 'routine', 'partial', 7, 1, 1, 1000, 1000, 5000, 1, 5000, 2000, 'slideway', CAST('' AS B)),
  (#102, #1, #11, #41, 'ng-lab', 'NG26-00102', 'skin', 'urgent', 'ready', 1, 1, 1, 1000, 1000, 6000, 1, 4000, 3000, 'slideway', CAST('' AS B)),
  (#103, #1, #11, #42, 'ng-lab', 'NG26-00103', 'skin', 'immediate', 'ready', 1, 1, 1, 1000, 1000, 9000, 1, 9000, 4000, 'slideway', CAST('' AS B)),
  (#104, #2, #12, #43, 'hv-lab', 'NG26-00101', 'renal', 'routine', 'ready', 1, 1, 1, 1000, 1000, 9000, 1, 9000, 4000, 'slideway', CAST('' AS B));
INSERT INTO case_number (issuer, value, organisation_id, case_id, role) VALUES
  ('ng-lab', 'NG26-00101', #1, #101, 'owning'), ('hv-lab', 'HV 7', #1, #101, 'referring'), ('ng-lab', 'NG26-00102', #1, #102, 'owning'),
  ('ng-lab', 'NG26-00103', #1, #103, 'owning'), ('hv-lab', 'NG26-00101', #2, #104, 'owning');
INSERT INTO case_content (case_id, version, organisation_id, recorded_at, recorded_by, requester, copy_to, clinical_details)
  VALUES (#101, 1, #1, 1000, 'order', 'Dr FICTIVE Ola', '[]', 'mole');
INSERT INTO case_clock (case_id, organisation_id, kind, started_at, due_at) VALUES (#101, #1, 'report', 1000, 5000);
INSERT INTO specimen (specimen_id, organisation_id, case_id, part, version, specimen_type, body_site, macroscopic, fixation, decalcified) VALUES
  (#51, #1, #101, 'A', 1, 'biopsy', 'Skin', '', 'formalin', 0), (#52, #1, #101, 'A', 2, 'excision', 'Skin, left forearm', '', 'formalin', 0);
INSERT INTO block (block_id, organisation_id, case_id, specimen_id, code, version, body_site, pieces) VALUES (#55, #1, #101, #51, 'A1', 1, 'centre', 1);
INSERT INTO slide (slide_id, organisation_id, case_id, block_id, issuer, container, name, stain) VALUES
  (#61, #1, #101, #55, 'ng-lab', 'NG26-00101-A1-1', 'A1-1', 'H&E'), (#62, #1, #101, #55, 'ng-lab', 'NG26-00101-A1-2', 'A1-2', 'Ki-67'),
  (#63, #1, #101, NULL, 'ng-lab', 'NG26-00101-X', 'X', 'H&E');
INSERT INTO manifest (case_id, version, organisation_id, source, recorded_at, recorded_by) VALUES (#101, 1, #1, 'order', 1000, 'order');
INSERT INTO manifest_slide (case_id, version, slide_id, organisation_id, expectation, reason) VALUES
  (#101, 1, #61, #1, 'expected', ''), (#101, 1, #62, #1, 'expected', ''), (#101, 1, #63, #1, 'waived', 'broken');
INSERT INTO scan (scan_id, organisation_id, site_id, scanner_id, issuer, digest, size_bytes, attempt_id, pixels, identity, slide_id, case_id,
    generation, urgency, facts, index_header_digest, index_header_length, stored_at, published_at) VALUES
  (#71, #1, #11, #15, 'ng-lab', CAST('00000000000000000000000000000071' AS B), 10, #81, 'published', 'matched', #61, #101, 1, 1,
   '{\"vendor\":\"aperio\",\"width\":1000,\"height\":800,\"levels\":[{\"w\":1000,\"h\":800,\"tile_w\":256,\"tile_h\":256},{\"w\":250,\"h\":200,\"tile_w\":256,\"tile_h\":256}],\"mpp\":[0.5,0.5],\"associated\":[{\"name\":\"label\",\"w\":1,\"h\":1}],\"codec\":\"jpeg\"}',
   CAST('00000000000000000000000000000001' AS B), 200, 3000, 3500),
  (#72, #1, #11, #15, 'ng-lab', CAST('00000000000000000000000000000072' AS B), 10, #82, 'damaged', 'matched', #61, #101, 1, 1,
   '{}', CAST('00000000000000000000000000000001' AS B), 200, 2000, 2500),
  (#73, #1, #11, #15, 'ng-lab', CAST('00000000000000000000000000000073' AS B), 10, #83, 'stored', 'unmatched', NULL, NULL, 0, 1, NULL, NULL, NULL, 4000, NULL);
UPDATE slide SET current_scan_id = #71 WHERE slide_id = #61;
INSERT INTO member (scan_id, n, organisation_id, name, size_bytes, blake3) VALUES
  (#71, 0, #1, 'a.svs', 10, CAST('00000000000000000000000000000071' AS B)), (#73, 0, #1, 'b.svs', 10, CAST('00000000000000000000000000000073' AS B));
INSERT INTO tray (tray_id, organisation_id, site_id, kind, code, detail, scan_id, best_guess_slide_id, owner_role, opened_at, deadline_at)
  VALUES (#91, #1, #11, 'unmatched', 'unreadable', '', #73, #62, 'operator', 4000, 9000);
INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, specialty, specialties, priority, state, class, vkey, due_at, ready_at, fence,
    pathologist_id, claim_id, claimed_at, lease_until) VALUES
  (#201, #1, #101, 'primary', 0, 'skin', 'skin', 'routine', 'waiting', 1, 5000, 5000, 2000, 2, NULL, NULL, NULL, NULL),
  (#202, #1, #102, 'primary', 0, 'skin', 'skin', 'urgent', 'claimed', 1, 4000, 6000, 3000, 1, #22, #302, 4000, 9000),
  (#203, #1, #103, 'primary', 0, 'skin', 'skin', 'immediate', 'waiting', 0, 9000, 9000, 4000, 0, NULL, NULL, NULL, NULL),
  (#204, #2, #104, 'primary', 0, 'renal', 'renal', 'routine', 'waiting', 1, 9000, 9000, 4000, 0, NULL, NULL, NULL, NULL);
INSERT INTO reading_pool (pool_id, class, vkey, reading_id, organisation_id)
  SELECT p.pool_id, r.class, r.vkey, r.reading_id, r.organisation_id FROM reading r
  JOIN pool p ON p.organisation_id = r.organisation_id AND p.specialty = r.specialty WHERE r.state = 'waiting';
INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, rights_version, why)
  VALUES (#302, #1, #202, #102, #22, 1, 'active', 4000, 0, '[\"Due first.\",\"Dermatology.\"]')
";
