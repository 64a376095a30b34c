"""What the product costs, beside its baselines, in the same run: `python -m benchmarks`."""
