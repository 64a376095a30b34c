-- What the digest reads. Every question is of one marketplace and one length of periods.

-- answered --
SELECT DISTINCT period_start, asin
FROM chalkola.sqp_loaded_asins
WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = ANY(:starts)

-- tracked --
SELECT asin FROM chalkola.tracked_asins WHERE marketplace_id = :marketplace_id AND suppressed_at IS NULL

-- brand --
-- The totals of queries are taken once each, and may be summed over queries.
SELECT period_start, count(*) AS queries,
    sum(own_impressions)::BIGINT AS impressions, sum(own_clicks)::BIGINT AS clicks,
    sum(own_cart_adds)::BIGINT AS cart_adds, sum(own_purchases)::BIGINT AS purchases,
    sum(total_impressions)::BIGINT AS total_impressions, sum(total_clicks)::BIGINT AS total_clicks,
    sum(total_cart_adds)::BIGINT AS total_cart_adds, sum(total_purchases)::BIGINT AS total_purchases
FROM chalkola.sqp_brand
WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = ANY(:starts)
GROUP BY period_start

-- asins --
-- Own counts of an ASIN may be summed over its queries; prices are weighted by its own clicks.
SELECT asin, period_start,
    sum(asin_impressions)::BIGINT AS impressions, sum(asin_clicks)::BIGINT AS clicks,
    sum(asin_cart_adds)::BIGINT AS cart_adds, sum(asin_purchases)::BIGINT AS purchases,
    count(*) AS queries,
    sum(asin_median_click_price_amount * asin_clicks)
        / NULLIF(sum(asin_clicks) FILTER (WHERE asin_median_click_price_amount IS NOT NULL), 0) AS price,
    sum(total_median_click_price_amount * asin_clicks)
        / NULLIF(sum(asin_clicks) FILTER (WHERE total_median_click_price_amount IS NOT NULL), 0) AS market_price,
    max(asin_median_click_price_currency_code) AS currency
FROM chalkola.sqp_data
WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = ANY(:starts)
GROUP BY asin, period_start

-- names --
SELECT DISTINCT ON (asin) asin, product_name
FROM chalkola.inventory_levels
WHERE marketplace_id = :marketplace_id AND asin IS NOT NULL AND product_name IS NOT NULL
ORDER BY asin, vanished_at DESC NULLS FIRST, msku

-- sales --
-- Orders of a period: Amazon's own sum of it, else its days where every one of them is there.
SELECT period_start, units, order_items, sales, currency, sessions
FROM (
    SELECT p.period_start, p.days,
        CASE WHEN s.report_period = 'DAY' THEN 1 ELSE p.days END AS covers,
        s.report_period = 'DAY' AS is_by_day,
        sum(s.units_ordered)::BIGINT AS units, sum(s.total_order_items)::BIGINT AS order_items,
        sum(s.ordered_product_sales_amount) AS sales, max(s.ordered_product_sales_currency_code) AS currency,
        sum(s.sessions)::BIGINT AS sessions, count(*) AS found
    FROM unnest(CAST(:starts AS DATE[]), CAST(:ends AS DATE[])) AS q (period_start, period_end)
    CROSS JOIN LATERAL (SELECT q.period_start, q.period_end, q.period_end - q.period_start + 1 AS days) AS p
    JOIN chalkola.sales_and_traffic_by_date AS s
        ON s.marketplace_id = :marketplace_id AND s.date BETWEEN p.period_start AND p.period_end
        AND (s.report_period = 'DAY' OR (s.report_period = :period AND s.date = p.period_start))
    GROUP BY p.period_start, p.days, s.report_period
) AS sums
WHERE found * covers = days
ORDER BY period_start, is_by_day

-- query_changes --
-- The brand's queries that stand in this period and in the one before.
SELECT search_query, now.search_query_volume AS volume,
    now.own_clicks AS clicks, before.own_clicks AS clicks_before,
    now.own_purchases AS purchases, before.own_purchases AS purchases_before,
    now.click_share AS share, before.click_share AS share_before
FROM (
    SELECT * FROM chalkola.sqp_brand
    WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = :start
) AS now
JOIN (
    SELECT * FROM chalkola.sqp_brand
    WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = :before
) AS before USING (account, search_query)

-- appeared --
-- New queries of an ASIN, or lost ones: the biggest by the ASIN's own clicks in the period that holds them.
SELECT search_query, asin, COALESCE(search_query_volume, previous_search_query_volume) AS volume,
    COALESCE(asin_clicks, previous_asin_clicks) AS clicks,
    COALESCE(asin_purchases, previous_asin_purchases) AS purchases, count(*) OVER () AS of_all
