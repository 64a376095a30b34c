-- Which loaded Sales and Traffic reports tell the velocity: days, and weeks of which no day is loaded, so that none is
-- counted twice.
CREATE VIEW chalkola.sales_periods WITH (security_invoker = TRUE) AS
WITH loaded AS (
    SELECT account, marketplace_id, report_period, period_start, period_end,
        -- SKU rows sum to their child ASIN's; parents have no ASIN of their own.
        min(COALESCE(report_options ->> 'asinGranularity', 'CHILD')) AS asin_granularity
    FROM chalkola.report_requests
    WHERE report_type = 'GET_SALES_AND_TRAFFIC_REPORT' AND state IN ('loaded', 'no_data')
      AND report_period IN ('DAY', 'WEEK') AND COALESCE(report_options ->> 'asinGranularity', 'CHILD') <> 'PARENT'
    GROUP BY account, marketplace_id, report_period, period_start, period_end
), newest AS (
    SELECT account, marketplace_id, max(period_end) AS sold_through FROM loaded GROUP BY account, marketplace_id
)
SELECT account, marketplace_id, l.report_period, l.period_start, l.period_end, l.asin_granularity, n.sold_through,
    l.period_end - l.period_start + 1 AS days,
    n.sold_through - l.period_start < 7 AS is_in_7, n.sold_through - l.period_start < 28 AS is_in_28
FROM loaded AS l
JOIN newest AS n USING (account, marketplace_id)
WHERE n.sold_through - l.period_start < 90 AND (l.report_period = 'DAY' OR NOT EXISTS (
    SELECT FROM loaded AS d
    WHERE d.account = l.account AND d.marketplace_id = l.marketplace_id AND d.report_period = 'DAY'
      AND d.period_start BETWEEN l.period_start AND l.period_end));

COMMENT ON VIEW chalkola.sales_periods IS
    'Grain: account, marketplace, day or week of the 90 days up to sold_through, of which Sales and Traffic is loaded. '
    'No day is in two of them: days may be summed within a marketplace.';
COMMENT ON COLUMN chalkola.sales_periods.sold_through IS 'The newest day that is loaded of the marketplace.';
COMMENT ON COLUMN chalkola.sales_periods.is_in_7 IS
    'Whether all of it lies within the 7 days that end with sold_through.';
