-- How new each data set is, from the ledger and the stock's walks alone: sqp_coverage says whether a period is whole.
CREATE VIEW chalkola.freshness WITH (security_invoker = TRUE) AS
WITH due AS (
    -- The newest period that should be here: published a day ago, so that the schedules have had their turn.
    SELECT marketplace_id, report_period, max(period_start) AS period_start
    FROM chalkola.sqp_periods WHERE published_at <= now() - INTERVAL '24 hours'
    GROUP BY marketplace_id, report_period
    UNION ALL
    SELECT marketplace_id, 'DAY', ((now() - INTERVAL '71 hours') AT TIME ZONE time_zone)::DATE - 1
    FROM chalkola.marketplaces
), names (report_type, data_set) AS (
    VALUES ('GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT', 'sqp'),
        ('GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT', 'search_catalog_performance'),
        ('GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT', 'market_basket'),
        ('GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT', 'repeat_purchase'),
        ('GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT', 'search_terms'),
        ('GET_SALES_AND_TRAFFIC_REPORT', 'sales_and_traffic'),
        ('GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT', 'restock_recommendations'),
        ('GET_MERCHANT_LISTINGS_ALL_DATA', 'merchant_listings')
), found AS (
    SELECT r.account, r.marketplace_id, n.data_set, r.report_period, max(r.period_start) AS period_start,
        max(r.period_end) AS period_end, max(r.loaded_at) AS newest_at
    FROM chalkola.report_requests AS r
    JOIN names AS n USING (report_type)
    WHERE r.state IN ('loaded', 'no_data')
    GROUP BY r.account, r.marketplace_id, n.data_set, r.report_period
    UNION ALL
    SELECT NULL, t.marketplace_id, 'sqp', 'WEEK', NULL, NULL, NULL
    FROM (SELECT DISTINCT marketplace_id FROM chalkola.tracked_asins WHERE suppressed_at IS NULL) AS t
    WHERE NOT EXISTS (
        SELECT FROM chalkola.report_requests AS r
        WHERE r.marketplace_id = t.marketplace_id AND r.report_period = 'WEEK' AND r.state IN ('loaded', 'no_data')
          AND r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT')
)
SELECT f.account, f.marketplace_id, m.code AS marketplace,
    CASE WHEN f.report_period IN ('DAY', 'WEEK', 'MONTH', 'QUARTER')
        THEN f.data_set || '_' || lower(f.report_period) ELSE f.data_set END AS data_set,
    f.period_start AS newest_period_start, f.period_end AS newest_period_end, f.newest_at,
    d.period_start AS expected_period_start, round(extract(epoch FROM now() - f.newest_at) / 3600, 1) AS age_hours,
    CASE WHEN f.report_period IN ('DAY', 'WEEK', 'MONTH', 'QUARTER')
        THEN f.period_start IS NULL OR f.period_start < d.period_start
        ELSE f.newest_at < now() - INTERVAL '36 hours' END AS is_late
FROM found AS f
LEFT JOIN due AS d USING (marketplace_id, report_period)
LEFT JOIN chalkola.marketplaces AS m USING (marketplace_id)
UNION ALL
SELECT s.account, NULLIF(s.marketplace_id, ''), m.code, CASE s.source WHEN 'awd' THEN 'awd' ELSE 'inventory' END,
    NULL, NULL, s.as_of, NULL, round(extract(epoch FROM now() - s.as_of) / 3600, 1),
    s.as_of < now() - INTERVAL '12 hours'
FROM chalkola.inventory_syncs AS s
LEFT JOIN chalkola.marketplaces AS m USING (marketplace_id);

COMMENT ON VIEW chalkola.freshness IS
    'Grain: account, marketplace, data set that was ever loaded, and sqp_week of each marketplace with tracked ASINs. '
    'A data set by calendar is named with its period (sqp_week, sales_and_traffic_day). A period counts as loaded as '
    'soon as one of its reports is: see sqp_coverage_by_period for whole ones. account is NULL where nothing was ever '
    'loaded, marketplace_id for AWD.';
COMMENT ON COLUMN chalkola.freshness.newest_at IS
    'When the newest was loaded; of inventory and awd: when Amazon said so.';
COMMENT ON COLUMN chalkola.freshness.expected_period_start IS
    'The newest period that should be here: Amazon published it at least a day ago. NULL for data sets without a '
    'calendar.';
COMMENT ON COLUMN chalkola.freshness.age_hours IS 'Hours since newest_at.';
COMMENT ON COLUMN chalkola.freshness.is_late IS
    'The expected period is not here; without a calendar: older than 36 hours, inventory and awd than 12.';
