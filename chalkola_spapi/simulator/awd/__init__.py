"""Amazon Warehousing and Distribution: stock, shipments and inbound orders, without HTTP."""
