-- What is expected of Search Query Performance against what is there, backfills, and how old secrets are.
-- Run before the code that uses it. One transaction. It needs 0001 alone.
--
-- Views live in the migrations, beside the tables that they read: forward only, replaced by a later file.
-- They are security_invoker: whoever reads them sees what the tables' policies let that role see.

-- The marketplaces that we serve, for views and dashboards: the same as chalkola_spapi/marketplaces.py.
CREATE TABLE chalkola.marketplaces (
    marketplace_id TEXT COLLATE "C" PRIMARY KEY,
    code           TEXT NOT NULL UNIQUE,       -- the seller's word: UK, UAE
    region         TEXT NOT NULL CHECK (region IN ('NA', 'EU', 'FE')),
    currency       TEXT NOT NULL,
    time_zone      TEXT NOT NULL               -- whose calendar days its reports count
);
INSERT INTO chalkola.marketplaces (marketplace_id, code, region, currency, time_zone) VALUES
    ('ATVPDKIKX0DER',  'US',  'NA', 'USD', 'America/Los_Angeles'),
    ('A2EUQ1WTGCTBG2', 'CA',  'NA', 'CAD', 'America/Los_Angeles'),
    ('A1AM78C64UM0Y8', 'MX',  'NA', 'MXN', 'America/Mexico_City'),
    ('A1F83G8C2ARO7P', 'UK',  'EU', 'GBP', 'Europe/London'),
    ('A1PA6795UKMFR9', 'DE',  'EU', 'EUR', 'Europe/Berlin'),
    ('A13V1IB3VIYZZH', 'FR',  'EU', 'EUR', 'Europe/Paris'),
    ('APJ6JRA9NG5V4',  'IT',  'EU', 'EUR', 'Europe/Rome'),
    ('A1RKKUPIHCS9HS', 'ES',  'EU', 'EUR', 'Europe/Madrid'),
    ('A2VIGQ35RCS4UG', 'UAE', 'EU', 'AED', 'Asia/Dubai'),
    ('A39IBJ37TRP1C6', 'AU',  'FE', 'AUD', 'Australia/Sydney'),
    ('A1VC38T7YXB528', 'JP',  'FE', 'JPY', 'Asia/Tokyo');

-- How many rows the table held of each ASIN when its report had been loaded: what is missing since was
-- deleted, and is loaded again.
ALTER TABLE chalkola.report_request_asins ADD COLUMN row_count BIGINT;
UPDATE chalkola.report_request_asins AS a
SET row_count = (
    SELECT count(*) FROM chalkola.sqp_data AS d
    WHERE d.account = r.account AND d.marketplace_id = r.marketplace_id
      AND d.report_period = r.report_period AND d.period_start = r.period_start AND d.asin = a.asin)
FROM chalkola.report_requests AS r
WHERE r.id = a.request_id AND r.state = 'loaded';

-- One row for each backfill that was asked for; the daily catch-up goes on with it until nothing of it is
-- missing. Both ends are first days of periods and included. What failed for good before requested_at is
-- asked for once more, what failed after it is not.
CREATE TABLE chalkola.sqp_backfills (
    id              BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_period   TEXT        NOT NULL CHECK (report_period IN ('WEEK', 'MONTH', 'QUARTER')),
    first_start     DATE        NOT NULL,
    last_start      DATE        NOT NULL CHECK (last_start >= first_start),
    marketplace_ids TEXT[]      NOT NULL,
    requested_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    completed_at    TIMESTAMPTZ
);
CREATE UNIQUE INDEX sqp_backfills_open ON chalkola.sqp_backfills
    (report_period, first_start, last_start, marketplace_ids) WHERE completed_at IS NULL;

-- When a secret was first used here, by a salted hash: Amazon refuses a client secret after 180 days.
CREATE TABLE chalkola.secret_sightings (
    name          TEXT        NOT NULL,        -- the variable: SP_API_CLIENT_SECRET
    fingerprint   TEXT        NOT NULL,        -- a part of a slow, salted hash; never the secret
    first_seen_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (name, fingerprint)
);

-- Grain: marketplace, period. Every period of two years whose data Amazon should have published by now:
-- a WEEK 47 hours, a MONTH or QUARTER 72 hours after its local end.
CREATE VIEW chalkola.sqp_periods WITH (security_invoker = TRUE) AS
SELECT m.marketplace_id, m.code AS marketplace, p.report_period, p.period_start, p.period_end,
    (p.period_end + 1)::TIMESTAMP AT TIME ZONE m.time_zone + p.published_after AS published_at
