-- A period beside the four before it. Driven by the ledger, ASIN by ASIN, each of which reaches its five periods by the
-- key: what is asked for is what is read, and only an ASIN that is loaded can have lost a query.
CREATE VIEW chalkola.sqp_changes WITH (security_invoker = TRUE) AS
SELECT l.account, l.marketplace_id, l.report_period, l.period_start, l.period_end, l.asin, search_query,
    l.previous_start, is_in_previous OR l.previous_is_loaded AS previous_is_loaded,
    is_in_this AND NOT is_in_previous AND l.previous_is_loaded AS is_new,
    NOT is_in_this AS is_lost, mean_periods,
    search_query_volume, previous_search_query_volume,
    search_query_volume - previous_search_query_volume AS search_query_volume_change, mean_search_query_volume,
    search_query_score, previous_search_query_score,
    asin_impressions, previous_asin_impressions,
    asin_impressions - previous_asin_impressions AS asin_impressions_change, mean_asin_impressions,
    asin_clicks, previous_asin_clicks, asin_clicks - previous_asin_clicks AS asin_clicks_change, mean_asin_clicks,
    asin_cart_adds, previous_asin_cart_adds, asin_cart_adds - previous_asin_cart_adds AS asin_cart_adds_change,
    mean_asin_cart_adds,
    asin_purchases, previous_asin_purchases, asin_purchases - previous_asin_purchases AS asin_purchases_change,
    mean_asin_purchases,
    impression_share, previous_impression_share,
    impression_share - previous_impression_share AS impression_share_change, mean_impression_share,
    click_share, previous_click_share, click_share - previous_click_share AS click_share_change, mean_click_share,
    cart_add_share, previous_cart_add_share, cart_add_share - previous_cart_add_share AS cart_add_share_change,
    mean_cart_add_share,
    purchase_share, previous_purchase_share, purchase_share - previous_purchase_share AS purchase_share_change,
    mean_purchase_share,
    asin_price, previous_asin_price, total_price, price_currency,
    GREATEST(COALESCE(asin_clicks, 0), COALESCE(previous_asin_clicks, 0)) < 10 AS is_small_count
