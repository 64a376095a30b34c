"""The digest: what happened to search terms and stock, and what to do, on a page."""
