"""What people look at: the views of sql/views, asked, and written to files. No Prefect."""
