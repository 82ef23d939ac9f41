-- What others hold of one's pools is found by whose it is and what it needs. Not "WHERE state = 'claimed'": whoever looks for what somebody
-- holds could be led through all that is claimed by this index while the statistics say that it is little.
CREATE INDEX reading_held ON reading (organisation_id, specialties) WHERE claim_id IS NOT NULL;
