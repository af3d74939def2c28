-- Tables of the supervisor's board.
CREATE TABLE alarms_heard (
    subject_id BIGINT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES people (id),
    at TIMESTAMP WITH TIME ZONE NOT NULL
);

-- What was late a day ago asks for the few cases that were closed since.
CREATE INDEX cases_by_closing ON cases (closed_at) WHERE closed_at IS NOT NULL;
