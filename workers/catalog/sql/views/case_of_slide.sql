SELECT case_id FROM slide WHERE slide_id = $1
