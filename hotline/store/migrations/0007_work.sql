-- Tables of long work and what is published.
CREATE TABLE works (
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    asked_by BIGINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked JSONB NOT NULL,
    locale TEXT NOT NULL,
    key TEXT,
    sealed_input BYTEA,
    state TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER,
    tries SMALLINT NOT NULL DEFAULT 0,
    heard_at TIMESTAMP WITH TIME ZONE,
    cancel_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    cause TEXT,
    told JSONB NOT NULL DEFAULT '{}',
    sealed_result BYTEA,
    name TEXT,
    mime TEXT,
    keep_until TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(asked_by) REFERENCES people (id)
);
ALTER TABLE works ADD CONSTRAINT works_state CHECK (state IN
  ('queued','running','done','failed','cancelled'));
-- What ended says when, and only what failed says why.
ALTER TABLE works ADD CONSTRAINT works_ended CHECK (
  (state IN ('queued','running')) = (finished_at IS NULL)
  AND (state = 'failed') = (cause IS NOT NULL));
ALTER TABLE works ADD CONSTRAINT works_result_goes CHECK (
  sealed_result IS NULL OR (state = 'done' AND keep_until IS NOT NULL));
CREATE INDEX works_by_person ON works (asked_by, id DESC);
CREATE UNIQUE INDEX works_once ON works (asked_by, key) WHERE key IS NOT NULL;
CREATE INDEX works_open ON works (asked_at) WHERE state IN ('queued','running');
CREATE INDEX works_kept ON works (keep_until) WHERE keep_until IS NOT NULL;
-- Reports read by the day that something came; ids and days rise together, so little suffices.
CREATE INDEX cases_received ON cases USING brin (received_at);
CREATE INDEX contacts_received ON contacts USING brin (received_at);
