-- Flow runs, read by tasks/database/queries.py: a line `-- name --` opens each.

-- start --
-- A run that is rescheduled after its process died starts again under its own id.
INSERT INTO chalkola.job_runs (job_name, flow_run_id) VALUES (:job_name, :flow_run_id)
ON CONFLICT (flow_run_id) DO UPDATE
SET status = 'RUNNING', started_at = now(), completed_at = NULL, error_message = NULL

-- result --
UPDATE chalkola.job_runs
SET records_processed = :rows, metadata = CAST(:metadata AS JSONB)
WHERE flow_run_id = :flow_run_id

-- end --
UPDATE chalkola.job_runs
SET status = :status, completed_at = now(), error_message = :error_message
WHERE flow_run_id = :flow_run_id

-- running --
SELECT flow_run_id FROM chalkola.job_runs WHERE status = 'RUNNING' AND flow_run_id IS NOT NULL
