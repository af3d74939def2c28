"""Case routing and triage for contact centre 111."""
