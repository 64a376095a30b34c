-- That the marketplace's stock was replaced, from where, and how much there was.
INSERT INTO chalkola.inventory_syncs (
    account, marketplace_id, source, as_of, synced_at, skus, pages, report_id
)
SELECT s.account, s.marketplace_id, s.source, s.as_of, now(),
    (SELECT count(DISTINCT msku) FROM staged_inventory), s.pages, s.report_id
FROM staged_inventory_sync AS s
ON CONFLICT (account, marketplace_id) DO UPDATE SET
    source = excluded.source,
    as_of = excluded.as_of,
    synced_at = excluded.synced_at,
    skus = excluded.skus,
    pages = excluded.pages,
    report_id = excluded.report_id;
