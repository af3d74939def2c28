-- Tables of long work and what is published.
SELECT 1;
