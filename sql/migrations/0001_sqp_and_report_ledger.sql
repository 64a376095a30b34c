-- The first tables: the report ledger, tracked ASINs, Search Query Performance, quotas, runs and requests.
-- Run before the code that uses it. One transaction; the runner made the schema.
--
-- Everything lives in the schema chalkola, never in public: Supabase exposes public to its anonymous key.
-- Times are UTC (timestamptz), dates are the marketplace's calendar days, money and shares are exact numerics.

-- Real and simulated data never share a database: the first run marks it, later runs compare.
CREATE TABLE chalkola.database_marker (
    is_only       BOOLEAN     PRIMARY KEY DEFAULT TRUE CHECK (is_only),
    kind          TEXT        NOT NULL CHECK (kind IN ('real', 'simulated')),
    endpoint_host TEXT        NOT NULL,
    -- Part of every cache key: a result of another database must never stand in for this one's.
    database_id   UUID        NOT NULL DEFAULT gen_random_uuid(),
    marked_at     TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- One row for each ASIN that is asked for in a marketplace. Priority 1 is asked for first.
CREATE TABLE chalkola.tracked_asins (
    marketplace_id    TEXT        COLLATE "C" NOT NULL,
    asin              TEXT        COLLATE "C" NOT NULL CHECK (asin ~ '^[A-Z0-9]{10}$'),
    priority          INTEGER     NOT NULL DEFAULT 100,
    source            TEXT        NOT NULL DEFAULT 'import',
    added_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    suppressed_at     TIMESTAMPTZ,
    suppressed_reason TEXT,
    PRIMARY KEY (marketplace_id, asin)
);

-- One token bucket for each account and operation, shared by all workers (GCRA).
-- full_at: when the bucket will be full again if nothing more is taken (the theoretical arrival time).
CREATE TABLE chalkola.rate_limits (
    account    TEXT             COLLATE "C" NOT NULL,
    operation  TEXT             COLLATE "C" NOT NULL,
    rate_per_s DOUBLE PRECISION NOT NULL CHECK (rate_per_s > 0),
    burst      INTEGER          NOT NULL CHECK (burst > 0),
    full_at    TIMESTAMPTZ      NOT NULL DEFAULT 'epoch',
    updated_at TIMESTAMPTZ      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account, operation)
);

-- One row for each time that something was planned. finished_at stays NULL when the run was interrupted:
-- the same command then goes on with the plan's requests and asks for none of them again.
CREATE TABLE chalkola.report_plans (
    id          BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    is_refresh  BOOLEAN     NOT NULL DEFAULT FALSE,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    finished_at TIMESTAMPTZ
);

-- The ledger: one row for each report that was, or is to be, asked for.
--   planned -> submitting (intent, written before the POST) -> submitted -> done -> loaded
--   submitted -> no_data (Amazon CANCELLED it, or its document is empty)
--   submitted -> fatal (kind says why, next_action and retry_at what follows)
CREATE TABLE chalkola.report_requests (
    id                  BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity            TEXT        COLLATE "C" NOT NULL,  -- hash of account, type, marketplace, period, options, ASINs
    attempt             INTEGER     NOT NULL DEFAULT 1,    -- raised by --refresh and by a retry after FATAL
    plan_id             BIGINT      NOT NULL REFERENCES chalkola.report_plans,
    account             TEXT        COLLATE "C" NOT NULL,
    report_type         TEXT        COLLATE "C" NOT NULL,
    marketplace_id      TEXT        COLLATE "C" NOT NULL,
    report_period       TEXT        COLLATE "C" NOT NULL,
    period_start        DATE        NOT NULL,
    period_end          DATE        NOT NULL,              -- the last day, included
    report_options      JSONB       NOT NULL DEFAULT '{}',
    state               TEXT        NOT NULL DEFAULT 'planned'
        CHECK (state IN ('planned', 'submitting', 'submitted', 'done', 'loaded', 'no_data', 'fatal')),
    created_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    submitting_at       TIMESTAMPTZ,                       -- the intent; counts against the daily budget
    report_id           TEXT        COLLATE "C",           -- Amazon's; unique only within an account
    is_adopted          BOOLEAN     NOT NULL DEFAULT FALSE, -- found in Amazon's list after a lost answer
    report_created_at   TIMESTAMPTZ,
    processing_status   TEXT,
    report_document_id  TEXT,
    kind                TEXT,                              -- too_early, bad_period, ... : why it failed
    message             TEXT,                              -- Amazon's own text
    next_action         TEXT,                              -- retry, bisect, give_up
    retry_at            TIMESTAMPTZ,
    document_sha256     TEXT,                              -- of the raw document as downloaded
    row_count           BIGINT,
    rows_written        BIGINT,
    rows_removed        BIGINT,
    extra_fields        TEXT[],                            -- fields of the document that no column holds
    foreign_report_ids  TEXT[]      NOT NULL DEFAULT '{}', -- reports whose document named another request
    bisected_from       BIGINT      REFERENCES chalkola.report_requests, -- the FATAL batch that this is a half of
    superseded_by       TEXT,                              -- a newer report had been loaded before this one
    loaded_at           TIMESTAMPTZ,
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (identity, attempt),
    UNIQUE (account, report_id)
);

