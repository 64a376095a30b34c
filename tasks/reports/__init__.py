"""A report's life: planned, submitted, waited for, downloaded, parsed, loaded."""
