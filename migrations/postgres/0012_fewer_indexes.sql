-- No statement looks these up: a claim writes four indexes less. A claim's id is unique by its assignment.
DROP INDEX reading_claim;
DROP INDEX assignment_pathologist;
DROP INDEX event_kind;
DROP INDEX event_case;
CREATE INDEX event_case_changed ON event (case_id, event_id) WHERE kind = 'case_changed';

-- Both are the reading's, which is referenced and locked while an assignment is written: `promises/holders.sql` compares them.
ALTER TABLE assignment DROP CONSTRAINT assignment_organisation_id_fkey, DROP CONSTRAINT assignment_case_id_fkey;
