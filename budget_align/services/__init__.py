"""One module a use case; the only place where a transaction begins."""
