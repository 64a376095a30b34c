"""The Brand Analytics reports beside Search Query Performance: their rules and their documents."""
