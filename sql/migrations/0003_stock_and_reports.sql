-- Stock and every other report: FBA and AWD inventory with its history, Brand Analytics beside Search Query
-- Performance, sales and traffic, restocking, listings. Run before the code that uses it. One transaction.
--
-- Times are UTC, dates are the marketplace's calendar days, money and shares are exact numerics. Rows of reports carry
-- the id of the report that wrote them last, and in extra what Amazon added since.

-- The charset that Amazon named with the document: it stands in no document.
ALTER TABLE chalkola.report_requests ADD COLUMN document_charset TEXT;
-- Some quotas hold for all accounts of an application together.
CREATE INDEX report_requests_spacing
    ON chalkola.report_requests (report_type, submitting_at) WHERE submitting_at IS NOT NULL;

-- Failures of an ASIN alone count from here on.
ALTER TABLE chalkola.tracked_asins ADD COLUMN released_at TIMESTAMPTZ;

-- FBA stock as it stands: one row for each account, marketplace and SKU. Units, all of them local to the
-- marketplace, except fulfillable_remote_quantity: what other marketplaces of a shared pool (Europe) can send.
-- Never add that one up: it is those marketplaces' fulfillable_quantity.
-- total_quantity is Amazon's: fulfillable, reserved, unfulfillable and inbound; units under research are in none.
-- NULL: the source does not tell. A SKU that Amazon no longer lists is 0 in all quantities, with vanished_at.
CREATE TABLE chalkola.inventory_levels (
    id                                  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account                             TEXT   COLLATE "C" NOT NULL,
    marketplace_id                      TEXT   COLLATE "C" NOT NULL,
    asin                                TEXT,
    fnsku                               TEXT,
    msku                                TEXT   COLLATE "C" NOT NULL,
    condition                           TEXT,
    product_name                        TEXT,
    source                              TEXT   NOT NULL CHECK (source IN ('api', 'myi_report')),
    total_quantity                      BIGINT NOT NULL DEFAULT 0,
    fulfillable_quantity                BIGINT NOT NULL DEFAULT 0,
    fulfillable_remote_quantity         BIGINT NOT NULL DEFAULT 0,
    inbound_working_quantity            BIGINT NOT NULL DEFAULT 0,
    inbound_shipped_quantity            BIGINT NOT NULL DEFAULT 0,
    inbound_receiving_quantity          BIGINT NOT NULL DEFAULT 0,
    reserved_quantity                   BIGINT NOT NULL DEFAULT 0,
    reserved_customer_order_quantity    BIGINT,
    reserved_transshipment_quantity     BIGINT,
    reserved_fc_processing_quantity     BIGINT,
    researching_quantity                BIGINT NOT NULL DEFAULT 0,
    researching_short_term_quantity     BIGINT,
    researching_mid_term_quantity       BIGINT,
    researching_long_term_quantity      BIGINT,
    unfulfillable_quantity              BIGINT NOT NULL DEFAULT 0,
    customer_damaged_quantity           BIGINT,
    warehouse_damaged_quantity          BIGINT,
    distributor_damaged_quantity        BIGINT,
    carrier_damaged_quantity            BIGINT,
    defective_quantity                  BIGINT,
    expired_quantity                    BIGINT,
    amazon_updated_at                   TIMESTAMPTZ,          -- lastUpdatedTime of the API
    report_id                           TEXT,                 -- NULL: read from the API
    as_of                               TIMESTAMPTZ NOT NULL, -- when Amazon said so
    last_synced_at                      TIMESTAMPTZ NOT NULL DEFAULT now(),
    changed_at                          TIMESTAMPTZ NOT NULL, -- as_of of the last change
    vanished_at                         TIMESTAMPTZ,
    UNIQUE (account, marketplace_id, msku)
);
CREATE INDEX inventory_levels_asin ON chalkola.inventory_levels (asin);

