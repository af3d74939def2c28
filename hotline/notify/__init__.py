"""Adapters that tell people outside."""
