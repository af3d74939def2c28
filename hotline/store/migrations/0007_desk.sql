-- The desk's form: drafts are put off, and let go with a way back.
ALTER TABLE drafts
    ADD COLUMN postponed_until TIMESTAMP WITH TIME ZONE,
    ADD COLUMN postponed_for TEXT,
    ADD COLUMN dropped_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN dropped_for TEXT,
    ADD CHECK ((postponed_until IS NULL) = (postponed_for IS NULL)),
    ADD CHECK ((dropped_at IS NULL) = (dropped_for IS NULL));
CREATE INDEX drafts_dropped ON drafts (dropped_at) WHERE dropped_at IS NOT NULL;
