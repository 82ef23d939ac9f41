//! Every statement there is: one line each, one file each.

use crate::engine::Sql;

macro_rules! statements {
    ($($name:ident = $path:literal $(postgres $other:literal)?;)*) => {
        $(pub(crate) static $name: Sql = Sql {
            name: $path,
            sqlite: include_str!(concat!("../sql/", $path, ".sql")),
            postgres: statements!(@postgres $path $($other)?),
        };)*
        pub(crate) static ALL: &[&Sql] = &[$(&$name),*];
    };
    (@postgres $path:literal) => { include_str!(concat!("../sql/", $path, ".sql")) };
    (@postgres $path:literal $other:literal) => { include_str!(concat!("../sql/", $other, ".sql")) };
}

statements! {
    CLOCK_NOW = "clock/now";
    CLOCK_MOVE = "clock/move";
    ORGANISATION_REGISTER = "organisation/register";
    SITE_REGISTER = "site/register";
    ISSUER_REGISTER = "issuer/register";
    ISSUER_FIND = "issuer/find";
    SCANNER_REGISTER = "scanner/register";
    PATHOLOGIST_REGISTER = "pathologist/register";
    PATHOLOGIST_LOCK = "pathologist/lock" postgres "pathologist/lock.postgres";
    PATHOLOGIST_OF_ORGANISATION = "pathologist/of_organisation";
    PATHOLOGIST_BUMP_RIGHTS = "pathologist/bump_rights";
    PATHOLOGIST_SET_PRESENCE = "pathologist/set_presence";
    PATHOLOGIST_HOLD_ONE_MORE = "pathologist/hold_one_more";
    PATHOLOGIST_HOLD_ONE_LESS = "pathologist/hold_one_less";
    CREDENTIAL_GRANT = "credential/grant";
    CREDENTIAL_WITHDRAW = "credential/withdraw";
    CREDENTIAL_OF_PATHOLOGIST = "credential/of_pathologist";
    AGREEMENT_SIGN = "agreement/sign";
    AGREEMENT_WITHDRAW = "agreement/withdraw";
    AGREEMENT_BETWEEN = "agreement/between";
    RIGHT_FORGET = "right/forget";
    RIGHT_OPEN_POOLS = "right/open_pools" postgres "right/open_pools.postgres";
    RIGHT_DERIVE_OWN = "right/derive_own";
    RIGHT_DERIVE_AGREED = "right/derive_agreed";
    AUDIT_WRITE = "audit/write";
    EVENT_WRITE = "event/write";
    EVENT_OF_CASE_SINCE = "event/of_case_since";
    OUTBOX_WRITE = "outbox/write";
    IDEMPOTENCY_FIND = "idempotency/find";
    IDEMPOTENCY_KEEP = "idempotency/keep";
    IDEMPOTENCY_SWEEP = "idempotency/sweep";
    OBJECTION_RECORD = "objection/record";
    OBJECTION_OF_CASE = "objection/of_case";
    READING_LOCK_OF_CASE = "reading/lock_of_case";
    CASE_BY_NUMBER = "case/by_number";
    CASE_INSERT = "case/insert";
    CASE_NUMBER = "case/number";
    CASE_CLOCK = "case/clock";
    CASE_CONTENT = "case/content";
    PATIENT_BY_NUMBER = "patient/by_number";
    PATIENT_REGISTER = "patient/register";
    PATIENT_NUMBER = "patient/number";
    SPECIMEN_INSERT = "specimen/insert";
    BLOCK_INSERT = "block/insert";
    SLIDE_INSERT = "slide/insert";
    SLIDE_BY_CONTAINER = "slide/by_container";
    MANIFEST_INSERT = "manifest/insert";
    MANIFEST_SLIDE = "manifest/slide";
    READING_INSERT = "reading/insert";
    POOL_OPEN = "pool/open";
    POOL_FIND = "pool/find";
    CASE_LOCK = "case/lock" postgres "case/lock.postgres";
    CASE_SET_STATE = "case/set_state";
    CASE_REVISE = "case/revise";
    CASE_RULE = "case/rule";
    CASE_QUIET = "case/quiet";
    MANIFEST_COUNT = "manifest/count" postgres "manifest/count.postgres";
    READING_LET_WAIT = "reading/let_wait";
    READING_ENTER_POOL = "reading/enter_pool";
    SCAN_TO_MATCH = "scan/to_match" postgres "scan/to_match.postgres";
    SCAN_UNMATCHED_WITH = "scan/unmatched_with";
    SCAN_MATCH = "scan/match";
    SCAN_SET_IDENTITY = "scan/set_identity";
    SCAN_STORE = "scan/store";
    SCAN_BY_DIGEST = "scan/by_digest";
    IDENTIFIER_OF_SCAN = "identifier/of_scan";
    IDENTIFIER_CUT = "identifier/cut";
    IDENTIFIER_RECORD = "identifier/record";
    SLIDE_CANDIDATE = "slide/candidate" postgres "slide/candidate.postgres";
    SLIDE_FIND = "slide/find";
    SLIDE_SET_SCAN = "slide/set_scan";
    MEMBER_STORE = "member/store";
    RECEIPT_GIVE = "receipt/give";
    INCIDENT_OPEN = "incident/open";
    TRAY_OPEN_SCAN = "tray/open_scan";
    TRAY_OPEN_DELIVERY = "tray/open_delivery";
    TRAY_CLOSE_SCAN = "tray/close_scan";
    TRAY_CLOSE_DELIVERY = "tray/close_delivery";
    DELIVERY_STORED = "delivery/stored";
    JOB_QUEUE = "job/queue";
    JOB_REQUEUE = "job/requeue";
    JOB_CLAIM = "job/claim" postgres "job/claim.postgres";
    JOB_KEEP = "job/keep";
    JOB_RETRY = "job/retry";
    JOB_END = "job/end";
    SCAN_FIND = "scan/find";
    MEMBER_OF_SCAN = "member/of_scan";
    SCAN_PUBLISH = "scan/publish";
    SCAN_TURN_AWAY = "scan/turn_away";
    DELIVERY_SEE = "delivery/see";
    DELIVERY_FIND = "delivery/find";
    DELIVERY_HOLD = "delivery/hold";
    CLAIM_HEADS = "claim/heads";
    CLAIM_SILENT = "claim/silent";
    READING_LOCK = "reading/lock" postgres "reading/lock.postgres";
    READING_FACTS = "reading/facts";
    READING_CLAIM = "reading/claim";
    READING_LEAVE_POOL = "reading/leave_pool";
    READING_RENEW = "reading/renew";
    READING_GIVE_BACK = "reading/give_back";
    ASSIGNMENT_BEGIN = "assignment/begin";
    ASSIGNMENT_END = "assignment/end";
    ASSIGNMENT_FIND = "assignment/find";
    ASSIGNMENT_OTHERS = "assignment/others";
    EXCLUSION_OF = "exclusion/of";
    EXCLUSION_ADD = "exclusion/add";
    DRAFT_SAVE = "draft/save";
    SCAN_OF_CASE = "scan/of_case";
    MANIFEST_MISSING = "manifest/missing";
    MANIFEST_NEXT = "manifest/next";
    MANIFEST_COPY = "manifest/copy";
    MANIFEST_COPY_SLIDES = "manifest/copy_slides";
    MANIFEST_WAIVE = "manifest/waive";
    SLIDE_ADD = "slide/add";
    CASE_OF_RECORD = "case/of_record";
    CASE_SIGN_OUT = "case/sign_out";
    CASE_STOP_CLOCKS = "case/stop_clocks";
    REPORT_SIGN = "report/sign";
    REPORT_SCAN = "report/scan";
    READING_SIGN_OUT = "reading/sign_out";
    TRAY_FIND = "tray/find";
    TRAY_CLOSE = "tray/close";
    TRAY_FIRST_RELEASE = "tray/first_release";
    TRAY_ALARM = "tray/alarm";
    RESCAN_REQUEST = "rescan/request";
    PROMISES_HOLDERS = "promises/holders";
    PROMISES_NOTHING_STUCK = "promises/nothing_stuck";
    PROMISES_SCANS = "promises/scans";
}
