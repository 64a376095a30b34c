"""The embedded server's parts: its programs and its data folder."""
