-- Tables of the desk's form: drafts.
SELECT 1;
