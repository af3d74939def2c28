"""The tables of the desk's form. Drafts themselves stand in `store.tables`.

Same rules as there: a column added here stands in 0007_desk.sql as well.
"""
