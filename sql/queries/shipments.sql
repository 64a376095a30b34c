-- FBA shipments, read by tasks/database/queries.py: a line `-- name --` opens each.

-- insert --
INSERT INTO chalkola.fba_shipments (
    plan_name, account, marketplace_id, request, request_sha256, source_address, total_units, total_boxes,
    total_weight, total_weight_unit
) VALUES (
    :plan_name, :account, :marketplace_id, CAST(:request AS JSONB), :request_sha256,
    CAST(:source_address AS JSONB), :total_units, :total_boxes, :total_weight, :total_weight_unit
)
ON CONFLICT (plan_name) DO NOTHING

-- replace_request --
-- Only while nothing of the shipment is at Amazon; the errors of the earlier request go with it.
UPDATE chalkola.fba_shipments
SET account = :account, marketplace_id = :marketplace_id, request = CAST(:request AS JSONB),
    request_sha256 = :request_sha256, source_address = CAST(:source_address AS JSONB),
    total_units = :total_units, total_boxes = :total_boxes, total_weight = :total_weight,
    total_weight_unit = :total_weight_unit, error_message = NULL, updated_at = now()
WHERE plan_name = :plan_name AND inbound_plan_id IS NULL

-- by_name --
-- NAME or inbound plan id; a name wins, as it is what a person chose.
SELECT * FROM chalkola.fba_shipments
WHERE plan_name = :name OR inbound_plan_id = :name
ORDER BY plan_name = :name DESC
LIMIT 1

-- recent --
SELECT * FROM chalkola.fba_shipments
WHERE CAST(:status AS TEXT) IS NULL OR status = :status
ORDER BY id DESC
LIMIT :limit

-- to_follow --
-- Shipments that are on their way: labels are made and Amazon has not closed all of them yet.
SELECT s.* FROM chalkola.fba_shipments AS s
WHERE s.status = 'COMPLETED' AND EXISTS (
    SELECT 1 FROM chalkola.fba_shipment_destinations AS d
    WHERE d.shipment_id = s.id AND d.status NOT IN ('CLOSED', 'CANCELLED', 'DELETED', 'ABANDONED')
)
ORDER BY s.id

-- set_status --
UPDATE chalkola.fba_shipments
SET status = :status,
    reached_status = CASE WHEN :is_reached THEN :status ELSE reached_status END,
    error_message = :error_message,
    rejection_reason = COALESCE(:rejection_reason, rejection_reason),
    completed_at = CASE WHEN :status = 'COMPLETED' THEN COALESCE(completed_at, now()) ELSE completed_at END,
    updated_at = now()
WHERE id = :id

-- set_flow_run --
UPDATE chalkola.fba_shipments SET flow_run_id = :flow_run_id, updated_at = now() WHERE id = :id

-- set_plan --
UPDATE chalkola.fba_shipments SET inbound_plan_id = :inbound_plan_id, updated_at = now() WHERE id = :id

-- set_packing --
UPDATE chalkola.fba_shipments SET packing_option_id = :packing_option_id, updated_at = now() WHERE id = :id

-- set_placement --
UPDATE chalkola.fba_shipments
SET placement_option_id = :placement_option_id, placement_fee = :fee, placement_discount = :discount,
    placement_fee_currency = :currency,
    placement_fee_per_unit = ROUND((CAST(:fee AS NUMERIC) - CAST(:discount AS NUMERIC)) / total_units, 4),
    updated_at = now()
WHERE id = :id

-- set_transportation --
UPDATE chalkola.fba_shipments
SET transportation_option_id = :transportation_option_id, carrier_name = :carrier_name,
    shipping_mode = :shipping_mode, transportation_cost = :cost, transportation_currency = :currency,
    free_void_until = :free_void_until, estimated_ship_date = :estimated_ship_date, updated_at = now()
WHERE id = :id

-- set_free_void_until --
-- Amazon counts from the confirmation, so what it shows afterwards counts.
UPDATE chalkola.fba_shipments AS s
SET free_void_until = COALESCE((
        SELECT min(d.voidable_until) FROM chalkola.fba_shipment_destinations AS d WHERE d.shipment_id = s.id
    ), s.free_void_until),
    updated_at = now()
WHERE s.id = :id

-- set_labels_downloaded --
UPDATE chalkola.fba_shipments SET labels_downloaded = TRUE, updated_at = now() WHERE id = :id

