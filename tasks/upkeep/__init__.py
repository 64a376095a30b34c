"""What keeps it all running: checks, maintenance, what needs a person."""
