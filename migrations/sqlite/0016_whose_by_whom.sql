-- What somebody holds is found by who they are, and by nothing else.
DROP INDEX reading_lease;
CREATE INDEX reading_lease ON reading (lease_until) WHERE lease_until IS NOT NULL;
