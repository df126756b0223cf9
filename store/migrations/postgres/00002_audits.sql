-- +goose Up

-- Whether people are asked, with remit's own answer hidden, what they would have done where it acted by itself.
ALTER TABLE decisions ADD COLUMN audit_rate DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN audit_state TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN audited TEXT;
CREATE INDEX decisions_audits ON decisions (audit_state, domain, created_at) WHERE audit_state = 'open';
