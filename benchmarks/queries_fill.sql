-- 5 million rows as loads leave them, read by benchmarks/queries.py.
CREATE TEMPORARY TABLE places AS
    SELECT marketplace_id FROM chalkola.marketplaces
    WHERE code IN ('US', 'CA', 'MX', 'UK', 'DE', 'FR', 'JP');
CREATE TEMPORARY TABLE weeks AS
    SELECT (CAST('{newest}' AS DATE) - 7 * n) AS period_start FROM generate_series(0, 103) AS n;
INSERT INTO chalkola.tracked_asins (marketplace_id, asin)
    SELECT marketplace_id, 'B0CHALK' || lpad(n::TEXT, 3, '0') FROM places, generate_series(0, 68) AS n;
INSERT INTO chalkola.sqp_data (
    account, marketplace_id, report_period, period_start, period_end, asin, search_query,
    search_query_score, search_query_volume, total_impressions, asin_impressions,
    asin_impression_share, total_clicks, total_click_rate, asin_clicks, asin_click_share,
    total_median_click_price_amount, total_median_click_price_currency_code, total_cart_adds,
    asin_cart_adds, total_purchases, asin_purchases, asin_purchase_share, report_id)
SELECT 'NA', marketplace_id, 'WEEK', period_start, period_start + 6,
    'B0CHALK' || lpad(a::TEXT, 3, '0'), 'chalk markers for ' || q || ' of ' || a, q, 90000 / q,
    900000 / q, 30000 / q, round(0.3 / q + (a * q + period_start - DATE '2020-01-01') % 97 / 1000.0, 4),
    20000 / q, 0.2222, 700 / q, round(0.2 / q, 4), 12.49, 'USD', 5000 / q, 150 / q, 2000 / q, 60 / q,
    round(0.1 / q, 4), 'R' || a / 18
FROM weeks, places, generate_series(0, 68) AS a, generate_series(1, 100) AS q
ORDER BY period_start, marketplace_id;
WITH plan AS (INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id)
INSERT INTO chalkola.report_requests (
    identity, plan_id, account, report_type, marketplace_id, report_period, period_start,
    period_end, state, report_id, row_count, submitting_at, loaded_at)
SELECT concat_ws('-', marketplace_id, period_start, b), plan.id, 'NA',
    'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT', marketplace_id, 'WEEK', period_start,
    period_start + 6, 'loaded', concat_ws('-', marketplace_id, period_start, b), 1800,
    now() - INTERVAL '30 days', now()
FROM plan, weeks, places, generate_series(0, 3) AS b;
INSERT INTO chalkola.report_request_asins (request_id, asin, row_count)
SELECT id, 'B0CHALK' || lpad(a::TEXT, 3, '0'), 100
FROM chalkola.report_requests
CROSS JOIN generate_series(0, 68) AS a
WHERE split_part(identity, '-', 5)::INTEGER = a / 18;
