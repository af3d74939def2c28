"""Rules of quality: how often triage is right, how it drifts, and which model is better."""