-- Every change of a SKU's stock, as it was after the change: one row for each change.
CREATE TABLE chalkola.inventory_history (
    id                                  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account                             TEXT   COLLATE "C" NOT NULL,
    marketplace_id                      TEXT   COLLATE "C" NOT NULL,
    msku                                TEXT   COLLATE "C" NOT NULL,
    change                              TEXT   NOT NULL CHECK (change IN ('new', 'changed', 'vanished', 'returned')),
    asin                                TEXT,
    source                              TEXT   NOT NULL,
    total_quantity                      BIGINT NOT NULL,
    fulfillable_quantity                BIGINT NOT NULL,
    fulfillable_remote_quantity         BIGINT NOT NULL,
    inbound_working_quantity            BIGINT NOT NULL,
    inbound_shipped_quantity            BIGINT NOT NULL,
    inbound_receiving_quantity          BIGINT NOT NULL,
    reserved_quantity                   BIGINT NOT NULL,
    reserved_customer_order_quantity    BIGINT,
    reserved_transshipment_quantity     BIGINT,
    reserved_fc_processing_quantity     BIGINT,
    researching_quantity                BIGINT NOT NULL,
    researching_short_term_quantity     BIGINT,
    researching_mid_term_quantity       BIGINT,
    researching_long_term_quantity      BIGINT,
    unfulfillable_quantity              BIGINT NOT NULL,
    customer_damaged_quantity           BIGINT,
    warehouse_damaged_quantity          BIGINT,
    distributor_damaged_quantity        BIGINT,
    carrier_damaged_quantity            BIGINT,
    defective_quantity                  BIGINT,
    expired_quantity                    BIGINT,
    report_id                           TEXT,
    as_of                               TIMESTAMPTZ NOT NULL,
    recorded_at                         TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX inventory_history_sku ON chalkola.inventory_history (account, marketplace_id, msku, as_of);
CREATE INDEX inventory_history_time ON chalkola.inventory_history USING brin (as_of);

-- Which source a marketplace's stock came from last, and how much of it there was: one row for each.
CREATE TABLE chalkola.inventory_syncs (
    account        TEXT        COLLATE "C" NOT NULL,
    marketplace_id TEXT        COLLATE "C" NOT NULL,        -- '' for AWD, which knows no marketplaces
    source         TEXT        NOT NULL CHECK (source IN ('api', 'myi_report', 'awd')),
    as_of          TIMESTAMPTZ NOT NULL,
    synced_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    skus           BIGINT      NOT NULL,
    pages          BIGINT,
    report_id      TEXT,
    PRIMARY KEY (account, marketplace_id)
);

-- Stock in Amazon Warehousing and Distribution: one row for each account and SKU; AWD knows no marketplaces.
-- on_hand: in AWD's centers (available and reserved are parts of it). inbound: on its way to AWD.
-- replenishment: has left AWD and is on its way to FBA, where it counts as inbound: never add it up.
CREATE TABLE chalkola.awd_inventory_levels (
    account                         TEXT   COLLATE "C" NOT NULL,
    sku                             TEXT   COLLATE "C" NOT NULL,
    on_hand_quantity                BIGINT NOT NULL DEFAULT 0,
    inbound_quantity                BIGINT NOT NULL DEFAULT 0,
    available_distributable_quantity BIGINT,
    reserved_distributable_quantity BIGINT,
    replenishment_quantity          BIGINT,
    expiration_details              JSONB,
    as_of                           TIMESTAMPTZ NOT NULL,
    last_synced_at                  TIMESTAMPTZ NOT NULL DEFAULT now(),
    changed_at                      TIMESTAMPTZ NOT NULL,
    vanished_at                     TIMESTAMPTZ,
    PRIMARY KEY (account, sku)
);

-- Shipments to AWD: one row for each.
CREATE TABLE chalkola.awd_inbound_shipments (
    account                TEXT        COLLATE "C" NOT NULL,
    shipment_id            TEXT        COLLATE "C" NOT NULL,
    order_id               TEXT,
    external_reference_id  TEXT,
    shipment_status        TEXT        NOT NULL,
    destination_region     TEXT,
    carrier_code           TEXT,
    tracking_id            TEXT,
    warehouse_reference_id TEXT,
    ship_by                TIMESTAMPTZ,
    amazon_created_at      TIMESTAMPTZ,
    amazon_updated_at      TIMESTAMPTZ,
    last_synced_at         TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, shipment_id)
);

