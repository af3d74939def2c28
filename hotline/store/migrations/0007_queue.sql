-- Tables of the queue of 111: who looks, who holds, the hand-over of shifts.
SELECT 1;
