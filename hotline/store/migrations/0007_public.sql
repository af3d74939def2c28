-- The public side: what who writes asks for, and when it happens; codes (cases.terms).
ALTER TABLE contacts ADD COLUMN wish TEXT, ADD COLUMN happens TEXT;
