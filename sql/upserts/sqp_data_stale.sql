-- Rows of the slice's ASINs that the newer document no longer holds.
DELETE FROM chalkola.sqp_data AS stored
USING staged_sqp_asins AS wanted
WHERE stored.account = wanted.account
    AND stored.marketplace_id = wanted.marketplace_id
    AND stored.report_period = wanted.report_period
    AND stored.period_start = wanted.period_start
    AND stored.asin = wanted.asin
    AND NOT EXISTS (
        SELECT 1
        FROM staged_sqp_data AS staged
        WHERE staged.asin = stored.asin AND staged.search_query = stored.search_query
    );
