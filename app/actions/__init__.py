"""One verb per file; the only place where rooms meet."""
