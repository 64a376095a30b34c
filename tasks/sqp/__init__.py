"""Search Query Performance, by far the most rows: a faster parser and loader of its own."""
