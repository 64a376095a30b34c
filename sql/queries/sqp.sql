-- Stored Search Query Performance, read by tasks/database/queries.py: a line `-- name --` opens each.

-- search --
-- The newest stored period of each marketplace. total_* belong to the query: they are not summed.
WITH newest AS (
    SELECT account, marketplace_id, max(period_start) AS period_start
    FROM chalkola.report_requests
    WHERE state = 'loaded' AND report_period = :period
      AND report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT'
      AND (CAST(:marketplace_ids AS TEXT[]) IS NULL OR marketplace_id = ANY(:marketplace_ids))
    GROUP BY account, marketplace_id
)
SELECT d.marketplace_id, d.period_start, d.search_query,
    max(d.search_query_volume) AS volume, min(d.search_query_score) AS best_rank,
    max(d.total_impressions) AS impressions,
    sum(d.asin_clicks)::BIGINT AS clicks, sum(d.asin_purchases)::BIGINT AS purchases
FROM newest AS n
JOIN chalkola.sqp_data AS d USING (account, marketplace_id, period_start)
WHERE d.report_period = :period AND d.search_query ILIKE :pattern
GROUP BY d.marketplace_id, d.period_start, d.search_query
ORDER BY volume DESC NULLS LAST, d.search_query
LIMIT :limit

-- of_asin --
SELECT d.*, f.lost_at, f.share_kept, f.price_ratio, f.is_small_count
FROM chalkola.sqp_data AS d
JOIN chalkola.sqp_funnel AS f
    USING (account, marketplace_id, report_period, period_start, asin, search_query)
WHERE d.asin = :asin AND d.report_period = :period
  AND (CAST(:marketplace_ids AS TEXT[]) IS NULL OR d.marketplace_id = ANY(:marketplace_ids))
ORDER BY d.period_start DESC, d.marketplace_id, d.search_query_score, d.search_query
LIMIT :limit

-- top_queries --
-- The biggest queries of what was loaded for one marketplace and period, with our part of them.
SELECT search_query, search_query_volume AS volume, own_clicks AS clicks, own_purchases AS purchases, impression_share
FROM chalkola.sqp_brand
WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = :period_start
ORDER BY volume DESC NULLS LAST, search_query
LIMIT :limit
