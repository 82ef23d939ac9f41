-- What a claim was decided by, as JSON: the same rules can be asked again (pathology::routing::Decision). NULL: no rules were asked.
ALTER TABLE assignment ADD COLUMN decision TEXT;
