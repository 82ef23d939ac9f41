//! Which case goes to whom, and in which order.
//!
//! ```text
//! alarm        what somebody is told, and who that is
//! order        one static key a case: due_at − boost, under one immediate class
//! eligibility  may this pathologist read this case now, and why (not)
//! decision     what a claim was decided by, kept with it and decided again
//! lease        how long a claim lasts once its holder falls silent
//! index        the same question in microseconds, for a million cases: a proposal, never the decision
//! of_them      the reasons as somebody else reads them
//! reading      what all of them ask about
//! stage        to whom a waiting reading is offered, and when to more
//! waits        every state in which something waits: who must act, until when, who is told
//! worklist     all of it in a Vec: the model the catalogue is tested against
//! ```

mod alarm;
mod decision;
mod eligibility;
mod index;
mod lease;
mod of_them;
mod order;
mod reading;
mod stage;
mod waits;
mod worklist;

pub use alarm::{ON_CALL, Owner, Topic, leaves, on_call};
pub use decision::{Decision, RULES};
pub use eligibility::{Eligibility, Exclusion, Reason, Rules, eligible};
pub use index::{Attendance, Candidates, MatchingIndex, PoolId};
pub use lease::{ClaimFacts, LeaseSettings, NotALease, Silence, Standing, standing};
pub use order::{OrderKey, order_key, why_here};
pub use reading::Reading;
pub use stage::{Relaxed, Role, Served, Stage, StageSettings, relaxed};
pub use waits::{ENDS, WAITS, Wait, is_listed, page};
pub use worklist::{Claimed, Entry, NaiveWorklist, Refused};
