-- The read model as people ask for it, read by tasks/read_model/questions.py: a line `-- name --` opens each.

-- newest_periods --
-- The newest loaded period of each marketplace, or the one that starts on :start.
SELECT account, marketplace_id, max(period_start) AS period_start
FROM chalkola.report_requests
WHERE state = 'loaded' AND report_period = :period
  AND report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT'
  AND (CAST(:marketplace_ids AS TEXT[]) IS NULL OR marketplace_id = ANY(:marketplace_ids))
  AND (CAST(:start AS DATE) IS NULL OR period_start = :start)
GROUP BY account, marketplace_id
ORDER BY marketplace_id, account

-- top --
-- Over all own ASINs: the query's totals are counted once.
SELECT period_start, search_query, search_query_volume, own_asins, own_impressions, impression_share, own_clicks,
    click_share, own_cart_adds, cart_add_share, own_purchases, purchase_share, is_small_count
FROM chalkola.sqp_brand
WHERE account = :account AND marketplace_id = :marketplace_id AND report_period = :period
  AND period_start = :period_start
ORDER BY CASE :by WHEN 'purchases' THEN own_purchases WHEN 'clicks' THEN own_clicks ELSE search_query_volume END
    DESC NULLS LAST, search_query_volume DESC NULLS LAST, search_query
LIMIT :limit

-- movers --
-- Only what can be compared: the ASIN's period before is loaded. What is new came from nothing, what is lost went there.
SELECT period_start, asin, search_query, CASE WHEN is_new THEN 'new' WHEN is_lost THEN 'lost'
        WHEN change > 0 THEN 'up' WHEN change < 0 THEN 'down' ELSE 'same' END AS direction,
    change, search_query_volume, asin_impressions, previous_asin_impressions, asin_clicks, previous_asin_clicks,
    asin_purchases, previous_asin_purchases, click_share, previous_click_share, click_share_change, purchase_share,
    previous_purchase_share, purchase_share_change, mean_periods, mean_asin_clicks, mean_asin_purchases,
    is_small_count
FROM (
    SELECT *, CASE :by
            WHEN 'purchases' THEN COALESCE(asin_purchases, 0) - COALESCE(previous_asin_purchases, 0)
            WHEN 'clicks' THEN COALESCE(asin_clicks, 0) - COALESCE(previous_asin_clicks, 0)
            ELSE COALESCE(asin_impressions, 0) - COALESCE(previous_asin_impressions, 0) END AS change
    FROM chalkola.sqp_changes
    WHERE account = :account AND marketplace_id = :marketplace_id AND report_period = :period
      AND period_start = :period_start AND (previous_is_loaded OR is_lost)
) AS compared
ORDER BY abs(change) DESC, COALESCE(search_query_volume, 0) DESC, asin, search_query
LIMIT :limit

-- opportunities --
SELECT period_start, asin, search_query, score, reason, reason_text, search_query_volume, impression_share,
    asin_clicks, click_share, asin_purchases, purchase_share, asin_clicks_per_impression,
    total_clicks_per_impression, asin_purchases_per_click, total_purchases_per_click, price_ratio, asin_price,
    total_price, price_currency
FROM chalkola.sqp_opportunities
WHERE account = :account AND marketplace_id = :marketplace_id AND report_period = :period
  AND period_start = :period_start
ORDER BY score DESC NULLS LAST, search_query_volume DESC, asin, search_query
LIMIT :limit

-- cover --
-- The most urgent first: what ends soonest.
SELECT marketplace_id, account, asin, product_name, skus, sellable_quantity, incoming_quantity, awd_on_hand_quantity,
    supply_quantity, units_per_day_7, units_per_day_28, units_per_day, basis_days, weeks_of_cover, weeks_of_supply,
    stock_out_on, reorder_quantity, hint, is_small_count, sold_through, days_covered_28, as_of
FROM chalkola.inventory_cover
WHERE (CAST(:marketplace_ids AS TEXT[]) IS NULL OR marketplace_id = ANY(:marketplace_ids))
  AND (CAST(:asin AS TEXT) IS NULL OR asin = :asin)
ORDER BY hint = 'out_of_stock' DESC, stock_out_on NULLS LAST, marketplace_id, asin
LIMIT :limit
