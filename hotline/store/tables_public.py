"""The tables of the public side.

Same rules as in `store.tables`.
"""
