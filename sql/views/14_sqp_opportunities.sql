-- Queries that many search, of which the ASIN has little, and that it turns into purchases as well as others do.
CREATE VIEW chalkola.sqp_opportunities WITH (security_invoker = TRUE) AS
SELECT account, marketplace_id, report_period, period_start, period_end, asin, search_query,
    round(total_clicks * asin_purchases_per_click / 100, 2) AS score,
    CASE
        WHEN asin_clicks_per_impression >= 0.8 * total_clicks_per_impression THEN 'low_visibility'
        WHEN price_ratio > 1.1 THEN 'price'
        ELSE 'low_click'
    END AS reason,
    CASE
        WHEN asin_clicks_per_impression >= 0.8 * total_clicks_per_impression THEN
            'Bought and clicked as often as others, but seldom seen: more visibility pays.'
        WHEN price_ratio > 1.1 THEN
            'Bought once clicked, but clicked less than others, and dearer than the median.'
        ELSE 'Bought once clicked, but clicked less than others: look at image, title and rating.'
    END AS reason_text,
    search_query_volume, search_query_score,
    total_impressions, asin_impressions, impression_share, total_clicks, asin_clicks, click_share,
    total_purchases, asin_purchases, purchase_share,
    total_clicks_per_impression, asin_clicks_per_impression, total_purchases_per_click, asin_purchases_per_click,
    asin_price, total_price, price_currency, price_ratio
FROM chalkola.sqp_funnel
WHERE search_query_volume >= 500
  AND click_share < 0.1
  AND asin_clicks >= 10 AND asin_purchases >= 3
  AND asin_purchases_per_click >= total_purchases_per_click;

COMMENT ON VIEW chalkola.sqp_opportunities IS
    'Grain: account, marketplace, period, ASIN, search query with 500 or more searches, less than 10 % of the clicks, '
    'and at least as many purchases a click as all products have (from 10 clicks and 3 purchases on: fewer are '
    'chance). Never sum total_* or search_query_volume over ASINs.';
COMMENT ON COLUMN chalkola.sqp_opportunities.score IS
    'Purchases a period that one more percentage point of the query''s clicks would bring, at the ASIN''s own '
    'purchases a click.';
COMMENT ON COLUMN chalkola.sqp_opportunities.reason IS
    'low_visibility: clicked as often as others where it is seen (at least 0.8 times); price: clicked less, and more '
    'than 10 % above the median price; low_click: clicked less.';