-- What is in them: one row for each shipment, SKU and unit of measurement.
CREATE TABLE chalkola.awd_inbound_shipment_items (
    account             TEXT    COLLATE "C" NOT NULL,
    shipment_id         TEXT    COLLATE "C" NOT NULL,
    sku                 TEXT    COLLATE "C" NOT NULL,
    unit_of_measurement TEXT    COLLATE "C" NOT NULL DEFAULT 'PRODUCT_UNITS',
    expected_quantity   NUMERIC,
    received_quantity   NUMERIC,
    PRIMARY KEY (account, shipment_id, sku, unit_of_measurement),
    FOREIGN KEY (account, shipment_id) REFERENCES chalkola.awd_inbound_shipments ON DELETE CASCADE
);

-- Market Basket: one row for each account, marketplace, period, ASIN and ASIN that was bought with it.
-- combination_pct is a fraction of the orders of the ASIN; purchased_with_rank 1 is the most frequent.
CREATE TABLE chalkola.market_basket (
    account             TEXT COLLATE "C" NOT NULL,
    marketplace_id      TEXT COLLATE "C" NOT NULL,
    report_period       TEXT COLLATE "C" NOT NULL,
    period_start        DATE NOT NULL,
    period_end          DATE NOT NULL,
    asin                TEXT COLLATE "C" NOT NULL,
    purchased_with_asin TEXT COLLATE "C" NOT NULL,
    purchased_with_rank BIGINT,
    combination_pct     NUMERIC,
    extra               JSONB,
    report_id           TEXT NOT NULL,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, report_period, period_start, asin, purchased_with_asin)
);

-- Repeat Purchase: one row for each account, marketplace, period and ASIN. *_pct_total are fractions.
CREATE TABLE chalkola.repeat_purchase (
    account                               TEXT COLLATE "C" NOT NULL,
    marketplace_id                        TEXT COLLATE "C" NOT NULL,
    report_period                         TEXT COLLATE "C" NOT NULL,
    period_start                          DATE NOT NULL,
    period_end                            DATE NOT NULL,
    asin                                  TEXT COLLATE "C" NOT NULL,
    orders                                BIGINT,
    unique_customers                      BIGINT,
    repeat_customers_pct_total            NUMERIC,
    repeat_purchase_revenue_amount        NUMERIC,
    repeat_purchase_revenue_currency_code TEXT,
    repeat_purchase_revenue_pct_total     NUMERIC,
    extra                                 JSONB,
    report_id                             TEXT NOT NULL,
    created_at                            TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                            TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, report_period, period_start, asin)
);

-- Search Catalog Performance: one row for each account, marketplace, period and ASIN: the funnel of search.
-- The ASIN's own numbers, over all search queries; rates are fractions.
CREATE TABLE chalkola.search_catalog_performance (
    account                               TEXT COLLATE "C" NOT NULL,
    marketplace_id                        TEXT COLLATE "C" NOT NULL,
    report_period                         TEXT COLLATE "C" NOT NULL,
    period_start                          DATE NOT NULL,
    period_end                            DATE NOT NULL,
    asin                                  TEXT COLLATE "C" NOT NULL,
    impression_count                      BIGINT,
    impression_median_price_amount        NUMERIC,
    impression_median_price_currency_code TEXT,
    same_day_shipping_impression_count    BIGINT,
    one_day_shipping_impression_count     BIGINT,
    two_day_shipping_impression_count     BIGINT,
    click_count                           BIGINT,
    click_rate                            NUMERIC,
    clicked_median_price_amount           NUMERIC,
    clicked_median_price_currency_code    TEXT,
    same_day_shipping_click_count         BIGINT,
    one_day_shipping_click_count          BIGINT,
    two_day_shipping_click_count          BIGINT,
    cart_add_count                        BIGINT,
    cart_added_median_price_amount        NUMERIC,
    cart_added_median_price_currency_code TEXT,
    same_day_shipping_cart_add_count      BIGINT,
    one_day_shipping_cart_add_count       BIGINT,
    two_day_shipping_cart_add_count       BIGINT,
    purchase_count                        BIGINT,
    search_traffic_sales_amount           NUMERIC,
    search_traffic_sales_currency_code    TEXT,
    conversion_rate                       NUMERIC,
    purchase_median_price_amount          NUMERIC,
    purchase_median_price_currency_code   TEXT,
    same_day_shipping_purchase_count      BIGINT,
    one_day_shipping_purchase_count       BIGINT,
    two_day_shipping_purchase_count       BIGINT,
    extra                                 JSONB,
    report_id                             TEXT NOT NULL,
    created_at                            TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                            TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, report_period, period_start, asin)
);

