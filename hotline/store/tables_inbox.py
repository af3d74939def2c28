"""The tables of a body's day: saved views, calendars, digests, visits.

Same rules as in `store.tables`.
"""
