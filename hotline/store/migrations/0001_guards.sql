-- What must hold whoever writes: a page, the API, a job or a person with psql.

ALTER TABLE contacts ADD CONSTRAINT contacts_once UNIQUE (channel, account, external_id);
ALTER TABLE contacts ADD CONSTRAINT contacts_state CHECK (state IN
  ('received','unparsed','triaged','attached','closed','spam','quarantined'));
ALTER TABLE contacts ADD CONSTRAINT contacts_closed_by_a_person CHECK
  (state NOT IN ('closed','spam') OR (wrap_up IS NOT NULL AND seen_by IS NOT NULL AND closed_at IS NOT NULL));
ALTER TABLE contacts ADD CONSTRAINT contacts_danger CHECK (danger = (urgency <= 1));

ALTER TABLE cases ADD CONSTRAINT cases_status CHECK (status IN
  ('triage','offered','accepted','in_progress','outcome_recorded','closed','reopened'));
ALTER TABLE cases ADD CONSTRAINT cases_urgency CHECK (urgency BETWEEN 0 AND 4);
ALTER TABLE cases ADD CONSTRAINT cases_regime CHECK (regime IN ('signal','appeal'));
ALTER TABLE cases ADD CONSTRAINT cases_check_kind CHECK (check_kind IN
  ('visit','safe_check_without_visit','postponed_at_victims_wish','documents'));
ALTER TABLE cases ADD CONSTRAINT cases_assistance_code CHECK (assistance_code IN
  ('counselling','protection','placement','medical','legal','material','education','mediation','information','other'));
ALTER TABLE cases ADD CONSTRAINT cases_exception_code CHECK (exception_code IN
  ('left_the_country','deceased','cannot_be_found','handed_to_court_or_investigation','duplicate_of_open_case','no_person_in_need'));
-- By every appeal help is given and a check is made. (A CHECK lets NULL through: hence coalesce.)
ALTER TABLE cases ADD CONSTRAINT cases_end_with_assistance_and_check CHECK (
  status NOT IN ('closed','outcome_recorded')
  OR coalesce(assistance_code IS NOT NULL AND length(sealed_assistance) > 28 AND assistance_at IS NOT NULL
      AND check_kind IS NOT NULL AND length(sealed_check) > 28 AND check_at IS NOT NULL
      AND (check_kind <> 'postponed_at_victims_wish' OR risk_assessed), false)
  OR coalesce(status = 'closed' AND exception_code IS NOT NULL AND exception_by IS NOT NULL
      AND exception_second IS NOT NULL AND exception_by <> exception_second, false));
ALTER TABLE cases ADD CONSTRAINT cases_closed_at CHECK ((status = 'closed') = (closed_at IS NOT NULL));

ALTER TABLE referrals ADD CONSTRAINT referrals_status CHECK (status IN
  ('proposed','offered','accepted','declined','returned','withdrawn','done'));
ALTER TABLE referrals ADD CONSTRAINT referrals_offered_by CHECK
  (status IN ('proposed','withdrawn') OR coalesce(offered_at IS NOT NULL AND offered_by IN ('person','screened_source','fail_safe'), false));
ALTER TABLE clocks ADD CONSTRAINT clocks_state CHECK (state IN ('running','paused','met','breached','cancelled'));

CREATE UNIQUE INDEX referrals_one_lead ON referrals (case_id) WHERE lead AND status IN ('proposed','offered','accepted','done');
CREATE UNIQUE INDEX handoffs_once ON handoffs (case_id, service);

