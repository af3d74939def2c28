-- What moves and sweeps look for while they hold locks must not read a whole table.

CREATE INDEX clocks_by_referral ON clocks (referral_id) WHERE referral_id IS NOT NULL;
CREATE INDEX notices_by_case ON notices (case_id, audience, kind) WHERE case_id IS NOT NULL;
CREATE INDEX referrals_handed ON referrals (handed_from) WHERE handed_from IS NOT NULL;
CREATE INDEX absences_lasting ON absences (to_at) WHERE cancelled_at IS NULL;
