-- Whether an ASIN's rows are all there is asked of the index without counting them: on 5 million rows of 50,000
-- ASINs of periods, sqp_coverage_by_period takes a tenth less, and stays within a second (make bench).
-- Run before or after the code that uses it: the view's columns and rows are the same. One transaction.

-- Grain: marketplace, period, ASIN that was ever asked for. What the ledger's most telling request says of it:
-- one that is under way, else the newest that was answered, else the newest.
--   loaded, no_data, pending (at Amazon), planned (waits for budget or canary), failed (for good, or until next_at),
--   missing (its rows were deleted since, or Amazon no longer held the report)
CREATE OR REPLACE VIEW chalkola.sqp_asin_states WITH (security_invoker = TRUE) AS
SELECT s.*, CASE
        WHEN s.ledger_state = 'loaded' AND s.rows_loaded > 0 AND NOT EXISTS (
            SELECT FROM chalkola.sqp_data AS d
            WHERE d.account = s.account AND d.marketplace_id = s.marketplace_id
              AND d.report_period = s.report_period AND d.period_start = s.period_start AND d.asin = s.asin
            OFFSET s.rows_loaded - 1)
            THEN 'missing'
        WHEN s.ledger_state = 'fatal' AND s.kind = 'gone' THEN 'missing'
        WHEN s.ledger_state = 'fatal' THEN 'failed'
        WHEN s.ledger_state IN ('submitting', 'submitted', 'done') THEN 'pending'
        ELSE s.ledger_state
    END AS state
FROM (
    SELECT DISTINCT ON (r.marketplace_id, r.report_period, r.period_start, a.asin)
        r.marketplace_id, r.report_period, r.period_start, a.asin, r.account, r.id AS request_id, r.report_id,
        r.state AS ledger_state, a.row_count AS rows_loaded, r.loaded_at, r.kind,
        CASE WHEN r.state = 'fatal' THEN concat_ws(': ', r.kind, r.message) ELSE r.message END AS reason,
        r.next_action, r.retry_at AS next_at, r.updated_at
    FROM chalkola.report_request_asins AS a
    JOIN chalkola.report_requests AS r ON r.id = a.request_id
    WHERE r.report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT'
    ORDER BY r.marketplace_id, r.report_period, r.period_start, a.asin,
        CASE WHEN r.state IN ('loaded', 'no_data') THEN 1 WHEN r.state = 'fatal' THEN 2 ELSE 0 END, r.id DESC
) AS s;