FROM chalkola.sqp_loaded_asins AS l
CROSS JOIN LATERAL (
    SELECT d.search_query, bool_or(d.period_start = l.period_start) AS is_in_this,
        bool_or(d.period_start = l.previous_start) AS is_in_previous,
        count(*) FILTER (WHERE d.period_start < l.period_start) AS mean_periods,
        max(d.search_query_volume) FILTER (WHERE d.period_start = l.period_start) AS search_query_volume,
        max(d.search_query_volume) FILTER (WHERE d.period_start = l.previous_start) AS previous_search_query_volume,
        round(avg(d.search_query_volume) FILTER (WHERE d.period_start < l.period_start), 2) AS mean_search_query_volume,
        max(d.search_query_score) FILTER (WHERE d.period_start = l.period_start) AS search_query_score,
        max(d.search_query_score) FILTER (WHERE d.period_start = l.previous_start) AS previous_search_query_score,
        max(d.asin_impressions) FILTER (WHERE d.period_start = l.period_start) AS asin_impressions,
        max(d.asin_impressions) FILTER (WHERE d.period_start = l.previous_start) AS previous_asin_impressions,
        round(avg(d.asin_impressions) FILTER (WHERE d.period_start < l.period_start), 2) AS mean_asin_impressions,
        max(d.asin_clicks) FILTER (WHERE d.period_start = l.period_start) AS asin_clicks,
        max(d.asin_clicks) FILTER (WHERE d.period_start = l.previous_start) AS previous_asin_clicks,
        round(avg(d.asin_clicks) FILTER (WHERE d.period_start < l.period_start), 2) AS mean_asin_clicks,
        max(d.asin_cart_adds) FILTER (WHERE d.period_start = l.period_start) AS asin_cart_adds,
        max(d.asin_cart_adds) FILTER (WHERE d.period_start = l.previous_start) AS previous_asin_cart_adds,
        round(avg(d.asin_cart_adds) FILTER (WHERE d.period_start < l.period_start), 2) AS mean_asin_cart_adds,
        max(d.asin_purchases) FILTER (WHERE d.period_start = l.period_start) AS asin_purchases,
        max(d.asin_purchases) FILTER (WHERE d.period_start = l.previous_start) AS previous_asin_purchases,
        round(avg(d.asin_purchases) FILTER (WHERE d.period_start < l.period_start), 2) AS mean_asin_purchases,
        max(d.impression_share) FILTER (WHERE d.period_start = l.period_start) AS impression_share,
        max(d.impression_share) FILTER (WHERE d.period_start = l.previous_start) AS previous_impression_share,
        round(avg(d.impression_share) FILTER (WHERE d.period_start < l.period_start), 6) AS mean_impression_share,
        max(d.click_share) FILTER (WHERE d.period_start = l.period_start) AS click_share,
        max(d.click_share) FILTER (WHERE d.period_start = l.previous_start) AS previous_click_share,
        round(avg(d.click_share) FILTER (WHERE d.period_start < l.period_start), 6) AS mean_click_share,
        max(d.cart_add_share) FILTER (WHERE d.period_start = l.period_start) AS cart_add_share,
        max(d.cart_add_share) FILTER (WHERE d.period_start = l.previous_start) AS previous_cart_add_share,
        round(avg(d.cart_add_share) FILTER (WHERE d.period_start < l.period_start), 6) AS mean_cart_add_share,
        max(d.purchase_share) FILTER (WHERE d.period_start = l.period_start) AS purchase_share,
        max(d.purchase_share) FILTER (WHERE d.period_start = l.previous_start) AS previous_purchase_share,
        round(avg(d.purchase_share) FILTER (WHERE d.period_start < l.period_start), 6) AS mean_purchase_share,
        max(d.asin_price) FILTER (WHERE d.period_start = l.period_start) AS asin_price,
        max(d.asin_price) FILTER (WHERE d.period_start = l.previous_start) AS previous_asin_price,
        max(d.total_price) FILTER (WHERE d.period_start = l.period_start) AS total_price,
        max(d.price_currency) FILTER (WHERE d.period_start >= l.previous_start) AS price_currency
    FROM chalkola.sqp_funnel AS d
    WHERE d.account = l.account AND d.marketplace_id = l.marketplace_id AND d.report_period = l.report_period
      AND d.asin = l.asin AND d.period_start = ANY (ARRAY[l.period_start, l.previous_start,
        (l.period_start - 2 * l.step)::DATE, (l.period_start - 3 * l.step)::DATE, (l.period_start - 4 * l.step)::DATE])
    GROUP BY d.search_query
    HAVING bool_or(d.period_start >= l.previous_start)
) AS change;

COMMENT ON VIEW chalkola.sqp_changes IS
    'Grain: account, marketplace, period, ASIN, search query of this period, or of the one before (is_lost). '
    'previous_*: the period right before; NULL if that is not loaded or does not hold the query: never zero. mean_*: '
    'over those of the four periods before that hold the query (mean_periods says how many). Changes of shares are '
    'differences of fractions: 0.01 is one percentage point. Never sum over periods; volumes never over ASINs.';
COMMENT ON COLUMN chalkola.sqp_changes.previous_is_loaded IS
    'Whether the ledger holds the ASIN''s period before: only then is a comparison possible, and is_new known.';
COMMENT ON COLUMN chalkola.sqp_changes.is_new IS
    'The period before is loaded for this ASIN and does not hold the query (an earlier one may).';
COMMENT ON COLUMN chalkola.sqp_changes.is_lost IS
    'The period before holds the query and this one, which is loaded for this ASIN, does not: this period''s numbers '
    'are NULL.';
COMMENT ON COLUMN chalkola.sqp_changes.mean_periods IS
    'How many of the four periods before hold the query for this ASIN.';
COMMENT ON COLUMN chalkola.sqp_changes.is_small_count IS
    'Fewer than 10 clicks of the ASIN in both periods: the change is chance.';
