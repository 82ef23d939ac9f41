-- Whether anything calls anybody at $1: an immediate reading that waits, or an offer that stands.
SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM reading_pool WHERE class = 0)
  OR EXISTS (SELECT 1 FROM reading WHERE offer_until IS NOT NULL AND offer_until > $1 AND state = 'claimed') THEN 1 ELSE 0 END AS BIGINT) AS calls
