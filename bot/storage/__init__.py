"""Storage: one port, SQL for SQLite and PostgreSQL, and an in-memory twin."""