-- Amazon's list of reports shows no options, so two lost answers of one slice could not be told apart:
-- at most one report of a slice is being submitted at any time.
CREATE UNIQUE INDEX report_requests_one_submission_a_slice
    ON chalkola.report_requests (account, report_type, marketplace_id, report_period, period_start)
    WHERE state = 'submitting';
CREATE INDEX report_requests_slice
    ON chalkola.report_requests (account, report_type, marketplace_id, report_period, period_start);
CREATE INDEX report_requests_open
    ON chalkola.report_requests (id) WHERE state IN ('planned', 'submitting', 'submitted', 'done');
CREATE INDEX report_requests_budget
    ON chalkola.report_requests (account, report_type, submitting_at) WHERE submitting_at IS NOT NULL;

-- Which ASIN is in which report.
CREATE TABLE chalkola.report_request_asins (
    request_id BIGINT NOT NULL REFERENCES chalkola.report_requests ON DELETE CASCADE,
    asin       TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (request_id, asin)
);
CREATE INDEX report_request_asins_asin ON chalkola.report_request_asins (asin);

-- Search Query Performance: one row for each account, marketplace, period, ASIN and search query.
-- Shares and rates are fractions as Amazon sends them; search_query_score is a rank, 1 is best.
-- total_* belong to the query, not to the ASIN: never sum them over ASINs. Periods of two lengths overlap:
-- every query names its report_period.
CREATE TABLE chalkola.sqp_data (
    account        TEXT COLLATE "C" NOT NULL,
    marketplace_id TEXT COLLATE "C" NOT NULL,
    report_period  TEXT COLLATE "C" NOT NULL,
    period_start   DATE NOT NULL,
    period_end     DATE NOT NULL,
    asin           TEXT COLLATE "C" NOT NULL,
    search_query   TEXT COLLATE "C" NOT NULL,
    search_query_score                        BIGINT,
    search_query_volume                       BIGINT,
    total_impressions                         BIGINT,
    asin_impressions                          BIGINT,
    asin_impression_share                     NUMERIC,
    total_clicks                              BIGINT,
    total_click_rate                          NUMERIC,
    asin_clicks                               BIGINT,
    asin_click_share                          NUMERIC,
    total_median_click_price_amount           NUMERIC,
    total_median_click_price_currency_code    TEXT,
    asin_median_click_price_amount            NUMERIC,
    asin_median_click_price_currency_code     TEXT,
    total_same_day_shipping_click_count       BIGINT,
    total_one_day_shipping_click_count        BIGINT,
    total_two_day_shipping_click_count        BIGINT,
    total_cart_adds                           BIGINT,
    total_cart_add_rate                       NUMERIC,
    asin_cart_adds                            BIGINT,
    asin_cart_add_share                       NUMERIC,
    total_median_cart_add_price_amount        NUMERIC,
    total_median_cart_add_price_currency_code TEXT,
    asin_median_cart_add_price_amount         NUMERIC,
    asin_median_cart_add_price_currency_code  TEXT,
    total_same_day_shipping_cart_add_count    BIGINT,
    total_one_day_shipping_cart_add_count     BIGINT,
    total_two_day_shipping_cart_add_count     BIGINT,
    total_purchases                           BIGINT,
    total_purchase_rate                       NUMERIC,
    asin_purchases                            BIGINT,
    asin_purchase_share                       NUMERIC,
    total_median_purchase_price_amount        NUMERIC,
    total_median_purchase_price_currency_code TEXT,
    asin_median_purchase_price_amount         NUMERIC,
    asin_median_purchase_price_currency_code  TEXT,
    total_same_day_shipping_purchase_count    BIGINT,
    total_one_day_shipping_purchase_count     BIGINT,
    total_two_day_shipping_purchase_count     BIGINT,
    extra      JSONB,                                 -- fields that Amazon added since
    report_id  TEXT        NOT NULL,                  -- who wrote the row last
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, report_period, period_start, asin, search_query)
) PARTITION BY LIST (marketplace_id);

