"""The tables of the queue of 111: who looks, who holds, the hand-over of shifts.

Same rules as in `store.tables`.
"""
