"""Adapter: PostgreSQL. The only truth."""