CREATE INDEX contacts_queue ON contacts (urgency, danger_score DESC, id) WHERE seen_at IS NULL AND (state IN ('received','unparsed','triaged') OR (state = 'attached' AND NOT screened));
-- For "since" and the hours of a day; costs next to nothing when a contact comes in.
CREATE INDEX contacts_by_time ON contacts USING brin (received_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX contacts_by_state ON contacts (state, id DESC);
CREATE INDEX contacts_by_channel ON contacts (channel, id DESC);
CREATE INDEX contacts_by_case ON contacts (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX contacts_by_thread ON contacts (thread_hash, id DESC) WHERE thread_hash IS NOT NULL;
CREATE INDEX contact_traces_by_contact ON contact_traces (contact_id);
-- No deadline sorts as the year 9999: so one row comparison finds where a page begins.
CREATE INDEX cases_open ON cases (urgency, (coalesce(due_at, '9999-12-31 00:00:00+00'::timestamptz)), id) WHERE status <> 'closed';
CREATE INDEX cases_open_by_region ON cases (region, urgency, (coalesce(due_at, '9999-12-31 00:00:00+00'::timestamptz)), id) WHERE status <> 'closed';
CREATE INDEX cases_overseen ON cases (region, status, id) WHERE shown_at IS NOT NULL;
CREATE INDEX cases_held ON cases (id) WHERE held;
CREATE INDEX cases_by_region ON cases (region, id DESC);
CREATE INDEX cases_due ON cases (due_at, id) WHERE status <> 'closed';
CREATE INDEX cases_by_status ON cases (status, id DESC);
CREATE INDEX referrals_by_case ON referrals (case_id);
CREATE INDEX referrals_inbox ON referrals (body_id, status, urgency, (coalesce(due_at, '9999-12-31 00:00:00+00'::timestamptz)), case_id);
CREATE INDEX referrals_done ON referrals (body_id, case_id DESC) WHERE status = 'done';
CREATE INDEX referrals_in_conflict ON referrals (body_id, case_id) WHERE declined_code = 'conflict';
CREATE INDEX handoffs_open ON handoffs (required_at) WHERE state <> 'accepted';
-- The sweep reads only this; due_at stays put, so that the index stays small.
CREATE INDEX clocks_to_look_at ON clocks (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX clocks_by_case ON clocks (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX clocks_by_contact ON clocks (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX clocks_accepted ON clocks (met_at) WHERE name = 'acceptance' AND met_at IS NOT NULL;
CREATE INDEX clock_events_by_clock ON clock_events (clock_id, id);
CREATE INDEX breaches_by_case ON breaches (case_id);
CREATE INDEX breaches_by_time ON breaches (judged_at);
CREATE INDEX escalations_by_clock ON escalations (clock_id);
CREATE INDEX case_events_by_case ON case_events (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX case_events_by_contact ON case_events (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX case_notes_by_case ON case_notes (case_id, id);
CREATE INDEX decisions_by_case ON decisions (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX decisions_by_contact ON decisions (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX notices_unseen ON notices (audience, id DESC) WHERE seen_at IS NULL;
CREATE INDEX outbox_open ON outbox (queue, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_dead ON outbox (id) WHERE dead_at IS NOT NULL AND done_at IS NULL;
CREATE INDEX outbox_by_subject ON outbox (subject_id) WHERE done_at IS NULL;
CREATE INDEX drafts_by_person ON drafts (person_id, saved_at DESC);
CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE INDEX memberships_by_body ON memberships (body_id);
CREATE INDEX bodies_by_place ON bodies (region, kind);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'HL001';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON clock_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON breaches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON escalations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Forgetting destroys keys; rows stay, so that every number still adds up.
CREATE TRIGGER never_deleted BEFORE DELETE ON cases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Counting: each statement leaves its difference; the sweep folds differences into counters,
-- so that no two writers ever wait for one row and a board needs no full count.
CREATE FUNCTION count_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO counter_deltas (name, key, n)
      SELECT 'contact', channel || '|' || state || '|' || urgency, count(*) FROM fresh GROUP BY 2;
  ELSE
    INSERT INTO counter_deltas (name, key, n)
      SELECT 'contact', k, sum(d) FROM (
        SELECT channel || '|' || state || '|' || urgency AS k, 1 AS d FROM fresh
        UNION ALL SELECT channel || '|' || state || '|' || urgency, -1 FROM stale) AS both_sides
      GROUP BY k HAVING sum(d) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_insert AFTER INSERT ON contacts REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION count_contacts();
CREATE TRIGGER count_update AFTER UPDATE ON contacts REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION count_contacts();

CREATE FUNCTION count_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO counter_deltas (name, key, n)
      SELECT 'case', coalesce(region, '') || '|' || status || '|' || urgency, count(*) FROM fresh GROUP BY 2;
  ELSE
    INSERT INTO counter_deltas (name, key, n)
      SELECT 'case', k, sum(d) FROM (
        SELECT coalesce(region, '') || '|' || status || '|' || urgency AS k, 1 AS d FROM fresh
        UNION ALL SELECT coalesce(region, '') || '|' || status || '|' || urgency, -1 FROM stale) AS both_sides
      GROUP BY k HAVING sum(d) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_insert AFTER INSERT ON cases REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION count_cases();
CREATE TRIGGER count_update AFTER UPDATE ON cases REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION count_cases();

CREATE FUNCTION count_referrals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO counter_deltas (name, key, n)
      SELECT 'referral', body_id || '|' || status || '|' || urgency, count(*) FROM fresh GROUP BY 2;
  ELSE
    INSERT INTO counter_deltas (name, key, n)
      SELECT 'referral', k, sum(d) FROM (
        SELECT body_id || '|' || status || '|' || urgency AS k, 1 AS d FROM fresh
        UNION ALL SELECT body_id || '|' || status || '|' || urgency, -1 FROM stale) AS both_sides
      GROUP BY k HAVING sum(d) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_insert AFTER INSERT ON referrals REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION count_referrals();
CREATE TRIGGER count_update AFTER UPDATE ON referrals REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION count_referrals();

ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE clocks SET (fillfactor = 85);
