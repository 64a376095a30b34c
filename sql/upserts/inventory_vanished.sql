-- SKUs of the marketplace that Amazon no longer lists: zero, marked, and one row of history when it happens.
WITH before AS (
    SELECT b.* FROM chalkola.inventory_levels AS b
    JOIN staged_inventory_sync AS s USING (account, marketplace_id)
), gone AS (
    UPDATE chalkola.inventory_levels AS stored
    SET
        total_quantity = 0,
        fulfillable_quantity = 0,
        fulfillable_remote_quantity = 0,
        inbound_working_quantity = 0,
        inbound_shipped_quantity = 0,
        inbound_receiving_quantity = 0,
        reserved_quantity = 0,
        reserved_customer_order_quantity = 0,
        reserved_transshipment_quantity = 0,
        reserved_fc_processing_quantity = 0,
        researching_quantity = 0,
        researching_short_term_quantity = 0,
        researching_mid_term_quantity = 0,
        researching_long_term_quantity = 0,
        unfulfillable_quantity = 0,
        customer_damaged_quantity = 0,
        warehouse_damaged_quantity = 0,
        distributor_damaged_quantity = 0,
        carrier_damaged_quantity = 0,
        defective_quantity = 0,
        expired_quantity = 0,
        source = s.source,
        report_id = s.report_id,
        as_of = s.as_of,
        last_synced_at = now(),
        changed_at = CASE WHEN stored.vanished_at IS NULL THEN s.as_of ELSE stored.changed_at END,
        vanished_at = COALESCE(stored.vanished_at, s.as_of)
    FROM staged_inventory_sync AS s
    WHERE stored.account = s.account
        AND stored.marketplace_id = s.marketplace_id
        AND NOT EXISTS (SELECT 1 FROM staged_inventory AS d WHERE d.msku = stored.msku)
    RETURNING stored.*
)
INSERT INTO chalkola.inventory_history (
    account,
    marketplace_id,
    msku,
    change,
    asin,
    source,
    total_quantity,
    fulfillable_quantity,
    fulfillable_remote_quantity,
    inbound_working_quantity,
    inbound_shipped_quantity,
    inbound_receiving_quantity,
    reserved_quantity,
    reserved_customer_order_quantity,
    reserved_transshipment_quantity,
    reserved_fc_processing_quantity,
    researching_quantity,
    researching_short_term_quantity,
    researching_mid_term_quantity,
    researching_long_term_quantity,
    unfulfillable_quantity,
    customer_damaged_quantity,
    warehouse_damaged_quantity,
    distributor_damaged_quantity,
    carrier_damaged_quantity,
    defective_quantity,
    expired_quantity,
    report_id,
    as_of
)
SELECT
    g.account,
    g.marketplace_id,
    g.msku,
    'vanished',
    g.asin,
    g.source,
    g.total_quantity,
    g.fulfillable_quantity,
    g.fulfillable_remote_quantity,
    g.inbound_working_quantity,
    g.inbound_shipped_quantity,
    g.inbound_receiving_quantity,
    g.reserved_quantity,
    g.reserved_customer_order_quantity,
    g.reserved_transshipment_quantity,
    g.reserved_fc_processing_quantity,
    g.researching_quantity,
    g.researching_short_term_quantity,
    g.researching_mid_term_quantity,
    g.researching_long_term_quantity,
    g.unfulfillable_quantity,
    g.customer_damaged_quantity,
    g.warehouse_damaged_quantity,
    g.distributor_damaged_quantity,
    g.carrier_damaged_quantity,
    g.defective_quantity,
    g.expired_quantity,
    g.report_id,
    g.as_of
FROM gone AS g
JOIN before AS b USING (account, marketplace_id, msku)
WHERE b.vanished_at IS NULL
RETURNING change;
