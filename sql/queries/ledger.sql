-- The report ledger's queries, read by tasks/database/queries.py: a line `-- name --` opens each.

-- read_requests --
-- Requests by id, each with its ASINs, in the order of their ids.
SELECT r.*, COALESCE(a.asins, '{}') AS asins
FROM chalkola.report_requests AS r
LEFT JOIN LATERAL (
    SELECT array_agg(asin ORDER BY asin) AS asins
    FROM chalkola.report_request_asins WHERE request_id = r.id
) AS a ON TRUE
WHERE r.id = ANY(:ids)
ORDER BY r.id

-- open_request_ids --
-- What harvest has to look at: newest period first, as the planner would. A snapshot whose document could not be
-- loaded is of no use once a newer one has been.
SELECT r.id FROM chalkola.report_requests AS r
WHERE r.state IN ('planned', 'submitting', 'submitted', 'done')
  AND NOT (r.state = 'done' AND r.report_period = 'SNAPSHOT' AND EXISTS (
      SELECT 1 FROM chalkola.report_requests AS n
      WHERE n.account = r.account AND n.report_type = r.report_type AND n.marketplace_id = r.marketplace_id
        AND n.report_period = 'SNAPSHOT' AND n.report_options = r.report_options AND n.id > r.id
        AND n.state IN ('loaded', 'no_data')))
ORDER BY r.period_start DESC, r.marketplace_id, r.id

-- recent_requests --
SELECT r.*, '{}'::TEXT[] AS asins
FROM chalkola.report_requests AS r
WHERE (CAST(:state AS TEXT) IS NULL OR r.state = :state)
  AND (CAST(:marketplace_id AS TEXT) IS NULL OR r.marketplace_id = :marketplace_id)
ORDER BY r.id DESC
LIMIT :limit

-- find_requests --
-- By Amazon's report id, which is unique only within an account, or by the ledger's own number.
SELECT id FROM chalkola.report_requests
WHERE report_id = :name OR id::TEXT = :name
ORDER BY id

-- take_turns --
-- Two planners of one slice, or two submitters of one account; the lock goes with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))

-- requests_of_asins --
-- Every request of a slice that holds one of the ASINs, newest first.
SELECT a.asin, r.id, r.state,
    p.finished_at IS NULL AND p.created_at > now() - INTERVAL '1 day' AS is_unfinished,
    p.is_refresh
FROM chalkola.report_request_asins AS a
JOIN chalkola.report_requests AS r ON r.id = a.request_id
JOIN chalkola.report_plans AS p ON p.id = r.plan_id
WHERE r.account = :account AND r.report_type = :report_type AND r.marketplace_id = :marketplace_id
  AND r.report_period = :report_period AND r.period_start = :period_start
  AND a.asin = ANY(:asins)
ORDER BY r.id DESC

-- requests_of_identity --
-- Every attempt of one report, newest first.
SELECT r.id, r.state, r.submitting_at,
    p.finished_at IS NULL AND p.created_at > now() - INTERVAL '1 day' AS is_unfinished,
    p.is_refresh
FROM chalkola.report_requests AS r
JOIN chalkola.report_plans AS p ON p.id = r.plan_id
WHERE r.identity = :identity
ORDER BY r.id DESC

-- snapshots --
-- The latest requests of a report that shows things as they stand, whatever their day.
SELECT r.id, r.state, r.submitting_at
FROM chalkola.report_requests AS r
WHERE r.account = :account AND r.report_type = :report_type AND r.marketplace_id = :marketplace_id
  AND r.report_period = 'SNAPSHOT' AND r.report_options = CAST(:report_options AS JSONB)
  AND r.period_start >= :since
ORDER BY r.id DESC

-- insert_plan --
INSERT INTO chalkola.report_plans (is_refresh) VALUES (:is_refresh) RETURNING id

