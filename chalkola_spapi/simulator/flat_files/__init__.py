"""Reports as tab-delimited text: stock, restocking and listings, in Amazon's charsets."""
