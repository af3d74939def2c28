-- Tables of administration: second factors, versioned changes, retention, the audit's chain.
SELECT 1;
