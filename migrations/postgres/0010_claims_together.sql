-- What is immediate is few, and asked for by every batch of claims; an agreement is asked for by both of its sides.
CREATE INDEX reading_pool_immediate ON reading_pool (vkey, reading_id, pool_id) WHERE class = 0;
CREATE INDEX agreement_sides ON agreement (organisation_id, reading_organisation_id);

-- Only begun work is held: a claim, which holds nothing yet, writes one index less.
DROP INDEX reading_hold;
CREATE INDEX reading_hold ON reading (hold_until) WHERE hold_until IS NOT NULL;
