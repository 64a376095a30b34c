"""The ASINs that are asked for, and those that are not."""
