//! Handing over and offering.

use catalog::{HandedOver, Offered};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;

/// A case to hand over.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HandOver")]
pub(crate) struct HandOverJson {
    pub(crate) fence: i64,
    /// The colleague who receives it.
    pub(crate) to: Uuid,
    #[serde(default)]
    pub(crate) reason: String,
}

/// A case in its receiver's hands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HandedOver")]
pub(crate) struct HandedOverJson {
    claim: Uuid,
    to: Uuid,
    fence: i64,
}

/// A reading to offer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Offer")]
pub(crate) struct OfferJson {
    /// To whom.
    pub(crate) pathologist: Uuid,
    /// For how long, 60 to 120.
    #[serde(default = "a_minute_and_a_half")]
    pub(crate) seconds: u32,
}

const fn a_minute_and_a_half() -> u32 {
    90
}

/// An offer that stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Offered")]
pub(crate) struct OfferedJson {
    claim: Uuid,
    fence: i64,
    until: String,
}

/// The fence of a claim, and nothing else.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Fence")]
pub(crate) struct FenceJson {
    pub(crate) fence: i64,
}

impl HandedOverJson {
    pub(crate) fn of(moved: &HandedOver) -> Self {
        Self {
            claim: moved.claim.0,
            to: moved.to.0,
            fence: moved.fence,
        }
    }
}

impl OfferedJson {
    pub(crate) fn of(offered: &Offered) -> Self {
        Self {
            claim: offered.claim.0,
            fence: offered.fence,
            until: written(offered.until),
        }
    }
}
