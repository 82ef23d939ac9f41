-- 8.11: a message is sent to the first name of a list, then to the next, until one acknowledges; at the end it is printed.

-- subject: what it is about, when that is told once only. step: which name of the list. escalate_at: when the next one is told.
ALTER TABLE outbox ADD COLUMN subject TEXT;
ALTER TABLE outbox ADD COLUMN step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN escalate_at BIGINT;
ALTER TABLE outbox ADD COLUMN printed_at BIGINT;
ALTER TABLE outbox ADD COLUMN acknowledged_at BIGINT;
ALTER TABLE outbox ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX outbox_once ON outbox (topic, subject) WHERE subject IS NOT NULL;
CREATE INDEX outbox_escalate ON outbox (escalate_at) WHERE escalate_at IS NOT NULL;
CREATE INDEX outbox_open ON outbox (organisation_id, outbox_id) WHERE acknowledged_at IS NULL AND topic <> 'report_signed'
  AND (printed_at IS NOT NULL OR escalate_at IS NOT NULL OR sent_at IS NULL);
CREATE INDEX outbox_unsent ON outbox (organisation_id, created_at) WHERE sent_at IS NULL;

-- What is past its deadline raises one alarm.
ALTER TABLE cases ADD COLUMN alarmed_at BIGINT;
ALTER TABLE job ADD COLUMN alarmed_at BIGINT;
ALTER TABLE delivery ADD COLUMN alarmed_at BIGINT;
ALTER TABLE rescan ADD COLUMN alarmed_at BIGINT;
CREATE INDEX cases_alarm ON cases (due_at) WHERE alarmed_at IS NULL AND state <> 'signed_out';
CREATE INDEX job_alarm ON job (kind, enqueued_at) WHERE alarmed_at IS NULL AND state <> 'done' AND state <> 'dead';
CREATE INDEX delivery_alarm ON delivery (changed_at) WHERE alarmed_at IS NULL AND state = 'arriving';
CREATE INDEX rescan_alarm ON rescan (requested_at) WHERE alarmed_at IS NULL AND done_at IS NULL;
