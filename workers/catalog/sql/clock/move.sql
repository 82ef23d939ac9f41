UPDATE clock_offset SET offset_us = offset_us + $1 WHERE one = 1
