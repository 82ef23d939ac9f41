SELECT st.site_id, st.name, og.name AS organisation_name
FROM site st
JOIN organisation og ON og.organisation_id = st.organisation_id
WHERE st.organisation_id = $1
ORDER BY st.name
LIMIT 1000