CREATE TABLE chalkola.sqp_data_us PARTITION OF chalkola.sqp_data FOR VALUES IN ('ATVPDKIKX0DER');
CREATE TABLE chalkola.sqp_data_ca PARTITION OF chalkola.sqp_data FOR VALUES IN ('A2EUQ1WTGCTBG2');
CREATE TABLE chalkola.sqp_data_mx PARTITION OF chalkola.sqp_data FOR VALUES IN ('A1AM78C64UM0Y8');
CREATE TABLE chalkola.sqp_data_uk PARTITION OF chalkola.sqp_data FOR VALUES IN ('A1F83G8C2ARO7P');
CREATE TABLE chalkola.sqp_data_de PARTITION OF chalkola.sqp_data FOR VALUES IN ('A1PA6795UKMFR9');
CREATE TABLE chalkola.sqp_data_fr PARTITION OF chalkola.sqp_data FOR VALUES IN ('A13V1IB3VIYZZH');
CREATE TABLE chalkola.sqp_data_it PARTITION OF chalkola.sqp_data FOR VALUES IN ('APJ6JRA9NG5V4');
CREATE TABLE chalkola.sqp_data_es PARTITION OF chalkola.sqp_data FOR VALUES IN ('A1RKKUPIHCS9HS');
CREATE TABLE chalkola.sqp_data_uae PARTITION OF chalkola.sqp_data FOR VALUES IN ('A2VIGQ35RCS4UG');
CREATE TABLE chalkola.sqp_data_au PARTITION OF chalkola.sqp_data FOR VALUES IN ('A39IBJ37TRP1C6');
CREATE TABLE chalkola.sqp_data_jp PARTITION OF chalkola.sqp_data FOR VALUES IN ('A1VC38T7YXB528');
-- A new marketplace must not fail a load.
CREATE TABLE chalkola.sqp_data_other PARTITION OF chalkola.sqp_data DEFAULT;

-- One ASIN over many weeks.
CREATE INDEX sqp_data_asin ON chalkola.sqp_data (asin, report_period, period_start);

-- One row for each HTTP answer of Amazon. endpoint is the path: never a query, never a presigned address.
CREATE TABLE chalkola.api_request_log (
    id             BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_time   TIMESTAMPTZ NOT NULL DEFAULT now(),
    api_type       TEXT        NOT NULL DEFAULT 'SP_API',
    account        TEXT        NOT NULL,
    operation      TEXT        NOT NULL,
    endpoint       TEXT        NOT NULL,
    method         TEXT        NOT NULL,
    marketplace_id TEXT,
    status_code    INTEGER,                            -- NULL: no answer came
    duration_ms    INTEGER     NOT NULL,
    error_code     TEXT,
    error_message  TEXT,
    request_id     TEXT                                -- x-amzn-RequestId: what Amazon's support asks for
);
CREATE INDEX api_request_log_time ON chalkola.api_request_log (request_time DESC);
CREATE INDEX api_request_log_errors ON chalkola.api_request_log (error_code) WHERE error_code IS NOT NULL;

-- One row for each flow run, written by its state hooks.
CREATE TABLE chalkola.job_runs (
    id                BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_name          TEXT        NOT NULL,
    flow_run_id       UUID        UNIQUE,
    started_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    completed_at      TIMESTAMPTZ,
    status            TEXT        NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'SUCCESS', 'FAILED')),
    records_processed BIGINT      NOT NULL DEFAULT 0,
    error_message     TEXT,
    metadata          JSONB
);
CREATE INDEX job_runs_name ON chalkola.job_runs (job_name, started_at DESC);
CREATE INDEX job_runs_running ON chalkola.job_runs (started_at) WHERE status = 'RUNNING';

-- The second wall behind the schema: row level security on every table and on every partition, since
-- a partition can be read past its parent. The owner is exempt.
DO $$
DECLARE
    name REGCLASS;
    role_name TEXT;
BEGIN
    FOR name IN SELECT c.oid::REGCLASS FROM pg_class c
        WHERE c.relnamespace = 'chalkola'::REGNAMESPACE AND c.relkind IN ('r', 'p')
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
    END LOOP;
    REVOKE ALL ON SCHEMA chalkola FROM PUBLIC;
    FOR role_name IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
    LOOP
        EXECUTE format('REVOKE ALL ON SCHEMA chalkola FROM %I', role_name);
    END LOOP;
END
$$;