-- insert_request --
-- A request and the ASINs that it is of, if any.
WITH request AS (
    INSERT INTO chalkola.report_requests (
        identity, attempt, plan_id, account, report_type, marketplace_id, report_period, period_start,
        period_end, report_options, bisected_from
    )
    SELECT :identity, COALESCE(max(attempt), 0) + 1, :plan_id, :account, :report_type, :marketplace_id,
        :report_period, :period_start, :period_end, CAST(:report_options AS JSONB), :bisected_from
    FROM chalkola.report_requests WHERE identity = :identity
    RETURNING id
), asins AS (
    INSERT INTO chalkola.report_request_asins (request_id, asin)
    SELECT id, unnest(CAST(:asins AS TEXT[])) FROM request
)
SELECT id FROM request

-- finish_plans --
-- The run has ended: a later --refresh asks Amazon again. One that died is gone on with for a day.
UPDATE chalkola.report_plans SET finished_at = now()
WHERE finished_at IS NULL
  AND id IN (SELECT plan_id FROM chalkola.report_requests WHERE id = ANY(:ids))

-- budget --
-- When each submission of the last 24 hours stops counting.
SELECT submitting_at + INTERVAL '24 hours' AS frees_at
FROM chalkola.report_requests
WHERE account = :account AND report_type = :report_type
  AND submitting_at > clock_timestamp() - INTERVAL '24 hours'
ORDER BY submitting_at

-- budget_used --
-- How many other submissions of the last 24 hours count, and when so many have gone that one more fits. Two processes
-- that submit for one account take turns, so the count holds until commit. Two statements in one round trip: the count
-- begins when the turn has come, and sees what the other transaction has left.
SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0));
WITH counted AS (
    SELECT submitting_at FROM chalkola.report_requests
    WHERE account = :account AND report_type = :report_type
      AND submitting_at > clock_timestamp() - INTERVAL '24 hours'
      AND id <> :without
)
SELECT count(*) AS used, (
    SELECT submitting_at + INTERVAL '24 hours' FROM counted
    WHERE :budget > 0 ORDER BY submitting_at DESC OFFSET greatest(:budget - 1, 0) LIMIT 1
) AS frees_at
FROM counted

-- submitted_within --
-- When reports of a type were asked for, of one account or marketplace or of all.
SELECT submitting_at FROM chalkola.report_requests
WHERE report_type = :report_type
  AND submitting_at > clock_timestamp() - make_interval(secs => :window_s)
  AND (CAST(:account AS TEXT) IS NULL OR account = :account)
  AND (CAST(:marketplace_id AS TEXT) IS NULL OR marketplace_id = :marketplace_id)
  AND (CAST(:without AS BIGINT) IS NULL OR id <> :without)
ORDER BY submitting_at

-- begin_submission --
-- The intent. A request that is already being submitted by us (its POST met a 429) keeps its row.
UPDATE chalkola.report_requests
SET state = 'submitting', submitting_at = clock_timestamp(), updated_at = now()
WHERE id = :id AND state IN ('planned', 'submitting')

-- request_and_lost --
-- A request, and those of its slice that are being submitted: under the slice's submission lock such a row has no
-- living owner. Each with its ASINs.
SELECT r.*, COALESCE(a.asins, '{}') AS asins
FROM chalkola.report_requests AS r
LEFT JOIN LATERAL (
    SELECT array_agg(asin ORDER BY asin) AS asins
    FROM chalkola.report_request_asins WHERE request_id = r.id
) AS a ON TRUE
WHERE r.id = :id OR (
    r.account = :account AND r.report_type = :report_type AND r.marketplace_id = :marketplace_id
    AND r.report_period = :report_period AND r.period_start = :period_start AND r.state = 'submitting')
ORDER BY r.id

-- record_submitted --
UPDATE chalkola.report_requests
SET state = 'submitted', report_id = :report_id, is_adopted = :is_adopted, processing_status = 'IN_QUEUE',
    kind = NULL, message = NULL, next_action = NULL, retry_at = NULL, updated_at = now()
WHERE id = :id AND state = 'submitting'

-- record_not_created --
UPDATE chalkola.report_requests
SET state = 'planned', submitting_at = NULL, kind = :kind, message = :message, updated_at = now()
WHERE id = :id AND state IN ('planned', 'submitting')

