"""Door for programs: /api/v1."""
