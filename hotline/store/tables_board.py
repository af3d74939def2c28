"""The tables of the supervisor's board.

Same rules as in `store.tables`.
"""
