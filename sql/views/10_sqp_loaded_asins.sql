-- What the ledger holds of Search Query Performance: whole reports only, so that "no row" can mean "no such query".
CREATE VIEW chalkola.sqp_loaded_asins WITH (security_invoker = TRUE) AS
SELECT DISTINCT r.account, r.marketplace_id, r.report_period, r.period_start, r.period_end, a.asin
FROM chalkola.report_requests AS r
JOIN chalkola.report_request_asins AS a ON a.request_id = r.id
WHERE r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT' AND r.state IN ('loaded', 'no_data');

COMMENT ON VIEW chalkola.sqp_loaded_asins IS
    'Grain: account, marketplace, period, ASIN whose Search Query Performance is loaded, or that Amazon has no data of. '
    'An ASIN that is not here is not known for that period: neither zero nor lost.';
