"""Rules: who may see and do what; passwords."""
