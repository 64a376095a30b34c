-- Each row is looked up by its key in the four periods before it: an index scan for each row that is asked for, never
-- a window over the table. A query that is gone is found from the ledger, period by period.
CREATE VIEW chalkola.sqp_changes WITH (security_invoker = TRUE) AS
SELECT d.account, d.marketplace_id, d.report_period, d.period_start, d.period_end, d.asin, d.search_query,
    before.previous_start,
    COALESCE(past.is_in_previous, FALSE) OR EXISTS (
        SELECT FROM chalkola.report_requests AS r
        JOIN chalkola.report_request_asins AS a ON a.request_id = r.id
        WHERE r.account = d.account AND r.marketplace_id = d.marketplace_id AND r.report_period = d.report_period
          AND r.period_start = before.previous_start AND r.state IN ('loaded', 'no_data')
          AND r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT' AND a.asin = d.asin
    ) AS previous_is_loaded,
    NOT COALESCE(past.is_in_previous, FALSE) AND EXISTS (
        SELECT FROM chalkola.report_requests AS r
        JOIN chalkola.report_request_asins AS a ON a.request_id = r.id
        WHERE r.account = d.account AND r.marketplace_id = d.marketplace_id AND r.report_period = d.report_period
          AND r.period_start = before.previous_start AND r.state IN ('loaded', 'no_data')
          AND r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT' AND a.asin = d.asin
    ) AS is_new,
    FALSE AS is_lost,
    past.periods AS mean_periods,
    d.search_query_volume, past.previous_volume AS previous_search_query_volume,
    d.search_query_volume - past.previous_volume AS search_query_volume_change,
    past.mean_volume AS mean_search_query_volume,
    d.search_query_score, past.previous_score AS previous_search_query_score,
    d.asin_impressions, past.previous_impressions AS previous_asin_impressions,
    d.asin_impressions - past.previous_impressions AS asin_impressions_change,
    past.mean_impressions AS mean_asin_impressions,
    d.asin_clicks, past.previous_clicks AS previous_asin_clicks,
    d.asin_clicks - past.previous_clicks AS asin_clicks_change, past.mean_clicks AS mean_asin_clicks,
    d.asin_cart_adds, past.previous_cart_adds AS previous_asin_cart_adds,
    d.asin_cart_adds - past.previous_cart_adds AS asin_cart_adds_change, past.mean_cart_adds AS mean_asin_cart_adds,
    d.asin_purchases, past.previous_purchases AS previous_asin_purchases,
    d.asin_purchases - past.previous_purchases AS asin_purchases_change,
    past.mean_purchases AS mean_asin_purchases,
    share.impression AS impression_share, past.previous_impression_share,
    share.impression - past.previous_impression_share AS impression_share_change, past.mean_impression_share,
    share.click AS click_share, past.previous_click_share,
    share.click - past.previous_click_share AS click_share_change, past.mean_click_share,
    share.cart_add AS cart_add_share, past.previous_cart_add_share,
    share.cart_add - past.previous_cart_add_share AS cart_add_share_change, past.mean_cart_add_share,
    share.purchase AS purchase_share, past.previous_purchase_share,
    share.purchase - past.previous_purchase_share AS purchase_share_change, past.mean_purchase_share,
    d.asin_median_click_price_amount AS asin_price, past.previous_price AS previous_asin_price,
    d.total_median_click_price_amount AS total_price,
    COALESCE(d.asin_median_click_price_currency_code, d.total_median_click_price_currency_code) AS price_currency,
    GREATEST(COALESCE(d.asin_clicks, 0), COALESCE(past.previous_clicks, 0)) < 10 AS is_small_count
