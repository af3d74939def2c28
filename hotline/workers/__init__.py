"""Doors for time and queues: one file a job, and the supervisor."""