-- announce_free_void --
-- One row the first time, none afterwards.
UPDATE chalkola.fba_shipments SET free_void_announced_at = now()
WHERE id = :id AND free_void_announced_at IS NULL
RETURNING id

-- operations --
SELECT * FROM chalkola.fba_shipment_operations WHERE shipment_id = :shipment_id ORDER BY id

-- last_operation --
SELECT * FROM chalkola.fba_shipment_operations
WHERE shipment_id = :shipment_id AND step = :step AND subject = :subject
ORDER BY attempt DESC
LIMIT 1

-- intend --
-- What is sent stands in the result from the start, where a run that takes the step up must know it.
INSERT INTO chalkola.fba_shipment_operations (shipment_id, step, subject, attempt, is_once, result)
SELECT :shipment_id, :step, :subject, COALESCE(max(attempt), 0) + 1, :is_once, CAST(:result AS JSONB)
FROM chalkola.fba_shipment_operations
WHERE shipment_id = :shipment_id AND step = :step AND subject = :subject
RETURNING id

-- intend_again --
-- The same call a second time after a 429: Amazon cannot have acted on the first.
UPDATE chalkola.fba_shipment_operations SET intended_at = clock_timestamp() WHERE id = :id

-- submitted --
UPDATE chalkola.fba_shipment_operations
SET state = 'submitted', operation_id = :operation_id,
    result = COALESCE(result || CAST(:result AS JSONB), CAST(:result AS JSONB), result)
WHERE id = :id

-- finished --
UPDATE chalkola.fba_shipment_operations
SET state = :state, finished_at = clock_timestamp(), is_adopted = :is_adopted,
    result = COALESCE(result || CAST(:result AS JSONB), CAST(:result AS JSONB), result),
    problems = COALESCE(CAST(:problems AS JSONB), problems)
WHERE id = :id

-- approvals --
SELECT * FROM chalkola.fba_shipment_approvals
WHERE shipment_id = :shipment_id
ORDER BY shown_at, gate, round

-- last_approval --
SELECT * FROM chalkola.fba_shipment_approvals
WHERE shipment_id = :shipment_id AND gate = :gate
ORDER BY round DESC
LIMIT 1

-- ask --
INSERT INTO chalkola.fba_shipment_approvals (shipment_id, gate, round, shown, shown_sha256, expires_at)
SELECT :shipment_id, :gate, COALESCE(max(round), 0) + 1, CAST(:shown AS JSONB), :shown_sha256, :expires_at
FROM chalkola.fba_shipment_approvals WHERE shipment_id = :shipment_id AND gate = :gate
RETURNING round

-- answer --
-- The first answer of a question counts; no row: it has one already, or was withdrawn.
UPDATE chalkola.fba_shipment_approvals
SET decision = :decision, answer = CAST(:answer AS JSONB), answered_at = now(), answered_by = :answered_by
WHERE shipment_id = :shipment_id AND gate = :gate AND round = :round
  AND decision IS NULL AND outcome IS NULL
RETURNING round

-- conclude --
UPDATE chalkola.fba_shipment_approvals
SET outcome = :outcome, outcome_text = :outcome_text, closed_at = now()
WHERE shipment_id = :shipment_id AND gate = :gate AND round = :round AND outcome IS NULL

-- destinations --
SELECT * FROM chalkola.fba_shipment_destinations WHERE shipment_id = :shipment_id ORDER BY amazon_shipment_id

