"""The tables of work on a case: acts, files, tasks, letters.

Same rules as in `store.tables`.
"""