-- Search Terms: one row for each account, marketplace, period, department, search term and clicked ASIN: the three
-- most clicked ASINs of each term, of all sellers. Shares are fractions; search_frequency_rank 1 is the most searched.
-- Millions of rows: no index beside the key.
CREATE TABLE chalkola.search_terms (
    account               TEXT COLLATE "C" NOT NULL,
    marketplace_id        TEXT COLLATE "C" NOT NULL,
    report_period         TEXT COLLATE "C" NOT NULL,
    period_start          DATE NOT NULL,
    period_end            DATE NOT NULL,
    department_name       TEXT COLLATE "C" NOT NULL,
    search_term           TEXT COLLATE "C" NOT NULL,
    clicked_asin          TEXT COLLATE "C" NOT NULL,
    search_frequency_rank BIGINT,
    click_share_rank      BIGINT,
    click_share           NUMERIC,
    conversion_share      NUMERIC,
    extra                 JSONB,
    report_id             TEXT NOT NULL,
    created_at            TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at            TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, report_period, period_start, department_name, search_term, clicked_asin)
);

-- Sales and Traffic by date: one row for each account, marketplace, granularity (report_period) and date, which is
-- the first day of a day, week or month. B2B is part of the number beside it; *_percentage are percent.
CREATE TABLE chalkola.sales_and_traffic_by_date (
    account                                        TEXT COLLATE "C" NOT NULL,
    marketplace_id                                 TEXT COLLATE "C" NOT NULL,
    report_period                                  TEXT COLLATE "C" NOT NULL,
    period_start                                   DATE NOT NULL,
    period_end                                     DATE NOT NULL,
    date                                           DATE NOT NULL,
    ordered_product_sales_amount                   NUMERIC,
    ordered_product_sales_currency_code            TEXT,
    ordered_product_sales_b2b_amount               NUMERIC,
    ordered_product_sales_b2b_currency_code        TEXT,
    units_ordered                                  BIGINT,
    units_ordered_b2b                              BIGINT,
    total_order_items                              BIGINT,
    total_order_items_b2b                          BIGINT,
    average_sales_per_order_item_amount            NUMERIC,
    average_sales_per_order_item_currency_code     TEXT,
    average_sales_per_order_item_b2b_amount        NUMERIC,
    average_sales_per_order_item_b2b_currency_code TEXT,
    average_units_per_order_item                   NUMERIC,
    average_units_per_order_item_b2b               NUMERIC,
    average_selling_price_amount                   NUMERIC,
    average_selling_price_currency_code            TEXT,
    average_selling_price_b2b_amount               NUMERIC,
    average_selling_price_b2b_currency_code        TEXT,
    units_refunded                                 BIGINT,
    refund_rate                                    NUMERIC,
    claims_granted                                 BIGINT,
    claims_amount_amount                           NUMERIC,
    claims_amount_currency_code                    TEXT,
    shipped_product_sales_amount                   NUMERIC,
    shipped_product_sales_currency_code            TEXT,
    units_shipped                                  BIGINT,
    orders_shipped                                 BIGINT,
    browser_page_views                             BIGINT,
    browser_page_views_b2b                         BIGINT,
    mobile_app_page_views                          BIGINT,
    mobile_app_page_views_b2b                      BIGINT,
    page_views                                     BIGINT,
    page_views_b2b                                 BIGINT,
    browser_sessions                               BIGINT,
    browser_sessions_b2b                           BIGINT,
    mobile_app_sessions                            BIGINT,
    mobile_app_sessions_b2b                        BIGINT,
    sessions                                       BIGINT,
    sessions_b2b                                   BIGINT,
    buy_box_percentage                             NUMERIC,
    buy_box_percentage_b2b                         NUMERIC,
    order_item_session_percentage                  NUMERIC,
    order_item_session_percentage_b2b              NUMERIC,
    unit_session_percentage                        NUMERIC,
    unit_session_percentage_b2b                    NUMERIC,
    average_offer_count                            BIGINT,
    average_parent_items                           BIGINT,
    feedback_received                              BIGINT,
    negative_feedback_received                     BIGINT,
    received_negative_feedback_rate                NUMERIC,
    extra                                          JSONB,
    report_id                                      TEXT NOT NULL,
    created_at                                     TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                                     TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, report_period, period_start, date)
);

