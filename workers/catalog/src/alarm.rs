//! What nobody answered in time becomes an alarm, once: incidents, extra work, glass.

use crate::engine::args;
use crate::{Catalog, Error, sql};

impl Catalog {
    /// Puts what is past its deadline into the outbox, at most `limit` of each kind.
    pub async fn alarm_overdue(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let mut alarms = 0;
                for (sql, topic) in [
                    (&sql::INCIDENT_ALARM, "incident_overdue"),
                    (&sql::WORK_ALARM, "extra_work_overdue"),
                    (&sql::GLASS_ALARM, "glass_overdue"),
                ] {
                    for row in tx.all(sql, args![now, limit]).await? {
                        let body = format!(r#"{{"case":"{}"}}"#, row.text("case_id")?);
                        let owner: pathology::ids::OrganisationId =
                            row.parsed("organisation_id")?;
                        tx.run(&sql::OUTBOX_WRITE, args![owner, topic, body, now])
                            .await?;
                        alarms += 1;
                    }
                }
                Ok(alarms)
            })
        })
        .await
    }
}
