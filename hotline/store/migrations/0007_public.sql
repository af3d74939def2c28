-- Tables of the public side.
SELECT 1;
