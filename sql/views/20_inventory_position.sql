-- stock_by_sku is the whole truth of an account, every unit once; this spreads it over marketplaces. AWD knows none:
-- its warehouses are in the United States, and so are its units here.
CREATE VIEW chalkola.inventory_position WITH (security_invoker = TRUE) AS
WITH awd AS (
    SELECT account, 'ATVPDKIKX0DER'::TEXT COLLATE "C" AS marketplace_id, sku AS msku, awd_on_hand_quantity,
        awd_inbound_quantity, awd_replenishment_quantity, awd_shipments_open_quantity
    FROM chalkola.stock_by_sku
    WHERE awd_on_hand_quantity <> 0 OR awd_inbound_quantity <> 0 OR awd_replenishment_quantity <> 0
      OR awd_shipments_open_quantity <> 0
), on_the_way AS (
    SELECT s.account, s.marketplace_id, r.msku, sum(GREATEST(r.quantity_shipped - r.quantity_received, 0)) AS units
    FROM chalkola.fba_shipments AS s
    JOIN chalkola.fba_shipment_received AS r ON r.shipment_id = s.id
    JOIN chalkola.fba_shipment_destinations AS d
        ON d.shipment_id = s.id AND d.amazon_shipment_id = r.amazon_shipment_id
    WHERE d.status NOT IN ('CLOSED', 'CANCELLED', 'DELETED', 'ABANDONED')
    GROUP BY s.account, s.marketplace_id, r.msku
)
SELECT account, marketplace_id, m.code AS marketplace, msku, fba.asin, fba.fnsku, fba.product_name,
    COALESCE(fba.fulfillable_quantity, 0) AS fba_fulfillable_quantity,
    COALESCE(fba.reserved_quantity, 0) AS fba_reserved_quantity,
    COALESCE(fba.unfulfillable_quantity, 0) AS fba_unfulfillable_quantity,
    COALESCE(fba.inbound_working_quantity + fba.inbound_shipped_quantity + fba.inbound_receiving_quantity, 0)
        AS fba_inbound_quantity,
    COALESCE(fba.researching_quantity, 0) AS fba_researching_quantity,
    COALESCE(fba.fulfillable_remote_quantity, 0) AS fba_remote_quantity,
    COALESCE(awd.awd_on_hand_quantity, 0) AS awd_on_hand_quantity,
    COALESCE(awd.awd_inbound_quantity, 0) AS awd_inbound_quantity,
    COALESCE(awd.awd_replenishment_quantity, 0) AS awd_replenishment_quantity,
    COALESCE(awd.awd_shipments_open_quantity, 0) AS awd_shipments_open_quantity,
    COALESCE(on_the_way.units, 0)::BIGINT AS fba_shipments_open_quantity,
    -- What can be sold without anything arriving: units that are reserved for customers are sold.
    COALESCE(fba.fulfillable_quantity + CASE
        WHEN fba.reserved_customer_order_quantity IS NULL THEN 0
        ELSE GREATEST(fba.reserved_quantity - fba.reserved_customer_order_quantity, 0) END, 0) AS sellable_quantity,
    COALESCE(fba.fulfillable_quantity + fba.reserved_quantity + fba.unfulfillable_quantity
        + fba.inbound_working_quantity + fba.inbound_shipped_quantity + fba.inbound_receiving_quantity, 0)
        + COALESCE(awd.awd_on_hand_quantity, 0) + COALESCE(awd.awd_inbound_quantity, 0) AS total_quantity,
    fba.as_of, fba.vanished_at
FROM chalkola.inventory_levels AS fba
FULL JOIN awd USING (account, marketplace_id, msku)
LEFT JOIN on_the_way USING (account, marketplace_id, msku)
LEFT JOIN chalkola.marketplaces AS m USING (marketplace_id);

COMMENT ON VIEW chalkola.inventory_position IS
    'Grain: account, marketplace, SKU; units. total_quantity counts every unit once and may be summed: FBA '
    'fulfillable, reserved, unfulfillable and inbound, AWD on hand and inbound (under US: AWD knows no marketplace). '
    'Shown beside it and never to be added: fba_remote_quantity (another marketplace''s stock), '
    'awd_replenishment_quantity and fba_shipments_open_quantity (within fba_inbound_quantity), '
    'awd_shipments_open_quantity (within awd_inbound_quantity), fba_researching_quantity (Amazon is looking for them).';
COMMENT ON COLUMN chalkola.inventory_position.sellable_quantity IS
    'Fulfillable, and reserved ones that move between warehouses; reserved for customers are sold. Without Amazon''s '
    'split of reserved units (Europe, Far East): fulfillable alone.';
COMMENT ON COLUMN chalkola.inventory_position.total_quantity IS
    'Every unit once; the sum over marketplaces is stock_by_sku''s total_units.';
COMMENT ON COLUMN chalkola.inventory_position.fba_shipments_open_quantity IS
    'What our open shipments to FBA still have to bring; Amazon''s fba_inbound_quantity is the one that is added.';
