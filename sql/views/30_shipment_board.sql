-- Every shipment that was asked for, and what it waits for.
CREATE VIEW chalkola.shipment_board WITH (security_invoker = TRUE) AS
SELECT s.id AS shipment_id, s.plan_name, s.inbound_plan_id, s.account, s.marketplace_id, m.code AS marketplace,
    s.status,
    CASE
        WHEN s.status = 'FAILED' THEN 'resume'
        WHEN s.status = 'AWAITING_PLACEMENT' THEN 'approve_placement'
        WHEN s.status = 'AWAITING_TRANSPORTATION' THEN 'approve_transportation'
        WHEN s.status IN ('REJECTED', 'CANCELLED') THEN 'none'
        WHEN s.status <> 'COMPLETED' THEN 'running'
        WHEN there.open = 0 AND counted.received < counted.shipped THEN 'check_shortfall'
        WHEN there.open = 0 THEN 'none'
        WHEN there.unshipped > 0 THEN 'ship'
        ELSE 'await_receipt'
    END AS next_action,
    s.total_units, s.total_boxes, there.shipments, there.confirmation_ids,
    counted.shipped AS units_shipped, counted.received AS units_received,
    s.carrier_name, s.shipping_mode,
    s.placement_fee - COALESCE(s.placement_discount, 0) AS placement_cost, s.transportation_cost,
    COALESCE(s.transportation_currency, s.placement_fee_currency) AS currency,
    CASE WHEN s.placement_fee_currency = s.transportation_currency
        THEN s.placement_fee - COALESCE(s.placement_discount, 0) + s.transportation_cost END AS total_cost,
    CASE WHEN s.placement_fee_currency = s.transportation_currency THEN round(
        (s.placement_fee - COALESCE(s.placement_discount, 0) + s.transportation_cost) / NULLIF(s.total_units, 0), 4)
    END AS cost_per_unit,
    question.gate AS waits_at, question.shown_at AS waits_since, question.expires_at AS answer_until,
    s.free_void_until, s.estimated_ship_date, there.delivery_window_start, there.delivery_window_end,
    round(extract(epoch FROM now() - s.created_at) / 86400, 1) AS age_days,
    COALESCE(s.error_message, s.rejection_reason) AS reason, s.created_at, s.updated_at, s.completed_at
FROM chalkola.fba_shipments AS s
LEFT JOIN chalkola.marketplaces AS m USING (marketplace_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS shipments,
        count(*) FILTER (WHERE d.status NOT IN ('CLOSED', 'CANCELLED', 'DELETED', 'ABANDONED')) AS open,
        count(*) FILTER (WHERE d.status IN ('PENDING', 'UNCONFIRMED', 'WORKING', 'READY_TO_SHIP')) AS unshipped,
        string_agg(d.shipment_confirmation_id, ' ' ORDER BY d.shipment_confirmation_id) AS confirmation_ids,
        min(d.delivery_window_start) AS delivery_window_start, max(d.delivery_window_end) AS delivery_window_end
    FROM chalkola.fba_shipment_destinations AS d WHERE d.shipment_id = s.id
) AS there
CROSS JOIN LATERAL (
    SELECT sum(r.quantity_shipped)::BIGINT AS shipped, sum(r.quantity_received)::BIGINT AS received
    FROM chalkola.fba_shipment_received AS r WHERE r.shipment_id = s.id
) AS counted
LEFT JOIN LATERAL (
    SELECT a.gate, a.shown_at, a.expires_at FROM chalkola.fba_shipment_approvals AS a
    WHERE a.shipment_id = s.id AND a.decision IS NULL
      AND s.status IN ('AWAITING_PLACEMENT', 'AWAITING_TRANSPORTATION')
    ORDER BY a.shown_at DESC LIMIT 1
) AS question ON TRUE;

COMMENT ON VIEW chalkola.shipment_board IS
    'Grain: shipment that was asked for (one inbound plan, which Amazon may split). Money in currency: never sum over '
    'currencies. units_*: NULL until Amazon has been asked what it received. Times are UTC.';
COMMENT ON COLUMN chalkola.shipment_board.next_action IS
    'resume (it failed), approve_placement, approve_transportation, running, ship, await_receipt, check_shortfall '
    '(closed with fewer units than were sent), none.';
COMMENT ON COLUMN chalkola.shipment_board.placement_cost IS 'Placement fees less discounts.';
COMMENT ON COLUMN chalkola.shipment_board.transportation_cost IS
    'Of all shipments of the plan; NULL with an own carrier: Amazon knows no price.';
COMMENT ON COLUMN chalkola.shipment_board.total_cost IS
    'Placement and transportation; NULL unless both are known in one currency.';
COMMENT ON COLUMN chalkola.shipment_board.answer_until IS
    'When what was shown expires; an answer after that is asked again.';
COMMENT ON COLUMN chalkola.shipment_board.free_void_until IS 'Cancelling the transportation is free until then.';
