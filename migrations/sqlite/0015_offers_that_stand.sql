-- Whether anything is offered to anybody is asked by every open page, through one statement for all of them.
CREATE INDEX reading_offer ON reading (offer_until) WHERE offer_until IS NOT NULL;
