"""The tables of long work and what is published.

Same rules as in `store.tables`.
"""
