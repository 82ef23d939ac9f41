-- What somebody holds is found by who they are, and by nothing else: while PostgreSQL believed that little was claimed, it
-- went through everything that is, by the leases, for each of them.
DROP INDEX reading_lease;
CREATE INDEX reading_lease ON reading (lease_until) WHERE lease_until IS NOT NULL;
