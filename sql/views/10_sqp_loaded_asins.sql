-- What the ledger holds: whole reports only, so that "no row" can mean "no such query". An ASIN whose rows were deleted
-- since is not loaded. (OFFSET 0: each is looked up by its key; the planner may not read whole tables instead.)
CREATE VIEW chalkola.sqp_loaded_asins WITH (security_invoker = TRUE) AS
SELECT l.account, l.marketplace_id, l.report_period, l.period_start, l.period_end, l.asin, l.step,
    l.previous_start, EXISTS (
        SELECT FROM chalkola.report_requests AS r
        JOIN chalkola.report_request_asins AS a ON a.request_id = r.id
        WHERE r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT'
          AND r.state IN ('loaded', 'no_data') AND r.account = l.account AND r.marketplace_id = l.marketplace_id
          AND r.report_period = l.report_period AND r.period_start = l.previous_start AND a.asin = l.asin
          AND (COALESCE(a.row_count, 0) = 0 OR EXISTS (
            SELECT FROM chalkola.sqp_data AS d
            WHERE d.account = r.account AND d.marketplace_id = r.marketplace_id AND d.report_period = r.report_period
              AND d.period_start = r.period_start AND d.asin = a.asin
            OFFSET 0))
        OFFSET 0
    ) AS previous_is_loaded
FROM (
    SELECT DISTINCT r.account, r.marketplace_id, r.report_period, r.period_start, r.period_end, a.asin,
        length.step, (r.period_start - length.step)::DATE AS previous_start
    FROM chalkola.report_requests AS r
    JOIN chalkola.report_request_asins AS a ON a.request_id = r.id
    CROSS JOIN LATERAL (
        SELECT CASE r.report_period WHEN 'WEEK' THEN INTERVAL '7 days' WHEN 'MONTH' THEN INTERVAL '1 month'
            ELSE INTERVAL '3 months' END AS step
    ) AS length
    WHERE r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT' AND r.state IN ('loaded', 'no_data')
      AND (COALESCE(a.row_count, 0) = 0 OR EXISTS (
        SELECT FROM chalkola.sqp_data AS d
        WHERE d.account = r.account AND d.marketplace_id = r.marketplace_id AND d.report_period = r.report_period
          AND d.period_start = r.period_start AND d.asin = a.asin
        OFFSET 0))
) AS l;

COMMENT ON VIEW chalkola.sqp_loaded_asins IS
    'Grain: account, marketplace, period, ASIN whose Search Query Performance is loaded, or that Amazon has no data '
    'of. An ASIN that is not here is not known for that period: neither zero nor lost.';
COMMENT ON COLUMN chalkola.sqp_loaded_asins.step IS 'How long the period is.';
COMMENT ON COLUMN chalkola.sqp_loaded_asins.previous_start IS 'First day of the period before, loaded or not.';
COMMENT ON COLUMN chalkola.sqp_loaded_asins.previous_is_loaded IS
    'Whether the same ASIN''s period before is here, too.';