FROM chalkola.sqp_changes
WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = :start
  AND CASE WHEN :is_new THEN is_new ELSE is_lost END
ORDER BY clicks DESC NULLS LAST, volume DESC NULLS LAST, search_query, asin
LIMIT :most

-- opportunities --
-- Of each query the ASIN that has most to win.
SELECT * FROM (
    SELECT DISTINCT ON (search_query) search_query, asin, search_query_volume AS volume, click_share,
        purchase_share, score, reason
    FROM chalkola.sqp_opportunities
    WHERE marketplace_id = :marketplace_id AND report_period = :period AND period_start = :start
    ORDER BY search_query, score DESC NULLS LAST, asin
) AS best
ORDER BY score DESC NULLS LAST, search_query
LIMIT :most

-- covers --
-- Stock by ASIN, what is gone or ends first at the top.
SELECT asin, product_name, sellable_quantity, incoming_quantity, awd_on_hand_quantity, units_per_day,
    weeks_of_cover, stock_out_on, reorder_quantity, hint, is_small_count, as_of
FROM chalkola.inventory_cover
WHERE marketplace_id = :marketplace_id
  AND (sellable_quantity > 0 OR incoming_quantity > 0 OR units_per_day_90 > 0)
ORDER BY hint = 'out_of_stock' DESC, sellable_quantity = 0 DESC, weeks_of_cover NULLS LAST, asin

-- shipments --
SELECT plan_name, next_action, waits_since, answer_until, free_void_until, reason
FROM chalkola.shipment_board
WHERE marketplace_id = :marketplace_id
  AND next_action IN ('resume', 'approve_placement', 'approve_transportation', 'ship', 'check_shortfall')
ORDER BY created_at

-- freshness --
SELECT data_set, newest_period_start, newest_at, expected_period_start, is_late
FROM chalkola.freshness
WHERE marketplace_id = :marketplace_id
ORDER BY is_late DESC, data_set, newest_at DESC NULLS LAST

-- places --
-- Where there is something to tell of.
SELECT marketplace_id FROM chalkola.tracked_asins WHERE suppressed_at IS NULL
UNION
SELECT DISTINCT marketplace_id FROM chalkola.report_requests
WHERE report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT' AND state = 'loaded'
UNION
SELECT marketplace_id FROM chalkola.shipment_board WHERE next_action NOT IN ('none', 'running')

-- newest --
-- The newest period of which anything is loaded.
SELECT max(period_start) AS period_start FROM chalkola.report_requests
WHERE report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT' AND state IN ('loaded', 'no_data')
  AND marketplace_id = :marketplace_id AND report_period = :period

-- trend --
-- Each stored period of an ASIN, of a query over all own ASINs, or of an ASIN's query. Totals once for each query.
SELECT marketplace_id, period_start,
    sum(own_impressions)::BIGINT AS impressions, sum(own_clicks)::BIGINT AS clicks,
    sum(own_cart_adds)::BIGINT AS cart_adds, sum(own_purchases)::BIGINT AS purchases,
    sum(total_impressions)::BIGINT AS total_impressions, sum(total_clicks)::BIGINT AS total_clicks,
    sum(total_cart_adds)::BIGINT AS total_cart_adds, sum(total_purchases)::BIGINT AS total_purchases,
    count(*) AS queries, sum(searches)::BIGINT AS searches
FROM (
    SELECT marketplace_id, period_start, search_query, max(search_query_volume) AS searches,
        max(total_impressions) AS total_impressions, sum(asin_impressions) AS own_impressions,
        max(total_clicks) AS total_clicks, sum(asin_clicks) AS own_clicks,
        max(total_cart_adds) AS total_cart_adds, sum(asin_cart_adds) AS own_cart_adds,
        max(total_purchases) AS total_purchases, sum(asin_purchases) AS own_purchases
    FROM chalkola.sqp_data
    WHERE report_period = :period
      AND (CAST(:marketplace_ids AS TEXT[]) IS NULL OR marketplace_id = ANY(:marketplace_ids))
      AND (CAST(:asin AS TEXT) IS NULL OR asin = :asin)
      AND (CAST(:query AS TEXT) IS NULL OR search_query = :query)
    GROUP BY marketplace_id, period_start, search_query
) AS by_query
GROUP BY marketplace_id, period_start
ORDER BY marketplace_id, period_start

-- loaded_starts --
SELECT DISTINCT period_start FROM chalkola.sqp_loaded_asins
WHERE marketplace_id = :marketplace_id AND report_period = :period
  AND (CAST(:asin AS TEXT) IS NULL OR asin = :asin)
