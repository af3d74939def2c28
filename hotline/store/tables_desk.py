"""The tables of the desk's form: drafts.

Same rules as in `store.tables`.
"""
