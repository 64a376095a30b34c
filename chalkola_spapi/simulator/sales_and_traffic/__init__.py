"""The Sales and Traffic report: its rules, its quota and its document."""
