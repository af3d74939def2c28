"""Doors for machines that bring contacts in, one file a channel."""