-- Sales and Traffic by ASIN: one row for each account, marketplace, granularity, period, ASIN granularity (CHILD,
-- PARENT or SKU), parent ASIN, child ASIN and SKU ('' where the granularity has none). Never sum over granularities.
CREATE TABLE chalkola.sales_and_traffic_by_asin (
    account                                 TEXT COLLATE "C" NOT NULL,
    marketplace_id                          TEXT COLLATE "C" NOT NULL,
    report_period                           TEXT COLLATE "C" NOT NULL,
    period_start                            DATE NOT NULL,
    asin_granularity                        TEXT COLLATE "C" NOT NULL,
    period_end                              DATE NOT NULL,
    parent_asin                             TEXT COLLATE "C" NOT NULL,
    child_asin                              TEXT COLLATE "C" NOT NULL,
    sku                                     TEXT COLLATE "C" NOT NULL,
    units_ordered                           BIGINT,
    units_ordered_b2b                       BIGINT,
    total_order_items                       BIGINT,
    total_order_items_b2b                   BIGINT,
    ordered_product_sales_amount            NUMERIC,
    ordered_product_sales_currency_code     TEXT,
    ordered_product_sales_b2b_amount        NUMERIC,
    ordered_product_sales_b2b_currency_code TEXT,
    browser_sessions                        BIGINT,
    browser_sessions_b2b                    BIGINT,
    mobile_app_sessions                     BIGINT,
    mobile_app_sessions_b2b                 BIGINT,
    sessions                                BIGINT,
    sessions_b2b                            BIGINT,
    browser_page_views                      BIGINT,
    browser_page_views_b2b                  BIGINT,
    mobile_app_page_views                   BIGINT,
    mobile_app_page_views_b2b               BIGINT,
    page_views                              BIGINT,
    page_views_b2b                          BIGINT,
    browser_session_percentage              NUMERIC,
    browser_session_percentage_b2b          NUMERIC,
    mobile_app_session_percentage           NUMERIC,
    mobile_app_session_percentage_b2b       NUMERIC,
    session_percentage                      NUMERIC,
    session_percentage_b2b                  NUMERIC,
    browser_page_views_percentage           NUMERIC,
    browser_page_views_percentage_b2b       NUMERIC,
    mobile_app_page_views_percentage        NUMERIC,
    mobile_app_page_views_percentage_b2b    NUMERIC,
    page_views_percentage                   NUMERIC,
    page_views_percentage_b2b               NUMERIC,
    buy_box_percentage                      NUMERIC,
    buy_box_percentage_b2b                  NUMERIC,
    unit_session_percentage                 NUMERIC,
    unit_session_percentage_b2b             NUMERIC,
    extra                                   JSONB,
    report_id                               TEXT NOT NULL,
    created_at                              TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                              TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, report_period, period_start, asin_granularity, parent_asin, child_asin, sku)
);

