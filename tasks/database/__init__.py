"""The way to our database: address, engine, migrations, locks, the shared token buckets."""
