-- Tracked ASINs, read by tasks/database/queries.py: a line `-- name --` opens each.

-- tracked --
SELECT asin FROM chalkola.tracked_asins
WHERE marketplace_id = :marketplace_id AND suppressed_at IS NULL
ORDER BY priority, asin

-- tracked_marketplaces --
SELECT DISTINCT marketplace_id FROM chalkola.tracked_asins WHERE suppressed_at IS NULL ORDER BY marketplace_id

-- list_all --
-- periods: how many of its reports Amazon has answered; periods_with_rows: how many of them held rows of it. An ASIN
-- that was asked for again and again and never had rows may be foreign.
SELECT t.marketplace_id, t.asin, t.priority, t.source, t.added_at, t.suppressed_at, t.suppressed_reason,
    COALESCE(seen.periods, 0) AS periods, COALESCE(seen.periods_with_rows, 0) AS periods_with_rows
FROM chalkola.tracked_asins AS t
LEFT JOIN (
    SELECT r.marketplace_id, a.asin, count(DISTINCT (r.report_period, r.period_start)) AS periods,
        count(DISTINCT (r.report_period, r.period_start)) FILTER (WHERE a.row_count > 0) AS periods_with_rows
    FROM chalkola.report_request_asins AS a
    JOIN chalkola.report_requests AS r ON r.id = a.request_id
    WHERE r.state IN ('loaded', 'no_data')
    GROUP BY r.marketplace_id, a.asin
) AS seen ON seen.marketplace_id = t.marketplace_id AND seen.asin = t.asin
ORDER BY t.marketplace_id, t.priority, t.asin

-- import --
-- An import by hand wins over what the listings report said, and releases a suppressed ASIN.
INSERT INTO chalkola.tracked_asins AS t (marketplace_id, asin, priority)
SELECT * FROM unnest(CAST(:marketplace_ids AS TEXT[]), CAST(:asins AS TEXT[]), CAST(:priorities AS INTEGER[]))
ON CONFLICT (marketplace_id, asin) DO UPDATE
SET priority = excluded.priority, source = 'import', suppressed_at = NULL, suppressed_reason = NULL,
    released_at = CASE WHEN t.suppressed_at IS NULL THEN t.released_at ELSE clock_timestamp() END
WHERE (t.priority, t.source, t.suppressed_at) IS DISTINCT FROM (excluded.priority, 'import', NULL::TIMESTAMPTZ)

-- feed --
-- Every ASIN with an active listing in a marketplace. What was imported by hand stays as it is. Priority: the ASIN
-- that sold most in the last 28 days of sales and traffic (else, by the restock report) is 1; what did not sell
-- comes after all others. In Japan the ASIN stands in product_id.
WITH listings AS (
    SELECT upper(COALESCE(NULLIF(asin, ''), product_id)) AS asin,
        bool_or(status IS NULL OR lower(status) = 'active') AS is_active
    FROM chalkola.merchant_listings
    WHERE account = :account AND marketplace_id = :marketplace_id
    GROUP BY 1
), sold AS (
    SELECT child_asin AS asin, sum(units_ordered) AS units
    FROM chalkola.sales_and_traffic_by_asin
    WHERE account = :account AND marketplace_id = :marketplace_id AND report_period = 'DAY'
        AND asin_granularity = 'CHILD' AND period_start > current_date - 31
    GROUP BY child_asin
), restock AS (
    SELECT asin, sum(units_sold_last_30_days) AS units
    FROM chalkola.restock_recommendations
    WHERE account = :account AND marketplace_id = :marketplace_id
    GROUP BY asin
), ranked AS (
    SELECT l.asin, COALESCE(s.units, r.units, 0) > 0 AS has_sold,
        row_number() OVER (ORDER BY COALESCE(s.units, r.units, 0) DESC, l.asin) AS rank,
        count(*) FILTER (WHERE COALESCE(s.units, r.units, 0) > 0) OVER () AS sellers
    FROM listings AS l
    LEFT JOIN sold AS s USING (asin)
    LEFT JOIN restock AS r USING (asin)
    WHERE l.is_active AND l.asin ~ '^[A-Z0-9]{10}$'
)
INSERT INTO chalkola.tracked_asins AS t (marketplace_id, asin, priority, source)
SELECT :marketplace_id, asin, CASE WHEN has_sold THEN rank ELSE GREATEST(:default_priority, sellers + 1) END, 'listings'
FROM ranked
ON CONFLICT (marketplace_id, asin) DO UPDATE SET priority = excluded.priority
WHERE t.source = 'listings' AND t.priority <> excluded.priority
RETURNING xmax = 0 AS is_new

-- drop_unlisted --
-- ASINs that came from the listings and have none any more, of whatever status; suppressed ones stay known.
DELETE FROM chalkola.tracked_asins AS t
WHERE t.marketplace_id = :marketplace_id AND t.source = 'listings' AND t.suppressed_at IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM chalkola.merchant_listings AS l
      WHERE l.marketplace_id = t.marketplace_id AND t.asin IN (upper(l.asin), upper(l.product_id)))

-- suppress --
-- ASINs that failed alone :failures times since they were tracked or released: by Amazon's word they are another
-- brand's, or it gave no reason although the period's data must be there.
WITH alone AS (
    SELECT r.marketplace_id, min(a.asin) AS asin, r.kind, r.message, r.updated_at
    FROM chalkola.report_requests AS r
    JOIN chalkola.report_request_asins AS a ON a.request_id = r.id
    WHERE r.state = 'fatal' AND r.kind IN ('not_brand_owner', 'unknown')
    GROUP BY r.id
    HAVING count(*) = 1
), failed AS (
    SELECT t.marketplace_id, t.asin, count(*) AS failures,
        (array_agg(concat_ws(': ', f.kind, f.message) ORDER BY f.updated_at DESC))[1] AS last_reason
    FROM alone AS f
    JOIN chalkola.tracked_asins AS t USING (marketplace_id, asin)
    WHERE t.suppressed_at IS NULL AND (t.released_at IS NULL OR f.updated_at > t.released_at)
    GROUP BY t.marketplace_id, t.asin
)
UPDATE chalkola.tracked_asins AS t
SET suppressed_at = now(),
    suppressed_reason = left(
        format('failed alone %s times; the last time %s', failed.failures, failed.last_reason), 500)
FROM failed
WHERE t.marketplace_id = failed.marketplace_id AND t.asin = failed.asin AND failed.failures >= :failures
RETURNING t.marketplace_id, t.asin, t.suppressed_reason

-- release --
-- Asked for again; its failures count anew.
UPDATE chalkola.tracked_asins
SET suppressed_at = NULL, suppressed_reason = NULL, released_at = clock_timestamp()
WHERE suppressed_at IS NOT NULL
  AND (CAST(:marketplace_ids AS TEXT[]) IS NULL OR marketplace_id = ANY(:marketplace_ids))
  AND (CAST(:asins AS TEXT[]) IS NULL OR asin = ANY(:asins))
RETURNING marketplace_id, asin
