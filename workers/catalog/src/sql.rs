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
}