FROM chalkola.marketplaces AS m
CROSS JOIN (
    SELECT 'WEEK' AS report_period, day::DATE AS period_start, day::DATE + 6 AS period_end,
        INTERVAL '47 hours' AS published_after
    FROM generate_series(
        current_date - extract(dow FROM current_date)::INTEGER - 7 * 105, current_date + 1, INTERVAL '7 days') AS day
    UNION ALL
    SELECT 'MONTH', day::DATE, (day + INTERVAL '1 month')::DATE - 1, INTERVAL '72 hours'
    FROM generate_series(
        date_trunc('month', current_date::TIMESTAMP) - INTERVAL '24 months', current_date, INTERVAL '1 month') AS day
    UNION ALL
    SELECT 'QUARTER', day::DATE, (day + INTERVAL '3 months')::DATE - 1, INTERVAL '72 hours'
    FROM generate_series(
        date_trunc('quarter', current_date::TIMESTAMP) - INTERVAL '24 months', current_date, INTERVAL '3 months') AS day
) AS p
WHERE (p.period_end + 1)::TIMESTAMP AT TIME ZONE m.time_zone + p.published_after <= now();

-- Grain: marketplace, period, ASIN that was ever asked for. What the ledger's most telling request says of it:
-- one that is under way, else the newest that was answered, else the newest.
--   loaded, no_data, pending (at Amazon), planned (waits for budget or canary), failed (for good, or until next_at),
--   missing (its rows were deleted since, or Amazon no longer held the report)
CREATE VIEW chalkola.sqp_asin_states WITH (security_invoker = TRUE) AS
SELECT s.*, CASE
        WHEN s.ledger_state = 'loaded' AND s.rows_loaded > (
            SELECT count(*) FROM chalkola.sqp_data AS d
            WHERE d.account = s.account AND d.marketplace_id = s.marketplace_id
              AND d.report_period = s.report_period AND d.period_start = s.period_start AND d.asin = s.asin)
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

-- Grain: marketplace, period, tracked ASIN: everything that is expected, and what became of it.
CREATE VIEW chalkola.sqp_coverage WITH (security_invoker = TRUE) AS
SELECT p.marketplace_id, p.marketplace, p.report_period, p.period_start, p.period_end, t.asin, t.priority,
    COALESCE(s.state, 'missing') AS state,
    CASE
        WHEN s.request_id IS NULL THEN 'never asked for'
        WHEN s.state = 'missing' AND s.ledger_state = 'loaded' THEN 'its rows were deleted'
        ELSE s.reason
    END AS reason,
    s.next_at, s.account, s.report_id, s.rows_loaded, s.loaded_at
FROM chalkola.sqp_periods AS p
JOIN chalkola.tracked_asins AS t ON t.marketplace_id = p.marketplace_id AND t.suppressed_at IS NULL
LEFT JOIN chalkola.sqp_asin_states AS s
    ON s.marketplace_id = p.marketplace_id AND s.report_period = p.report_period
    AND s.period_start = p.period_start AND s.asin = t.asin;

-- Grain: marketplace, period. For a dashboard: which weeks are whole.
CREATE VIEW chalkola.sqp_coverage_by_period WITH (security_invoker = TRUE) AS
SELECT marketplace_id, marketplace, report_period, period_start, period_end, count(*) AS expected,
    count(*) FILTER (WHERE state = 'loaded') AS loaded,
    count(*) FILTER (WHERE state = 'no_data') AS no_data,
    count(*) FILTER (WHERE state = 'pending') AS pending,
    count(*) FILTER (WHERE state = 'planned') AS planned,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'missing') AS missing,
    min(reason) FILTER (WHERE state = 'failed') AS a_reason,
    max(loaded_at) AS loaded_at
FROM chalkola.sqp_coverage
GROUP BY marketplace_id, marketplace, report_period, period_start, period_end;

ALTER TABLE chalkola.marketplaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE chalkola.sqp_backfills ENABLE ROW LEVEL SECURITY;
ALTER TABLE chalkola.secret_sightings ENABLE ROW LEVEL SECURITY;
