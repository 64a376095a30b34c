-- The newest Manage Inventory report of the marketplace in staged_inventory_sync, as stock.
-- Where the report tells local from remote units, its sums hold both: the remote ones are taken out again. A blank
-- local quantity is what the remote ones leave of the sum, so that no unit counts in two countries.
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
    m.afn_total_quantity - LEAST(
        COALESCE(m.afn_fulfillable_quantity_remote, 0),
        GREATEST(COALESCE(m.afn_fulfillable_quantity, 0) - COALESCE(pool.local_quantity, 0), 0)
    ),
    pool.local_quantity,
    m.afn_fulfillable_quantity_remote,
    m.afn_inbound_working_quantity,
    m.afn_inbound_shipped_quantity,
    m.afn_inbound_receiving_quantity,
    m.afn_reserved_quantity,
    m.afn_researching_quantity,
    m.afn_unsellable_quantity
FROM chalkola.fba_myi_inventory AS m
JOIN staged_inventory_sync AS s USING (account, marketplace_id)
CROSS JOIN LATERAL (
    SELECT COALESCE(
        m.afn_fulfillable_quantity_local,
        CASE
            WHEN m.afn_fulfillable_quantity_remote <= m.afn_fulfillable_quantity
            THEN m.afn_fulfillable_quantity - m.afn_fulfillable_quantity_remote
            ELSE m.afn_fulfillable_quantity
        END
    ) AS local_quantity
) AS pool;