-- FBA Manage Inventory: one row for each account, marketplace and SKU, of the newest report. In Europe and the Far East
-- the sums hold afn_fulfillable_quantity_remote, too: units of other marketplaces. See inventory_levels for stock.
CREATE TABLE chalkola.fba_myi_inventory (
    account                         TEXT COLLATE "C" NOT NULL,
    marketplace_id                  TEXT COLLATE "C" NOT NULL,
    sku                             TEXT COLLATE "C" NOT NULL,
    fnsku                           TEXT,
    asin                            TEXT,
    product_name                    TEXT,
    condition                       TEXT,
    your_price                      NUMERIC,
    mfn_listing_exists              TEXT,
    mfn_fulfillable_quantity        BIGINT,
    afn_listing_exists              TEXT,
    afn_warehouse_quantity          BIGINT,
    afn_fulfillable_quantity        BIGINT,
    afn_unsellable_quantity         BIGINT,
    afn_reserved_quantity           BIGINT,
    afn_total_quantity              BIGINT,
    per_unit_volume                 NUMERIC,
    afn_inbound_working_quantity    BIGINT,
    afn_inbound_shipped_quantity    BIGINT,
    afn_inbound_receiving_quantity  BIGINT,
    afn_researching_quantity        BIGINT,
    afn_reserved_future_supply      BIGINT,
    afn_future_supply_buyable       BIGINT,
    afn_fulfillable_quantity_local  BIGINT,
    afn_fulfillable_quantity_remote BIGINT,
    afn_fc_transfer_quantity        BIGINT,
    store                           TEXT,
    extra                           JSONB,
    report_id                       TEXT NOT NULL,
    created_at                      TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                      TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, sku)
);

-- Restock recommendations: one row for each account, marketplace and SKU, of the newest report. Dates and alerts are
-- Amazon's words: their form depends on the country. sales_last_30_days is money in currency_code.
CREATE TABLE chalkola.restock_recommendations (
    account                            TEXT COLLATE "C" NOT NULL,
    marketplace_id                     TEXT COLLATE "C" NOT NULL,
    sku                                TEXT COLLATE "C" NOT NULL,
    country                            TEXT,
    product_name                       TEXT,
    fnsku                              TEXT,
    asin                               TEXT,
    condition                          TEXT,
    supplier                           TEXT,
    supplier_part_number               TEXT,
    currency_code                      TEXT,
    price                              NUMERIC,
    sales_last_30_days                 NUMERIC,
    units_sold_last_30_days            BIGINT,
    total_units                        BIGINT,
    inbound                            BIGINT,
    available                          BIGINT,
    fc_transfer                        BIGINT,
    fc_processing                      BIGINT,
    customer_order                     BIGINT,
    unfulfillable                      BIGINT,
    working                            BIGINT,
    shipped                            BIGINT,
    receiving                          BIGINT,
    fulfilled_by                       TEXT,
    total_days_of_supply               NUMERIC,
    days_of_supply_at_amazon           NUMERIC,
    alert                              TEXT,
    recommended_replenishment_quantity BIGINT,
    recommended_ship_date              TEXT,
    recommended_action                 TEXT,
    unit_storage_size                  TEXT,
    extra                              JSONB,
    report_id                          TEXT NOT NULL,
    created_at                         TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                         TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, sku)
);

