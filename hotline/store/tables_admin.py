"""The tables of administration: second factors, versioned changes, retention, the audit's chain.

Same rules as in `store.tables`.
"""
