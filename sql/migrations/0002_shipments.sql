-- FBA shipments: what was asked for, each step at Amazon, what was shown and answered, and what came of it.
-- Run before the code that uses it. One transaction.
--
-- The tables and columns of the implementation guide keep their names; their types are corrected.
-- Money is NUMERIC beside its currency, times are UTC, texts have no invented length.

-- One row for each shipment that was asked for: one inbound plan at Amazon. plan_name is the idempotency key.
--   CREATED -> PLAN_CREATED -> PACKING_CONFIGURED -> AWAITING_PLACEMENT -> PLACEMENT_CONFIRMED
--   -> AWAITING_TRANSPORTATION -> TRANSPORTATION_CONFIRMED -> COMPLETED
--   REJECTED, CANCELLED: the plan was voided at Amazon. FAILED can be resumed from reached_status.
CREATE TABLE chalkola.fba_shipments (
    id                       BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inbound_plan_id          TEXT        COLLATE "C" UNIQUE,          -- NULL until Amazon has named it
    plan_name                TEXT        COLLATE "C" NOT NULL UNIQUE CHECK (length(plan_name) BETWEEN 1 AND 40),
    account                  TEXT        COLLATE "C" NOT NULL,
    marketplace_id           TEXT        COLLATE "C" NOT NULL,
    status                   TEXT        NOT NULL DEFAULT 'CREATED' CHECK (status IN (
        'CREATED', 'PLAN_CREATED', 'PACKING_CONFIGURED', 'AWAITING_PLACEMENT', 'PLACEMENT_CONFIRMED',
        'AWAITING_TRANSPORTATION', 'TRANSPORTATION_CONFIRMED', 'COMPLETED', 'REJECTED', 'CANCELLED', 'FAILED')),
    reached_status           TEXT        NOT NULL DEFAULT 'CREATED',  -- how far it came, whatever failed since
    request                  JSONB       NOT NULL,                    -- REQUEST.json as it was understood
    request_sha256           TEXT        NOT NULL,
    source_address           JSONB       NOT NULL,
    packing_option_id        TEXT,
    placement_option_id      TEXT,
    placement_fee            NUMERIC,                                 -- a total, before discounts
    placement_discount       NUMERIC,
    placement_fee_per_unit   NUMERIC,                                 -- (fee - discount) / units
    placement_fee_currency   TEXT,
    transportation_option_id TEXT,                                    -- of a plan with one shipment; else see destinations
    carrier_name             TEXT,                                    -- all shipments of a parcel plan share it
    shipping_mode            TEXT,
    transportation_cost      NUMERIC,                                 -- the sum of all shipments; NULL: own carrier
    transportation_currency  TEXT,
    total_units              BIGINT      NOT NULL,
    total_boxes              BIGINT      NOT NULL,
    total_weight             NUMERIC,
    total_weight_unit        TEXT,
    labels_downloaded        BOOLEAN     NOT NULL DEFAULT FALSE,
    estimated_ship_date      DATE,                                    -- in the marketplace's zone
    free_void_until          TIMESTAMPTZ,                             -- cancelling is free until then
    free_void_announced_at   TIMESTAMPTZ,
    rejection_reason         TEXT,
    error_message            TEXT,                                    -- why it FAILED, Amazon's texts included
    flow_run_id              UUID,                                    -- the Prefect run that works, or worked, on it
    created_at               TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at               TIMESTAMPTZ NOT NULL DEFAULT now(),
    completed_at             TIMESTAMPTZ
);
CREATE INDEX fba_shipments_status ON chalkola.fba_shipments (status);
CREATE INDEX fba_shipments_created ON chalkola.fba_shipments (created_at DESC);

-- What is in which box: one row for each shipment of Amazon's, box and MSKU. Quantities sum to the plan's.
-- quantity counts units; box_id is NULL where Amazon knows no boxes (pallets packed later).
CREATE TABLE chalkola.fba_shipment_items (
    id                     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shipment_id            BIGINT NOT NULL REFERENCES chalkola.fba_shipments ON DELETE CASCADE,
    amazon_shipment_id     TEXT   COLLATE "C" NOT NULL,
    box_id                 TEXT   COLLATE "C",                        -- FBA...U000001
    box_name               TEXT,                                      -- our own, from the request
    msku                   TEXT   COLLATE "C" NOT NULL,
    fnsku                  TEXT   COLLATE "C",
    asin                   TEXT   COLLATE "C",
    quantity               BIGINT NOT NULL CHECK (quantity > 0),
    prep_owner             TEXT,
    label_owner            TEXT,
    expiration             DATE,
    manufacturing_lot_code TEXT
);
CREATE INDEX fba_shipment_items_shipment ON chalkola.fba_shipment_items (shipment_id);
CREATE INDEX fba_shipment_items_msku ON chalkola.fba_shipment_items (msku);

