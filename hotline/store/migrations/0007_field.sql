-- Tables of work on a case: acts, files, tasks, letters.
SELECT 1;
