-- The ledger of 1,000 seller accounts with 100 million rows of Search Query Performance, read by benchmarks/scale.py:
-- 52 weeks of 18 ASINs each, 1,900 rows a report.
WITH plan AS (INSERT INTO chalkola.report_plans DEFAULT VALUES RETURNING id)
INSERT INTO chalkola.report_requests (
    identity, plan_id, account, report_type, marketplace_id, report_period, period_start,
    period_end, state, report_id, row_count, submitting_at, report_created_at, loaded_at)
SELECT concat_ws('-', a, w), plan.id, 'S' || lpad(a::TEXT, 4, '0'),
    'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT', 'ATVPDKIKX0DER', 'WEEK',
    CAST('{newest}' AS DATE) - 7 * w, CAST('{newest}' AS DATE) - 7 * w + 6, 'loaded',
    concat_ws('-', a, w), 1900, now() - INTERVAL '30 days', now() - INTERVAL '30 days', now()
FROM plan, generate_series(0, {accounts} - 1) AS a, generate_series(1, 53) AS w;
INSERT INTO chalkola.report_request_asins (request_id, asin, row_count)
SELECT id, 'B0CHALK' || lpad(n::TEXT, 3, '0'), 105
FROM chalkola.report_requests, generate_series(0, 17) AS n;
