-- The funnel of one search query and ASIN: impression, click, cart add, purchase. Computed from counts alone, since
-- Amazon defines its own rates by searches and rounds its shares.
CREATE VIEW chalkola.sqp_funnel WITH (security_invoker = TRUE) AS
SELECT d.account, d.marketplace_id, d.report_period, d.period_start, d.period_end, d.asin, d.search_query,
    d.search_query_volume, d.search_query_score,
    d.total_impressions, d.asin_impressions,
    round(d.asin_impressions / NULLIF(d.total_impressions, 0)::NUMERIC, 6) AS impression_share,
    d.total_clicks, d.asin_clicks, round(d.asin_clicks / NULLIF(d.total_clicks, 0)::NUMERIC, 6) AS click_share,
    d.total_cart_adds, d.asin_cart_adds,
    round(d.asin_cart_adds / NULLIF(d.total_cart_adds, 0)::NUMERIC, 6) AS cart_add_share,
    d.total_purchases, d.asin_purchases,
    round(d.asin_purchases / NULLIF(d.total_purchases, 0)::NUMERIC, 6) AS purchase_share,
    round(d.total_clicks / NULLIF(d.total_impressions, 0)::NUMERIC, 6) AS total_clicks_per_impression,
    round(d.asin_clicks / NULLIF(d.asin_impressions, 0)::NUMERIC, 6) AS asin_clicks_per_impression,
    round(d.total_cart_adds / NULLIF(d.total_clicks, 0)::NUMERIC, 6) AS total_cart_adds_per_click,
    round(d.asin_cart_adds / NULLIF(d.asin_clicks, 0)::NUMERIC, 6) AS asin_cart_adds_per_click,
    round(d.total_purchases / NULLIF(d.total_cart_adds, 0)::NUMERIC, 6) AS total_purchases_per_cart_add,
    round(d.asin_purchases / NULLIF(d.asin_cart_adds, 0)::NUMERIC, 6) AS asin_purchases_per_cart_add,
    round(d.total_purchases / NULLIF(d.total_clicks, 0)::NUMERIC, 6) AS total_purchases_per_click,
    round(d.asin_purchases / NULLIF(d.asin_clicks, 0)::NUMERIC, 6) AS asin_purchases_per_click,
    CASE
        WHEN kept.least IS NULL THEN NULL
        WHEN kept.least >= 1 THEN 'none'
        WHEN kept.least = kept.at_click THEN 'impression->click'
        WHEN kept.least = kept.at_cart_add THEN 'click->cart_add'
        ELSE 'cart_add->purchase'
    END AS lost_at,
    round(kept.least::NUMERIC, 4) AS share_kept,
    d.asin_median_click_price_amount AS asin_price, d.total_median_click_price_amount AS total_price,
    COALESCE(d.asin_median_click_price_currency_code, d.total_median_click_price_currency_code) AS price_currency,
    CASE WHEN d.asin_median_click_price_currency_code = d.total_median_click_price_currency_code
        THEN round(d.asin_median_click_price_amount / NULLIF(d.total_median_click_price_amount, 0), 4)
    END AS price_ratio,
    COALESCE(d.asin_clicks, 0) < 10 AS is_small_count
FROM chalkola.sqp_data AS d
-- What is kept of the share from one step to the next: 0.5 means that half of it is lost there.
CROSS JOIN LATERAL (
    SELECT d.asin_clicks::FLOAT8 * d.total_impressions / NULLIF(d.asin_impressions::FLOAT8 * d.total_clicks, 0)
            AS at_click,
        d.asin_cart_adds::FLOAT8 * d.total_clicks / NULLIF(d.asin_clicks::FLOAT8 * d.total_cart_adds, 0)
            AS at_cart_add,
        d.asin_purchases::FLOAT8 * d.total_cart_adds / NULLIF(d.asin_cart_adds::FLOAT8 * d.total_purchases, 0)
            AS at_purchase
) AS step
CROSS JOIN LATERAL (
    SELECT LEAST(step.at_click, step.at_cart_add, step.at_purchase) AS least, step.at_click, step.at_cart_add
) AS kept;

COMMENT ON VIEW chalkola.sqp_funnel IS
    'Grain: account, marketplace, period, ASIN, search query. total_* belong to the query and repeat on the row of '
    'each ASIN: never sum them over ASINs (see sqp_brand). Shares and rates are fractions: never sum or average them. '
    'Periods of two lengths overlap: name one report_period.';
COMMENT ON COLUMN chalkola.sqp_funnel.search_query_volume IS
    'Searches in the period. The query''s: never sum over ASINs.';
COMMENT ON COLUMN chalkola.sqp_funnel.search_query_score IS 'A rank among the ASIN''s queries; 1 is the best.';
COMMENT ON COLUMN chalkola.sqp_funnel.impression_share IS 'asin_impressions / total_impressions, a fraction.';
COMMENT ON COLUMN chalkola.sqp_funnel.lost_at IS
    'The step at which the share falls most: impression->click, click->cart_add, cart_add->purchase; none: it falls '
    'nowhere; NULL: no step can be computed.';
COMMENT ON COLUMN chalkola.sqp_funnel.share_kept IS
    'How much of the share is kept at the worst step: 0.5 means that half of it is lost there. 1 or more: nothing.';
COMMENT ON COLUMN chalkola.sqp_funnel.asin_price IS 'Median price at which the ASIN was clicked, in price_currency.';
COMMENT ON COLUMN chalkola.sqp_funnel.total_price IS 'Median price of everything that was clicked, in price_currency.';
COMMENT ON COLUMN chalkola.sqp_funnel.price_ratio IS 'asin_price / total_price; NULL where the currencies differ.';
COMMENT ON COLUMN chalkola.sqp_funnel.is_small_count IS
    'Fewer than 10 clicks of the ASIN: what is computed from clicks, cart adds and purchases is chance.';
