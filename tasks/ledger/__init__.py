"""Which reports were asked for, which are missing, and what follows when one fails."""