FROM chalkola.sqp_data AS d
CROSS JOIN LATERAL (
    SELECT CASE d.report_period WHEN 'WEEK' THEN INTERVAL '7 days' WHEN 'MONTH' THEN INTERVAL '1 month'
        ELSE INTERVAL '3 months' END AS step
) AS length
CROSS JOIN LATERAL (SELECT (d.period_start - length.step)::DATE AS previous_start) AS before
CROSS JOIN LATERAL (
    SELECT round(d.asin_impressions / NULLIF(d.total_impressions, 0)::NUMERIC, 6) AS impression,
        round(d.asin_clicks / NULLIF(d.total_clicks, 0)::NUMERIC, 6) AS click,
        round(d.asin_cart_adds / NULLIF(d.total_cart_adds, 0)::NUMERIC, 6) AS cart_add,
        round(d.asin_purchases / NULLIF(d.total_purchases, 0)::NUMERIC, 6) AS purchase
) AS share
CROSS JOIN LATERAL (
    SELECT count(*) AS periods,
        bool_or(p.period_start = before.previous_start) AS is_in_previous,
        max(p.search_query_volume) FILTER (WHERE p.period_start = before.previous_start) AS previous_volume,
        max(p.search_query_score) FILTER (WHERE p.period_start = before.previous_start) AS previous_score,
        max(p.asin_impressions) FILTER (WHERE p.period_start = before.previous_start) AS previous_impressions,
        max(p.asin_clicks) FILTER (WHERE p.period_start = before.previous_start) AS previous_clicks,
        max(p.asin_cart_adds) FILTER (WHERE p.period_start = before.previous_start) AS previous_cart_adds,
        max(p.asin_purchases) FILTER (WHERE p.period_start = before.previous_start) AS previous_purchases,
        max(p.asin_price) FILTER (WHERE p.period_start = before.previous_start) AS previous_price,
        max(p.impression_share) FILTER (WHERE p.period_start = before.previous_start) AS previous_impression_share,
        max(p.click_share) FILTER (WHERE p.period_start = before.previous_start) AS previous_click_share,
        max(p.cart_add_share) FILTER (WHERE p.period_start = before.previous_start) AS previous_cart_add_share,
        max(p.purchase_share) FILTER (WHERE p.period_start = before.previous_start) AS previous_purchase_share,
        round(avg(p.search_query_volume), 2) AS mean_volume,
        round(avg(p.asin_impressions), 2) AS mean_impressions, round(avg(p.asin_clicks), 2) AS mean_clicks,
        round(avg(p.asin_cart_adds), 2) AS mean_cart_adds, round(avg(p.asin_purchases), 2) AS mean_purchases,
        round(avg(p.impression_share), 6) AS mean_impression_share, round(avg(p.click_share), 6) AS mean_click_share,
        round(avg(p.cart_add_share), 6) AS mean_cart_add_share,
        round(avg(p.purchase_share), 6) AS mean_purchase_share
    FROM chalkola.sqp_funnel AS p
    WHERE p.account = d.account AND p.marketplace_id = d.marketplace_id AND p.report_period = d.report_period
      AND p.asin = d.asin AND p.search_query = d.search_query
      AND p.period_start = ANY (ARRAY[before.previous_start, (d.period_start - 2 * length.step)::DATE,
        (d.period_start - 3 * length.step)::DATE, (d.period_start - 4 * length.step)::DATE])
) AS past
UNION ALL
SELECT l.account, l.marketplace_id, l.report_period, l.period_start, l.period_end, l.asin, p.search_query,
    p.period_start, TRUE, FALSE, TRUE, NULL,
    NULL, p.search_query_volume, NULL, NULL,
    NULL, p.search_query_score,
    NULL, p.asin_impressions, NULL, NULL,
    NULL, p.asin_clicks, NULL, NULL,
    NULL, p.asin_cart_adds, NULL, NULL,
    NULL, p.asin_purchases, NULL, NULL,
    NULL, p.impression_share, NULL, NULL,
    NULL, p.click_share, NULL, NULL,
    NULL, p.cart_add_share, NULL, NULL,
    NULL, p.purchase_share, NULL, NULL,
    NULL, p.asin_price, p.total_price, p.price_currency, p.is_small_count
FROM chalkola.sqp_loaded_asins AS l
CROSS JOIN LATERAL (
    SELECT f.* FROM chalkola.sqp_funnel AS f
    WHERE f.account = l.account AND f.marketplace_id = l.marketplace_id AND f.report_period = l.report_period
      AND f.asin = l.asin AND f.period_start = (l.period_start - CASE l.report_period
        WHEN 'WEEK' THEN INTERVAL '7 days' WHEN 'MONTH' THEN INTERVAL '1 month' ELSE INTERVAL '3 months' END)::DATE
      AND NOT EXISTS (
        SELECT FROM chalkola.sqp_data AS c
        WHERE c.account = f.account AND c.marketplace_id = f.marketplace_id AND c.report_period = f.report_period
          AND c.period_start = l.period_start AND c.asin = f.asin AND c.search_query = f.search_query)
    -- A fence: without it the planner may read every period to find one.
    OFFSET 0
) AS p;

COMMENT ON VIEW chalkola.sqp_changes IS
    'Grain: account, marketplace, period, ASIN, search query of this period, or of the one before (is_lost). '
    'previous_*: the period right before; NULL if that is not loaded or does not hold the query: never zero. '
    'mean_*: over those of the four periods before that hold the query (mean_periods says how many). Changes of shares '
    'are differences of fractions: 0.01 is one percentage point. Never sum over periods; volumes never over ASINs.';
COMMENT ON COLUMN chalkola.sqp_changes.previous_is_loaded IS
    'Whether the ledger holds the ASIN''s period before: only then is a comparison possible, and is_new known.';
COMMENT ON COLUMN chalkola.sqp_changes.is_new IS
    'The period before is loaded for this ASIN and does not hold the query (an earlier one may).';
COMMENT ON COLUMN chalkola.sqp_changes.is_lost IS
    'The period before holds the query and this one, which is loaded for this ASIN, does not: this period''s numbers are NULL.';
COMMENT ON COLUMN chalkola.sqp_changes.mean_periods IS 'How many of the four periods before hold the query for this ASIN; NULL for lost ones.';
COMMENT ON COLUMN chalkola.sqp_changes.is_small_count IS
    'Fewer than 10 clicks of the ASIN in both periods: the change is chance.';
