-- The checksum of a report's rows is XXH3 now, which costs a twentieth of SHA-256. A report that was loaded before this
-- never equals a newer one: that one is compared row by row, once.
-- Run before the code that uses it.
ALTER TABLE chalkola.report_requests RENAME COLUMN content_sha256 TO content_checksum;
