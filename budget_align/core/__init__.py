"""The domain as values and pure functions: no web, no database, no files, no clock."""
