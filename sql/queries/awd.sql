-- Stock and shipments of Amazon Warehousing and Distribution, read by tasks/database/queries.py: a line `-- name --` opens each.

-- replace_levels --
-- All of an account's SKUs, as JSON; every change of quantities into the history, and how each is given.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS JSONB)) AS g (
        sku TEXT, on_hand BIGINT, inbound BIGINT, available BIGINT, reserved BIGINT, replenishment BIGINT,
        expiration_details JSONB)
), before AS (
    SELECT * FROM chalkola.awd_inventory_levels WHERE account = :account
), written AS (
    INSERT INTO chalkola.awd_inventory_levels AS stored (
        account, sku, on_hand_quantity, inbound_quantity, available_distributable_quantity,
        reserved_distributable_quantity, replenishment_quantity, expiration_details, as_of, last_synced_at, changed_at
    )
    SELECT :account, sku, COALESCE(on_hand, 0), COALESCE(inbound, 0), available, reserved, replenishment,
        expiration_details, :as_of, now(), :as_of
    FROM given
    ON CONFLICT (account, sku) DO UPDATE SET
        on_hand_quantity = excluded.on_hand_quantity,
        inbound_quantity = excluded.inbound_quantity,
        available_distributable_quantity = excluded.available_distributable_quantity,
        reserved_distributable_quantity = excluded.reserved_distributable_quantity,
        replenishment_quantity = excluded.replenishment_quantity,
        expiration_details = excluded.expiration_details,
        as_of = excluded.as_of,
        last_synced_at = excluded.last_synced_at,
        changed_at = CASE
            WHEN (stored.on_hand_quantity, stored.inbound_quantity, stored.available_distributable_quantity,
                stored.reserved_distributable_quantity, stored.replenishment_quantity, stored.vanished_at)
                IS DISTINCT FROM (excluded.on_hand_quantity, excluded.inbound_quantity,
                excluded.available_distributable_quantity, excluded.reserved_distributable_quantity,
                excluded.replenishment_quantity, NULL::TIMESTAMPTZ)
            THEN excluded.changed_at
            ELSE stored.changed_at
        END,
        vanished_at = NULL
    RETURNING *
)
INSERT INTO chalkola.awd_inventory_history (
    account, sku, change, on_hand_quantity, inbound_quantity, available_distributable_quantity,
    reserved_distributable_quantity, replenishment_quantity, as_of
)
SELECT w.account, w.sku,
    CASE WHEN b.sku IS NULL THEN 'new' WHEN b.vanished_at IS NOT NULL THEN 'returned' ELSE 'changed' END,
    w.on_hand_quantity, w.inbound_quantity, w.available_distributable_quantity, w.reserved_distributable_quantity,
    w.replenishment_quantity, w.as_of
FROM written AS w LEFT JOIN before AS b USING (account, sku)
WHERE b.sku IS NULL OR (w.on_hand_quantity, w.inbound_quantity, w.available_distributable_quantity,
    w.reserved_distributable_quantity, w.replenishment_quantity, w.vanished_at)
    IS DISTINCT FROM (b.on_hand_quantity, b.inbound_quantity, b.available_distributable_quantity,
    b.reserved_distributable_quantity, b.replenishment_quantity, b.vanished_at)
RETURNING change

-- stored_as_of --
SELECT as_of FROM chalkola.inventory_syncs WHERE account = :account AND marketplace_id = ''

-- mark_vanished --
-- SKUs that AWD no longer lists are zero, and marked.
WITH gone AS (
    UPDATE chalkola.awd_inventory_levels
    SET on_hand_quantity = 0, inbound_quantity = 0, available_distributable_quantity = 0,
        reserved_distributable_quantity = 0, replenishment_quantity = 0, expiration_details = NULL,
        as_of = :as_of, last_synced_at = now(), changed_at = :as_of, vanished_at = :as_of
    WHERE account = :account AND vanished_at IS NULL AND sku <> ALL(CAST(:skus AS TEXT[]))
    RETURNING *
)
INSERT INTO chalkola.awd_inventory_history (
    account, sku, change, on_hand_quantity, inbound_quantity, available_distributable_quantity,
    reserved_distributable_quantity, replenishment_quantity, as_of
)
SELECT account, sku, 'vanished', 0, 0, 0, 0, 0, as_of FROM gone

-- note_sync --
INSERT INTO chalkola.inventory_syncs (account, marketplace_id, source, as_of, skus)
VALUES (:account, '', 'awd', :as_of, :skus)
ON CONFLICT (account, marketplace_id) DO UPDATE
SET as_of = excluded.as_of, synced_at = now(), skus = excluded.skus

-- known_shipments --
SELECT shipment_id, amazon_updated_at FROM chalkola.awd_inbound_shipments WHERE account = :account

-- upsert_shipment --
INSERT INTO chalkola.awd_inbound_shipments (
    account, shipment_id, order_id, external_reference_id, shipment_status, destination_region, carrier_code,
    tracking_id, warehouse_reference_id, ship_by, amazon_created_at, amazon_updated_at
) VALUES (
    :account, :shipment_id, :order_id, :external_reference_id, :shipment_status, :destination_region, :carrier_code,
    :tracking_id, :warehouse_reference_id, :ship_by, :amazon_created_at, :amazon_updated_at
)
ON CONFLICT (account, shipment_id) DO UPDATE SET
    order_id = excluded.order_id,
    external_reference_id = excluded.external_reference_id,
    shipment_status = excluded.shipment_status,
    destination_region = excluded.destination_region,
    carrier_code = excluded.carrier_code,
    tracking_id = excluded.tracking_id,
    warehouse_reference_id = excluded.warehouse_reference_id,
    ship_by = excluded.ship_by,
    amazon_created_at = excluded.amazon_created_at,
    amazon_updated_at = excluded.amazon_updated_at,
    last_synced_at = now()

-- delete_items --
DELETE FROM chalkola.awd_inbound_shipment_items WHERE account = :account AND shipment_id = :shipment_id

-- insert_items --
INSERT INTO chalkola.awd_inbound_shipment_items (
    account, shipment_id, sku, unit_of_measurement, expected_quantity, received_quantity)
SELECT :account, :shipment_id, sku, unit, sum(expected), sum(received)
FROM jsonb_to_recordset(CAST(:rows AS JSONB)) AS g (sku TEXT, unit TEXT, expected NUMERIC, received NUMERIC)
GROUP BY sku, unit
