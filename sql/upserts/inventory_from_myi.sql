-- The newest Manage Inventory report of the marketplace in staged_inventory_sync, as stock.
-- Where the report tells local from remote units, its sums hold both: the remote ones are taken out again.
INSERT INTO staged_inventory (
    msku,
    asin,
    fnsku,
    condition,
    product_name,
    total_quantity,
    fulfillable_quantity,
    fulfillable_remote_quantity,
    inbound_working_quantity,
    inbound_shipped_quantity,
    inbound_receiving_quantity,
    reserved_quantity,
    researching_quantity,
    unfulfillable_quantity
)
SELECT
    m.sku,
    m.asin,
    m.fnsku,
    m.condition,
    m.product_name,
    m.afn_total_quantity - CASE
        WHEN m.afn_fulfillable_quantity_local IS NULL THEN 0
        ELSE LEAST(COALESCE(m.afn_fulfillable_quantity_remote, 0),
            COALESCE(m.afn_fulfillable_quantity, 0) - m.afn_fulfillable_quantity_local)
    END,
    COALESCE(m.afn_fulfillable_quantity_local, m.afn_fulfillable_quantity),
    m.afn_fulfillable_quantity_remote,
    m.afn_inbound_working_quantity,
    m.afn_inbound_shipped_quantity,
    m.afn_inbound_receiving_quantity,
    m.afn_reserved_quantity,
    m.afn_researching_quantity,
    m.afn_unsellable_quantity
FROM chalkola.fba_myi_inventory AS m
JOIN staged_inventory_sync AS s USING (account, marketplace_id);