-- All listings: one row for each account, marketplace and seller SKU, of the newest report, whoever ships it.
-- Where asin is NULL, product_id may hold it (Japan). open_date is Amazon's text.
CREATE TABLE chalkola.merchant_listings (
    account                    TEXT COLLATE "C" NOT NULL,
    marketplace_id             TEXT COLLATE "C" NOT NULL,
    seller_sku                 TEXT COLLATE "C" NOT NULL,
    asin                       TEXT,
    item_name                  TEXT,
    item_description           TEXT,
    listing_id                 TEXT,
    price                      NUMERIC,
    quantity                   BIGINT,
    open_date                  TEXT,
    image_url                  TEXT,
    item_is_marketplace        TEXT,
    product_id_type            TEXT,
    zshop_shipping_fee         TEXT,
    item_note                  TEXT,
    item_condition             TEXT,
    zshop_category1            TEXT,
    zshop_browse_path          TEXT,
    zshop_storefront_feature   TEXT,
    asin2                      TEXT,
    asin3                      TEXT,
    will_ship_internationally  TEXT,
    expedited_shipping         TEXT,
    zshop_boldface             TEXT,
    product_id                 TEXT,
    bid_for_featured_placement TEXT,
    add_delete                 TEXT,
    pending_quantity           BIGINT,
    fulfillment_channel        TEXT,
    merchant_shipping_group    TEXT,
    points                     TEXT,
    status                     TEXT,
    extra                      JSONB,
    report_id                  TEXT NOT NULL,
    created_at                 TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at                 TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account, marketplace_id, seller_sku)
);

-- Grain: account, SKU. Every unit once, over all of an account's marketplaces, FBA and AWD together.
-- fba_*: summed over marketplaces, local units only; fba_remote_quantity is left out, since it is another
-- marketplace's local stock. awd_replenishment_quantity has left AWD and is in fba_inbound_quantity: shown, not added.
-- total_units = fba_on_hand + fba_inbound + awd_on_hand + awd_inbound.
-- Joined on account and SKU: AWD names neither marketplace nor ASIN.
CREATE VIEW chalkola.stock_by_sku WITH (security_invoker = TRUE) AS
WITH fba AS (
    SELECT account, msku AS sku, max(asin) AS asin, max(product_name) AS product_name,
        sum(fulfillable_quantity) AS fulfillable, sum(reserved_quantity) AS reserved,
        sum(unfulfillable_quantity) AS unfulfillable, sum(researching_quantity) AS researching,
        sum(inbound_working_quantity + inbound_shipped_quantity + inbound_receiving_quantity) AS inbound,
        max(as_of) AS as_of
    FROM chalkola.inventory_levels
    GROUP BY account, msku
), inbound AS (
    SELECT i.account, i.sku, sum(GREATEST(i.expected_quantity - COALESCE(i.received_quantity, 0), 0)) AS expected
    FROM chalkola.awd_inbound_shipment_items AS i
    JOIN chalkola.awd_inbound_shipments AS s USING (account, shipment_id)
    WHERE s.shipment_status NOT IN ('CLOSED', 'CANCELLED') AND i.unit_of_measurement = 'PRODUCT_UNITS'
    GROUP BY i.account, i.sku
)
SELECT account, sku, fba.asin, fba.product_name,
    COALESCE(fba.fulfillable, 0)::BIGINT AS fba_fulfillable_quantity,
    (COALESCE(fba.fulfillable, 0) + COALESCE(fba.reserved, 0) + COALESCE(fba.unfulfillable, 0))::BIGINT
        AS fba_on_hand_quantity,
    COALESCE(fba.inbound, 0)::BIGINT AS fba_inbound_quantity,
    COALESCE(fba.researching, 0)::BIGINT AS fba_researching_quantity,
    COALESCE(awd.on_hand_quantity, 0) AS awd_on_hand_quantity,
    COALESCE(awd.inbound_quantity, 0) AS awd_inbound_quantity,
    COALESCE(awd.replenishment_quantity, 0) AS awd_replenishment_quantity,
    -- What the open shipments to AWD still have to bring; AWD's own inbound count is the one that is added.
    COALESCE(inbound.expected, 0)::BIGINT AS awd_shipments_open_quantity,
    (COALESCE(fba.fulfillable, 0) + COALESCE(fba.reserved, 0) + COALESCE(fba.unfulfillable, 0)
        + COALESCE(fba.inbound, 0) + COALESCE(awd.on_hand_quantity, 0) + COALESCE(awd.inbound_quantity, 0))::BIGINT
        AS total_units,
    LEAST(fba.as_of, awd.as_of) AS as_of
FROM fba
FULL JOIN chalkola.awd_inventory_levels AS awd USING (account, sku)
LEFT JOIN inbound USING (account, sku);

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
