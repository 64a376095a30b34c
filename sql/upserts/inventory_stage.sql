-- What Amazon says of one marketplace's stock, from whichever source, before it replaces the levels.
CREATE TEMPORARY TABLE staged_inventory (
    msku                                TEXT COLLATE "C" NOT NULL,
    asin                                TEXT,
    fnsku                               TEXT,
    condition                           TEXT,
    product_name                        TEXT,
    total_quantity                      BIGINT,
    fulfillable_quantity                BIGINT,
    fulfillable_remote_quantity         BIGINT,
    inbound_working_quantity            BIGINT,
    inbound_shipped_quantity            BIGINT,
    inbound_receiving_quantity          BIGINT,
    reserved_quantity                   BIGINT,
    reserved_customer_order_quantity    BIGINT,
    reserved_transshipment_quantity     BIGINT,
    reserved_fc_processing_quantity     BIGINT,
    researching_quantity                BIGINT,
    researching_short_term_quantity     BIGINT,
    researching_mid_term_quantity       BIGINT,
    researching_long_term_quantity      BIGINT,
    unfulfillable_quantity              BIGINT,
    customer_damaged_quantity           BIGINT,
    warehouse_damaged_quantity          BIGINT,
    distributor_damaged_quantity        BIGINT,
    carrier_damaged_quantity            BIGINT,
    defective_quantity                  BIGINT,
    expired_quantity                    BIGINT,
    amazon_updated_at                   TIMESTAMPTZ
) ON COMMIT DROP;

-- Which marketplace that is, from where, and when Amazon said so: one row.
CREATE TEMPORARY TABLE staged_inventory_sync (
    account        TEXT COLLATE "C" NOT NULL,
    marketplace_id TEXT COLLATE "C" NOT NULL,
    source         TEXT NOT NULL,
    as_of          TIMESTAMPTZ NOT NULL,
    report_id      TEXT,
    pages          BIGINT
) ON COMMIT DROP;
