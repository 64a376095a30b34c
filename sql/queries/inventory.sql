-- Stored stock, read by tasks/database/queries.py: a line `-- name --` opens each.

-- stored_sync --
SELECT * FROM chalkola.inventory_syncs
WHERE account = :account AND marketplace_id = :marketplace_id

-- changes_of_report --
SELECT change, count(*) AS skus FROM chalkola.inventory_history
WHERE account = :account AND marketplace_id = :marketplace_id AND report_id = :report_id
GROUP BY change

-- stock --
-- Every unit once, the SKUs with the most units first.
SELECT * FROM chalkola.stock_by_sku
WHERE CAST(:sku AS TEXT) IS NULL OR sku = :sku
ORDER BY total_units DESC, sku
LIMIT :limit

-- levels --
SELECT marketplace_id, msku, asin, total_quantity, fulfillable_quantity, fulfillable_remote_quantity,
    inbound_working_quantity + inbound_shipped_quantity + inbound_receiving_quantity AS inbound_quantity,
    reserved_quantity, unfulfillable_quantity, source, as_of, vanished_at
FROM chalkola.inventory_levels
WHERE (CAST(:marketplace_ids AS TEXT[]) IS NULL OR marketplace_id = ANY(:marketplace_ids))
  AND (CAST(:sku AS TEXT) IS NULL OR msku = :sku)
ORDER BY marketplace_id, total_quantity DESC, msku
LIMIT :limit
