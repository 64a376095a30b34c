-- A query over all own ASINs. Its totals repeat on the row of each ASIN: they are taken once (the largest, since
-- reports that were built on different days may differ a little).
CREATE VIEW chalkola.sqp_brand WITH (security_invoker = TRUE) AS
SELECT account, marketplace_id, report_period, period_start, period_end, search_query,
    search_query_volume, own_asins, own_asins_bought,
    total_impressions, own_impressions,
    round(own_impressions / NULLIF(total_impressions, 0)::NUMERIC, 6) AS impression_share,
    total_clicks, own_clicks, round(own_clicks / NULLIF(total_clicks, 0)::NUMERIC, 6) AS click_share,
    total_cart_adds, own_cart_adds, round(own_cart_adds / NULLIF(total_cart_adds, 0)::NUMERIC, 6) AS cart_add_share,
    total_purchases, own_purchases, round(own_purchases / NULLIF(total_purchases, 0)::NUMERIC, 6) AS purchase_share,
    round(own_purchases / NULLIF(own_clicks, 0)::NUMERIC, 6) AS own_purchases_per_click,
    round(total_purchases / NULLIF(total_clicks, 0)::NUMERIC, 6) AS total_purchases_per_click,
    COALESCE(own_clicks, 0) < 10 AS is_small_count
FROM (
    SELECT account, marketplace_id, report_period, period_start, max(period_end) AS period_end, search_query,
        count(*) AS own_asins, count(*) FILTER (WHERE asin_purchases > 0) AS own_asins_bought,
        max(search_query_volume) AS search_query_volume,
        max(total_impressions) AS total_impressions, sum(asin_impressions)::BIGINT AS own_impressions,
        max(total_clicks) AS total_clicks, sum(asin_clicks)::BIGINT AS own_clicks,
        max(total_cart_adds) AS total_cart_adds, sum(asin_cart_adds)::BIGINT AS own_cart_adds,
        max(total_purchases) AS total_purchases, sum(asin_purchases)::BIGINT AS own_purchases
    FROM chalkola.sqp_data
    GROUP BY account, marketplace_id, report_period, period_start, search_query
) AS query;

COMMENT ON VIEW chalkola.sqp_brand IS
    'Grain: account, marketplace, period, search query, over all own ASINs that are loaded. total_* are the query''s, '
    'counted once, and may be summed over queries of one period; own_* are sums over ASINs. Shares are fractions: '
    'never sum or average them, divide sums instead. Never sum over periods of two lengths.';
COMMENT ON COLUMN chalkola.sqp_brand.own_asins IS 'How many of our ASINs Amazon lists for the query in this period.';
COMMENT ON COLUMN chalkola.sqp_brand.own_asins_bought IS 'How many of them were bought after this query.';
COMMENT ON COLUMN chalkola.sqp_brand.is_small_count IS 'Fewer than 10 own clicks: rates and later shares are chance.';
