"""What is kept: tables, sessions and queries by name, on SQLite or PostgreSQL."""
