UPDATE pathologist SET active = active + (j.value ->> 'n'), points = points + (j.value ->> 'w')
FROM json_each($1) j WHERE pathologist.pathologist_id = j.value ->> 'p'
