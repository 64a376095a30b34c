-- Expected against loaded, read by tasks/coverage/coverage.py: a line `-- name --` opens each.

-- hash_joins --
-- A young ledger has no statistics, and any other join of what is wanted with what became of it is quadratic:
-- 900 ASINs of 13 weeks took 17 s instead of 0.1. Until the transaction ends.
SELECT set_config('enable_nestloop', 'off', TRUE), set_config('enable_mergejoin', 'off', TRUE)

-- of_slices --
-- One row for each given slice that has tracked ASINs: how many are in which state, and which have to be
-- asked for. Failed for good before `failed_before` counts as missing: a person has asked again since.
WITH slices AS (
    SELECT * FROM unnest(
        CAST(:marketplace_ids AS TEXT[]), CAST(:report_periods AS TEXT[]), CAST(:period_starts AS DATE[])
    ) WITH ORDINALITY AS u (marketplace_id, report_period, period_start, position)
), cells AS (
    SELECT u.position, t.asin, t.priority, s.request_id, s.ledger_state, s.next_at,
        CASE
            WHEN s.state = 'failed' AND s.next_action = 'give_up' AND s.updated_at < :failed_before
                THEN 'missing'
            ELSE COALESCE(s.state, 'missing')
        END AS state
    FROM slices AS u
    JOIN chalkola.tracked_asins AS t ON t.marketplace_id = u.marketplace_id AND t.suppressed_at IS NULL
    LEFT JOIN chalkola.sqp_asin_states AS s
        ON s.marketplace_id = u.marketplace_id AND s.report_period = u.report_period
        AND s.period_start = u.period_start AND s.asin = t.asin
)
SELECT position, count(*) AS expected,
    count(*) FILTER (WHERE state IN ('loaded', 'no_data')) AS answered,
    count(*) FILTER (WHERE state = 'pending') AS pending,
    count(*) FILTER (WHERE state = 'planned') AS planned,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    COALESCE(array_agg(asin ORDER BY priority, asin) FILTER (WHERE state = 'missing'), '{}') AS missing,
    COALESCE(array_agg(DISTINCT request_id)
        FILTER (WHERE state = 'missing' AND ledger_state = 'loaded'), '{}') AS lost_request_ids,
    COALESCE(array_agg(DISTINCT request_id) FILTER (WHERE state IN ('pending', 'planned')), '{}') AS open_request_ids
FROM cells
GROUP BY position
ORDER BY position

-- by_period --
SELECT marketplace, report_period, period_start, period_end, expected, loaded, no_data, pending, planned, failed,
    missing, a_reason, loaded_at
FROM chalkola.sqp_coverage_by_period
WHERE report_period = :period
ORDER BY period_end DESC, marketplace
LIMIT :limit

-- reopen --
-- Its rows were deleted and its document is still here: it is loaded again, without Amazon.
UPDATE chalkola.report_requests SET state = 'done', updated_at = now()
WHERE id = :id AND state = 'loaded'

-- planned --
-- What waits for an account's budget, in the order in which it is asked for.
SELECT id FROM chalkola.report_requests
WHERE account = :account AND state = 'planned'
  AND report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT'
ORDER BY period_start DESC, marketplace_id, id

-- open_backfill --
-- The same backfill again is the same one.
INSERT INTO chalkola.sqp_backfills AS b (report_period, first_start, last_start, marketplace_ids, requested_at)
VALUES (:report_period, :first_start, :last_start, :marketplace_ids, :now)
ON CONFLICT (report_period, first_start, last_start, marketplace_ids) WHERE completed_at IS NULL
DO UPDATE SET report_period = excluded.report_period
RETURNING *

-- find_backfill --
SELECT * FROM chalkola.sqp_backfills
WHERE report_period = :report_period AND first_start = :first_start AND last_start = :last_start
  AND marketplace_ids = CAST(:marketplace_ids AS TEXT[])
ORDER BY id DESC LIMIT 1

-- open_backfills --
SELECT * FROM chalkola.sqp_backfills WHERE completed_at IS NULL ORDER BY id

-- complete_backfill --
UPDATE chalkola.sqp_backfills SET completed_at = :now WHERE id = :id AND completed_at IS NULL

-- slice_of_planned --
-- For the canary: what the slices of planned requests have shown so far.
SELECT p.id,
    EXISTS (
        SELECT 1 FROM chalkola.report_requests AS o
        WHERE o.state IN ('loaded', 'no_data') AND (o.account, o.report_type, o.marketplace_id, o.report_period,
            o.period_start) = (p.account, p.report_type, p.marketplace_id, p.report_period, p.period_start)
    ) AS is_proven,
    ARRAY(
        SELECT o.id FROM chalkola.report_requests AS o
        WHERE o.state IN ('submitting', 'submitted', 'done') AND (o.account, o.report_type, o.marketplace_id,
            o.report_period, o.period_start)
            = (p.account, p.report_type, p.marketplace_id, p.report_period, p.period_start)
        ORDER BY o.id
    ) AS under_way,
    (
        SELECT max(COALESCE(o.retry_at, o.updated_at + INTERVAL '1 day')) FROM chalkola.report_requests AS o
        WHERE o.state = 'fatal' AND o.kind = ANY(:kinds) AND (o.account, o.report_type, o.marketplace_id,
            o.report_period, o.period_start)
            = (p.account, p.report_type, p.marketplace_id, p.report_period, p.period_start)
    ) AS held_until
FROM chalkola.report_requests AS p
WHERE p.id = ANY(:ids)
ORDER BY p.id
