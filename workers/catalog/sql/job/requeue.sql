UPDATE job SET state = 'queued', lease_until = NULL, worker = NULL WHERE state = 'leased' AND lease_until < $1
