"""Measurements of the whole service, printed as counts and ratios of one run."""
