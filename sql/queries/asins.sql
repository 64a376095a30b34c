-- Tracked ASINs, read by tasks/queries.py: a line `-- name --` opens each.

-- tracked --
SELECT asin FROM chalkola.tracked_asins
WHERE marketplace_id = :marketplace_id AND suppressed_at IS NULL
ORDER BY priority, asin

-- tracked_marketplaces --
SELECT DISTINCT marketplace_id FROM chalkola.tracked_asins WHERE suppressed_at IS NULL ORDER BY marketplace_id

-- list_all --
SELECT marketplace_id, asin, priority, source, added_at, suppressed_at, suppressed_reason
FROM chalkola.tracked_asins
ORDER BY marketplace_id, priority, asin

-- import --
-- An import by hand wins over what the listings report said, and releases a suppressed ASIN.
INSERT INTO chalkola.tracked_asins AS t (marketplace_id, asin, priority)
SELECT * FROM unnest(CAST(:marketplace_ids AS TEXT[]), CAST(:asins AS TEXT[]), CAST(:priorities AS INTEGER[]))
ON CONFLICT (marketplace_id, asin) DO UPDATE
SET priority = excluded.priority, source = 'import', suppressed_at = NULL, suppressed_reason = NULL
WHERE (t.priority, t.source, t.suppressed_at) IS DISTINCT FROM (excluded.priority, 'import', NULL::TIMESTAMPTZ)
