"""SQL that ships with the package: migrations, upserts and views, read by importlib.resources."""
