-- Tables of the supervisor's board.
SELECT 1;
