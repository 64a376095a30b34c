"""A report's document to rows, and rows to a table."""