-- One row for each shipment that Amazon made of the plan: where it goes, with whom, at what cost.
CREATE TABLE chalkola.fba_shipment_destinations (
    id                        BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shipment_id               BIGINT      NOT NULL REFERENCES chalkola.fba_shipments ON DELETE CASCADE,
    amazon_shipment_id        TEXT        COLLATE "C" NOT NULL,       -- sh...
    shipment_confirmation_id  TEXT        COLLATE "C",                -- FBA...; after the transportation is confirmed
    amazon_reference_id       TEXT        COLLATE "C",
    destination_fc            TEXT,
    destination_address       JSONB,
    labels_url                TEXT,                                   -- a path under CHALKOLA_HOME, never an address
    tracking_numbers          JSONB,                                  -- [{box_id, tracking_id, status}]
    status                    TEXT        NOT NULL DEFAULT 'PENDING', -- Amazon's own word once it has one
    transportation_option_id  TEXT,
    carrier_name              TEXT,
    carrier_code              TEXT,
    shipping_mode             TEXT,
    shipping_solution         TEXT,
    transportation_cost       NUMERIC,                                -- NULL: own carrier, Amazon knows no price
    transportation_currency   TEXT,
    quote_expires_at          TIMESTAMPTZ,
    voidable_until            TIMESTAMPTZ,
    delivery_window_option_id TEXT,
    delivery_window_start     TIMESTAMPTZ,
    delivery_window_end       TIMESTAMPTZ,
    units                     BIGINT,
    boxes                     BIGINT,
    created_at                TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (shipment_id, amazon_shipment_id)
);
CREATE INDEX fba_shipment_destinations_confirmation
    ON chalkola.fba_shipment_destinations (shipment_confirmation_id);

-- Every write at Amazon: the intent before the call, the operation id before polling, the result after.
--   intended -> submitted -> succeeded | failed; intended -> refused (Amazon said no) | absent (looked: not done)
CREATE TABLE chalkola.fba_shipment_operations (
    id           BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shipment_id  BIGINT      NOT NULL REFERENCES chalkola.fba_shipments ON DELETE CASCADE,
    step         TEXT        NOT NULL,                                -- Amazon's operation
    subject      TEXT        NOT NULL DEFAULT '',                     -- the option or shipment that it is about
    attempt      INTEGER     NOT NULL,
    is_once      BOOLEAN     NOT NULL,                                -- may never be done twice
    state        TEXT        NOT NULL DEFAULT 'intended'
        CHECK (state IN ('intended', 'submitted', 'succeeded', 'failed', 'refused', 'absent')),
    intended_at  TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    operation_id TEXT        COLLATE "C",
    is_adopted   BOOLEAN     NOT NULL DEFAULT FALSE,                  -- the answer was lost; Amazon shows that it was done
    result       JSONB,
    problems     JSONB,                                               -- Amazon's, warnings included
    finished_at  TIMESTAMPTZ,
    UNIQUE (shipment_id, step, subject, attempt)
);
-- The last wall before a second confirmation.
CREATE UNIQUE INDEX fba_shipment_operations_once
    ON chalkola.fba_shipment_operations (shipment_id, step, subject)
    WHERE is_once AND state IN ('intended', 'submitted', 'succeeded');

-- Every question that was put to a person: what was shown, before it was shown; the answer, before it is acted on.
CREATE TABLE chalkola.fba_shipment_approvals (
    shipment_id  BIGINT      NOT NULL REFERENCES chalkola.fba_shipments ON DELETE CASCADE,
    gate         TEXT        NOT NULL CHECK (gate IN ('placement', 'transportation')),
    round        INTEGER     NOT NULL,
    shown        JSONB       NOT NULL,
    shown_sha256 TEXT        NOT NULL,
    shown_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at   TIMESTAMPTZ,
    decision     TEXT        CHECK (decision IN ('approve', 'reject', 'cancel')),
    answer       JSONB,                                               -- option ids, over_limit, reason
    answered_at  TIMESTAMPTZ,
    answered_by  TEXT,                                                -- prefect or command
    outcome      TEXT        CHECK (outcome IN ('accepted', 'rejected', 'expired', 'changed', 'refused')),
    outcome_text TEXT,
    closed_at    TIMESTAMPTZ,
    PRIMARY KEY (shipment_id, gate, round)
);

-- The PDF of each confirmation id and kind, as downloaded: Amazon's address of it lives 15 seconds.
CREATE TABLE chalkola.fba_shipment_labels (
    shipment_id              BIGINT      NOT NULL REFERENCES chalkola.fba_shipments ON DELETE CASCADE,
    shipment_confirmation_id TEXT        COLLATE "C" NOT NULL,
    kind                     TEXT        NOT NULL,                    -- box, pallet, fnsku, bill_of_lading
    amazon_shipment_id       TEXT        COLLATE "C" NOT NULL,
    page_type                TEXT,
    path                     TEXT        NOT NULL,
    content                  BYTEA       NOT NULL,
    size_bytes               BIGINT      NOT NULL,
    sha256                   TEXT        NOT NULL,
    downloaded_at            TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (shipment_id, shipment_confirmation_id, kind)
);

-- What Amazon has counted in, beside what was sent: one row for each shipment of Amazon's and MSKU.
CREATE TABLE chalkola.fba_shipment_received (
    shipment_id        BIGINT      NOT NULL REFERENCES chalkola.fba_shipments ON DELETE CASCADE,
    amazon_shipment_id TEXT        COLLATE "C" NOT NULL,
    msku               TEXT        COLLATE "C" NOT NULL,
    quantity_shipped   BIGINT      NOT NULL,
    quantity_received  BIGINT      NOT NULL DEFAULT 0,
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (shipment_id, amazon_shipment_id, msku)
);

-- The second wall behind the schema, as in the first migration.
DO $$
DECLARE
    name REGCLASS;
BEGIN
    FOR name IN SELECT c.oid::REGCLASS FROM pg_class c
        WHERE c.relnamespace = 'chalkola'::REGNAMESPACE AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;