-- put_destination --
INSERT INTO chalkola.fba_shipment_destinations AS d (
    shipment_id, amazon_shipment_id, shipment_confirmation_id, amazon_reference_id, destination_fc,
    destination_address, status, transportation_option_id, carrier_name, carrier_code, shipping_mode,
    shipping_solution, transportation_cost, transportation_currency, quote_expires_at, voidable_until,
    delivery_window_option_id, delivery_window_start, delivery_window_end, units, boxes
) VALUES (
    :shipment_id, :amazon_shipment_id, :shipment_confirmation_id, :amazon_reference_id, :destination_fc,
    CAST(:destination_address AS JSONB), :status, :transportation_option_id, :carrier_name, :carrier_code,
    :shipping_mode, :shipping_solution, :transportation_cost, :transportation_currency, :quote_expires_at,
    :voidable_until, :delivery_window_option_id, :delivery_window_start, :delivery_window_end, :units, :boxes
)
ON CONFLICT (shipment_id, amazon_shipment_id) DO UPDATE SET
    shipment_confirmation_id = excluded.shipment_confirmation_id,
    amazon_reference_id = excluded.amazon_reference_id,
    destination_fc = excluded.destination_fc,
    destination_address = excluded.destination_address,
    status = excluded.status,
    transportation_option_id = excluded.transportation_option_id,
    carrier_name = excluded.carrier_name,
    carrier_code = excluded.carrier_code,
    shipping_mode = excluded.shipping_mode,
    shipping_solution = excluded.shipping_solution,
    transportation_cost = excluded.transportation_cost,
    transportation_currency = excluded.transportation_currency,
    quote_expires_at = excluded.quote_expires_at,
    voidable_until = COALESCE(excluded.voidable_until, d.voidable_until),
    delivery_window_option_id = excluded.delivery_window_option_id,
    delivery_window_start = excluded.delivery_window_start,
    delivery_window_end = excluded.delivery_window_end,
    units = excluded.units,
    boxes = excluded.boxes,
    updated_at = now()

-- set_destination_status --
UPDATE chalkola.fba_shipment_destinations SET status = :status, updated_at = now()
WHERE shipment_id = :shipment_id AND amazon_shipment_id = :amazon_shipment_id

-- set_tracking --
UPDATE chalkola.fba_shipment_destinations
SET tracking_numbers = CAST(:tracking_numbers AS JSONB), updated_at = now()
WHERE shipment_id = :shipment_id AND amazon_shipment_id = :amazon_shipment_id

-- set_labels_url --
UPDATE chalkola.fba_shipment_destinations SET labels_url = :labels_url, updated_at = now()
WHERE shipment_id = :shipment_id AND amazon_shipment_id = :amazon_shipment_id

-- items --
SELECT * FROM chalkola.fba_shipment_items WHERE shipment_id = :shipment_id ORDER BY id

-- delete_items --
DELETE FROM chalkola.fba_shipment_items
WHERE shipment_id = :shipment_id AND amazon_shipment_id = :amazon_shipment_id

-- insert_item --
INSERT INTO chalkola.fba_shipment_items (
    shipment_id, amazon_shipment_id, box_id, box_name, msku, fnsku, asin, quantity, prep_owner, label_owner,
    expiration, manufacturing_lot_code
) VALUES (
    :shipment_id, :amazon_shipment_id, :box_id, :box_name, :msku, :fnsku, :asin, :quantity, :prep_owner,
    :label_owner, :expiration, :manufacturing_lot_code
)

-- labels --
SELECT shipment_id, shipment_confirmation_id, kind, amazon_shipment_id, page_type, path, size_bytes, sha256,
    downloaded_at
FROM chalkola.fba_shipment_labels WHERE shipment_id = :shipment_id
ORDER BY shipment_confirmation_id, kind

-- label_contents --
SELECT shipment_confirmation_id, kind, path, content, sha256
FROM chalkola.fba_shipment_labels WHERE shipment_id = :shipment_id
ORDER BY shipment_confirmation_id, kind

-- put_label --
INSERT INTO chalkola.fba_shipment_labels (
    shipment_id, shipment_confirmation_id, kind, amazon_shipment_id, page_type, path, content, size_bytes, sha256
) VALUES (
    :shipment_id, :shipment_confirmation_id, :kind, :amazon_shipment_id, :page_type, :path, :content,
    :size_bytes, :sha256
)
ON CONFLICT (shipment_id, shipment_confirmation_id, kind) DO UPDATE SET
    page_type = excluded.page_type, path = excluded.path, content = excluded.content,
    size_bytes = excluded.size_bytes, sha256 = excluded.sha256, downloaded_at = now()

-- received --
SELECT * FROM chalkola.fba_shipment_received
WHERE shipment_id = :shipment_id ORDER BY amazon_shipment_id, msku

-- put_received --
INSERT INTO chalkola.fba_shipment_received (
    shipment_id, amazon_shipment_id, msku, quantity_shipped, quantity_received
) VALUES (:shipment_id, :amazon_shipment_id, :msku, :quantity_shipped, :quantity_received)
ON CONFLICT (shipment_id, amazon_shipment_id, msku) DO UPDATE SET
    quantity_shipped = excluded.quantity_shipped, quantity_received = excluded.quantity_received,
    updated_at = now()