-- disown_report --
-- The document says that the adopted report is somebody else's: the answer is still lost.
UPDATE chalkola.report_requests AS r
SET state = 'submitting', report_id = NULL, report_created_at = NULL, processing_status = NULL,
    report_document_id = NULL, is_adopted = FALSE, message = :message,
    foreign_report_ids = foreign_report_ids || report_id, updated_at = now(),
    attempt = (SELECT max(attempt) + 1 FROM chalkola.report_requests WHERE identity = r.identity)
WHERE id = :id AND is_adopted AND state IN ('submitted', 'done')

-- known_report_ids --
-- Reports of an account that are in the ledger, or that a document has shown to be somebody else's.
SELECT report_id FROM chalkola.report_requests
WHERE account = :account AND report_id = ANY(:report_ids)
UNION
SELECT unnest(foreign_report_ids) FROM chalkola.report_requests WHERE account = :account

-- record_status --
-- Gives the row as it is then; none where the report is past that.
UPDATE chalkola.report_requests
SET processing_status = :processing_status, report_created_at = :report_created_at,
    report_document_id = :report_document_id,
    state = CASE :processing_status
        WHEN 'DONE' THEN 'done' WHEN 'CANCELLED' THEN 'no_data' ELSE state END,
    message = NULL, updated_at = now()
WHERE id = :id AND state IN ('submitted', 'done')
RETURNING *

-- record_charset --
UPDATE chalkola.report_requests SET document_charset = :charset, updated_at = now() WHERE id = :id

-- record_fatal --
UPDATE chalkola.report_requests
SET state = 'fatal', kind = :kind, message = :message, next_action = :next_action,
    retry_at = :retry_at, updated_at = now()
WHERE id = :id AND state IN ('submitted', 'done', 'fatal')

-- record_problem --
-- What stopped a chain that will be taken up again; the state stays as it is.
UPDATE chalkola.report_requests SET message = :message, updated_at = now()
WHERE id = :id AND state NOT IN ('loaded', 'no_data', 'fatal')

-- slice_outcomes --
-- How many of the slice's requests ended in which state: one FATAL among loaded ones points at its ASINs.
SELECT state, count(*) AS requests FROM chalkola.report_requests
WHERE account = :account AND report_type = :report_type AND marketplace_id = :marketplace_id
  AND report_period = :report_period AND period_start = :period_start AND id <> :id
GROUP BY state

-- due_retries --
-- FATAL requests whose time has come and whose ASINs nobody has asked for again since.
SELECT r.id FROM chalkola.report_requests AS r
WHERE r.state = 'fatal' AND r.next_action = :next_action AND r.retry_at <= :now
  AND NOT EXISTS (
      SELECT 1 FROM chalkola.report_request_asins AS a
      JOIN chalkola.report_request_asins AS b ON b.asin = a.asin AND b.request_id > a.request_id
      JOIN chalkola.report_requests AS n ON n.id = b.request_id
      WHERE a.request_id = r.id AND n.account = r.account AND n.report_type = r.report_type
        AND n.marketplace_id = r.marketplace_id AND n.report_period = r.report_period
        AND n.period_start = r.period_start)
ORDER BY r.period_start DESC, r.marketplace_id, r.id

-- bisections_today --
SELECT count(*) FROM chalkola.report_requests AS r
WHERE r.account = :account AND r.created_at > now() - INTERVAL '24 hours'
  AND r.bisected_from IS NOT NULL

-- states_since --
-- How far the requests are that moved since a time: for progress.
SELECT state, count(*) AS requests FROM chalkola.report_requests
WHERE updated_at >= :since GROUP BY state ORDER BY min(id)

-- planned_count --
SELECT count(*) FROM chalkola.report_requests
WHERE account = :account AND report_type = :report_type AND state = 'planned'

-- has_loaded --
-- Whether Brand Analytics has ever answered an account: its role cannot be probed otherwise.
SELECT EXISTS (
    SELECT 1 FROM chalkola.report_requests
    WHERE account = :account AND state IN ('loaded', 'no_data') AND report_type LIKE 'GET\_BRAND\_ANALYTICS\_%'
)
