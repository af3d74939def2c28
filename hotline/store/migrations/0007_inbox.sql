-- Tables of a body's day: saved views, calendars, digests, visits.
SELECT 1;
