-- A clock keeps what was told of it, not where on a ladder; and when it was given up.

ALTER TABLE clocks
  ADD COLUMN told_percent SMALLINT DEFAULT 0 NOT NULL,
  ADD COLUMN cancelled_at TIMESTAMP WITH TIME ZONE;

-- What was told last, unless another urgency began the ladder anew since.
UPDATE clocks SET told_percent = last.percent
FROM (
  SELECT DISTINCT ON (e.clock_id) e.clock_id, (e.data->>'percent')::smallint AS percent
  FROM clock_events e
  WHERE e.event = 'escalated' AND NOT EXISTS (
    SELECT FROM clock_events r
    WHERE r.clock_id = e.clock_id AND r.id > e.id AND r.event = 'recomputed'
      AND (r.data->>'next_step')::int = 0
  )
  ORDER BY e.clock_id, e.id DESC
) AS last
WHERE clocks.id = last.clock_id;

ALTER TABLE clocks DROP COLUMN next_step;

-- What was late when its referral or case ended had no line that it ended.
INSERT INTO clock_events (clock_id, at, event, data)
SELECT c.id, coalesce(r.ended_at, k.closed_at), 'cancelled',
  CASE WHEN r.declined_code IS NOT NULL THEN jsonb_build_object('reason', r.declined_code)
       WHEN r.status = 'done' AND NOT r.lead THEN '{"reason": "part_done"}'
       WHEN k.closed_at IS NOT NULL THEN '{"reason": "case_closed"}' ELSE '{}' END
FROM clocks c JOIN cases k ON k.id = c.case_id LEFT JOIN referrals r ON r.id = c.referral_id
WHERE c.state = 'breached' AND c.next_look_at IS NULL
  AND c.started_at < coalesce(r.ended_at, k.closed_at)
  AND c.name NOT IN ('lowered_reread', 'guardianship_register', 'hospital_stay');

UPDATE clocks SET cancelled_at = e.at FROM clock_events e
WHERE e.clock_id = clocks.id AND e.event = 'cancelled'
  AND clocks.state IN ('breached', 'cancelled');
