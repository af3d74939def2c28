"""Rules: working time, deadlines, breaches and the escalation ladder."""
