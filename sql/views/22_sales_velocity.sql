-- Units a day, over the days that are loaded: a day that no report covers is missing, not zero. An ASIN that a loaded
-- report does not name sold nothing then.
CREATE VIEW chalkola.sales_velocity WITH (security_invoker = TRUE) AS
WITH covered AS (
    SELECT account, marketplace_id, sold_through, COALESCE(sum(days) FILTER (WHERE is_in_7), 0)::INTEGER AS days_7,
        COALESCE(sum(days) FILTER (WHERE is_in_28), 0)::INTEGER AS days_28, sum(days)::INTEGER AS days_90
    FROM chalkola.sales_periods GROUP BY account, marketplace_id, sold_through
), sold AS (
    SELECT u.account, u.marketplace_id, s.child_asin AS asin,
        COALESCE(sum(s.units_ordered) FILTER (WHERE u.is_in_7), 0)::BIGINT AS units_7,
        COALESCE(sum(s.units_ordered) FILTER (WHERE u.is_in_28), 0)::BIGINT AS units_28,
        COALESCE(sum(s.units_ordered), 0)::BIGINT AS units_90,
        sum(s.sessions) FILTER (WHERE u.is_in_28) AS sessions_28,
        sum(s.ordered_product_sales_amount) FILTER (WHERE u.is_in_28) AS sales_amount_28,
        max(s.ordered_product_sales_currency_code) AS currency
    FROM chalkola.sales_periods AS u
    JOIN chalkola.sales_and_traffic_by_asin AS s USING (
        account, marketplace_id, report_period, period_start, asin_granularity)
    WHERE s.child_asin <> ''
    GROUP BY u.account, u.marketplace_id, s.child_asin
)
SELECT account, marketplace_id, m.code AS marketplace, asin, sold_through,
    CASE WHEN days_7 > 0 THEN units_7 END AS units_7, days_7 AS days_covered_7,
    round(units_7 / NULLIF(days_7, 0)::NUMERIC, 4) AS units_per_day_7,
    CASE WHEN days_28 > 0 THEN units_28 END AS units_28, days_28 AS days_covered_28,
    round(units_28 / NULLIF(days_28, 0)::NUMERIC, 4) AS units_per_day_28,
    round(7 * units_28 / NULLIF(days_28, 0)::NUMERIC, 4) AS units_per_week_28,
    units_90, days_90 AS days_covered_90, round(units_90 / NULLIF(days_90, 0)::NUMERIC, 4) AS units_per_day_90,
    sessions_28::BIGINT AS sessions_28, sales_amount_28, sold.currency, units_28 < 10 AS is_small_count
FROM sold
JOIN covered USING (account, marketplace_id)
LEFT JOIN chalkola.marketplaces AS m USING (marketplace_id);

COMMENT ON VIEW chalkola.sales_velocity IS
    'Grain: account, marketplace, child ASIN that Sales and Traffic named in the last 90 days. Units ordered, whoever '
    'ships them. The windows of 7, 28 and 90 days end at sold_through, the newest loaded day, and contain each other: '
    'never add them up. A rate is over days_covered_* alone: missing days are missing, not zero; days without stock '
    'count.';
COMMENT ON COLUMN chalkola.sales_velocity.sold_through IS
    'The newest day that is loaded of the marketplace; the windows end there.';
COMMENT ON COLUMN chalkola.sales_velocity.days_covered_28 IS
    'Days of the last 28 that are loaded; the divisor of units_per_day_28.';
COMMENT ON COLUMN chalkola.sales_velocity.units_per_week_28 IS 'Seven times the daily rate of the last 28 days.';
COMMENT ON COLUMN chalkola.sales_velocity.is_small_count IS 'Fewer than 10 units in 28 days: the rate is chance.';
