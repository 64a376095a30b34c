-- What a report's rows are, whatever its id: a report that says the same again writes nothing.
-- Run before the code that uses it.
ALTER TABLE chalkola.report_requests ADD COLUMN content_sha256 TEXT;
