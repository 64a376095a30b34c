-- Numbers for Prometheus, read by deployments/metrics.py: a line `-- name --` opens each.
-- Each gives the labels in the order of the metric, then the value.

-- reports --
SELECT r.account, COALESCE(m.code, r.marketplace_id), r.report_type, r.state, count(*)::BIGINT
FROM chalkola.report_requests AS r LEFT JOIN chalkola.marketplaces AS m USING (marketplace_id)
GROUP BY 1, 2, 3, 4

-- rows_written --
SELECT r.account, COALESCE(m.code, r.marketplace_id), r.report_type, COALESCE(sum(r.rows_written), 0)::BIGINT
FROM chalkola.report_requests AS r LEFT JOIN chalkola.marketplaces AS m USING (marketplace_id)
WHERE r.state = 'loaded'
GROUP BY 1, 2, 3

-- requests_day --
SELECT account, operation, COALESCE(status_code::TEXT, 'none'), count(*)::BIGINT
FROM chalkola.api_request_log WHERE request_time > now() - INTERVAL '24 hours'
GROUP BY 1, 2, 3

-- throttled_day --
SELECT account, operation, count(*)::BIGINT
FROM chalkola.api_request_log WHERE request_time > now() - INTERVAL '24 hours' AND status_code = 429
GROUP BY 1, 2

-- newest_data_age --
-- From the local end of the newest loaded period: a week is about ten days old before the next one comes.
SELECT r.account, m.code, r.report_period,
    extract(epoch FROM now() - max((r.period_end + 1)::TIMESTAMP AT TIME ZONE m.time_zone))::FLOAT
FROM chalkola.report_requests AS r JOIN chalkola.marketplaces AS m USING (marketplace_id)
WHERE r.state = 'loaded' AND r.report_period IN ('WEEK', 'MONTH', 'QUARTER')
  AND r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT'
GROUP BY 1, 2, 3

-- missing_asins --
-- Of the newest published period of each length.
SELECT c.marketplace, c.report_period, (c.expected - c.loaded - c.no_data)::BIGINT
FROM chalkola.sqp_coverage_by_period AS c
WHERE c.period_start = (
    SELECT max(period_start) FROM chalkola.sqp_periods AS p
    WHERE p.marketplace_id = c.marketplace_id AND p.report_period = c.report_period)

-- shipments --
SELECT status, count(*)::BIGINT FROM chalkola.fba_shipments GROUP BY status

-- paused_shipments --
SELECT COALESCE(sum((status IN ('AWAITING_PLACEMENT', 'AWAITING_TRANSPORTATION'))::INTEGER), 0)::BIGINT
FROM chalkola.fba_shipments

-- runs_day --
SELECT job_name, status, count(*)::BIGINT FROM chalkola.job_runs
WHERE started_at > now() - INTERVAL '24 hours' GROUP BY 1, 2
