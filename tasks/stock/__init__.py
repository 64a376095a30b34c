"""Stock at FBA and AWD."""
