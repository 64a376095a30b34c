-- What needs a person, read by tasks/upkeep/attention.py: a line `-- name --` opens each.

-- stale_marketplaces --
-- Marketplaces with tracked ASINs whose newest loaded week ended too long ago, or that never had one.
SELECT t.marketplace_id, n.newest_end, n.problem
FROM (
    SELECT marketplace_id, min(added_at) AS since FROM chalkola.tracked_asins
    WHERE suppressed_at IS NULL GROUP BY marketplace_id
) AS t
LEFT JOIN LATERAL (
    SELECT max(period_end) FILTER (WHERE state IN ('loaded', 'no_data')) AS newest_end,
        (array_agg(kind ORDER BY id DESC) FILTER (WHERE kind IS NOT NULL))[1] AS problem
    FROM chalkola.report_requests
    WHERE marketplace_id = t.marketplace_id AND report_period = 'WEEK'
      AND report_type = 'GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT'
) AS n ON TRUE
WHERE COALESCE(n.newest_end::TIMESTAMPTZ, t.since) < CAST(:now AS TIMESTAMPTZ) - make_interval(days => :days)
ORDER BY t.marketplace_id

-- waiting_approvals --
SELECT s.plan_name, a.gate, a.shown_at, a.expires_at
FROM chalkola.fba_shipment_approvals AS a
JOIN chalkola.fba_shipments AS s ON s.id = a.shipment_id
WHERE a.decision IS NULL AND s.status IN ('AWAITING_PLACEMENT', 'AWAITING_TRANSPORTATION')
  AND a.shown_at < CAST(:now AS TIMESTAMPTZ) - make_interval(hours => :hours)
  AND a.round = (
      SELECT max(round) FROM chalkola.fba_shipment_approvals
      WHERE shipment_id = a.shipment_id AND gate = a.gate)
ORDER BY a.shown_at

-- void_deadlines --
SELECT plan_name, free_void_until FROM chalkola.fba_shipments
WHERE status IN ('TRANSPORTATION_CONFIRMED', 'COMPLETED') AND free_void_until > :now
  AND free_void_until < CAST(:now AS TIMESTAMPTZ) + make_interval(hours => :hours)
ORDER BY free_void_until

-- failed_shipments --
SELECT plan_name, error_message FROM chalkola.fba_shipments WHERE status = 'FAILED' ORDER BY id

-- see_secret --
INSERT INTO chalkola.secret_sightings (name, fingerprint, first_seen_at) VALUES (:name, :fingerprint, :now)
ON CONFLICT (name, fingerprint) DO NOTHING

-- secret_first_seen --
SELECT first_seen_at FROM chalkola.secret_sightings WHERE name = :name AND fingerprint = :fingerprint

-- database_id --
SELECT database_id FROM chalkola.database_marker
