"""保管: the keys of the log, and what is done with private data, on record."""
