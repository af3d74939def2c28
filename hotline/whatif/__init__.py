"""Rules: a changed configuration tried on stored decisions and clocks, before it is enabled."""
