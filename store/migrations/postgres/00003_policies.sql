-- +goose Up

-- Every text of the policy that was ever brought, by whom and why, and what became of it.
CREATE TABLE policy_versions (
  number INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  "text" TEXT NOT NULL,
  sum TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('proposed', 'in_force', 'replaced', 'withdrawn')),
  author TEXT,
  savers TEXT,
  via TEXT NOT NULL,
  why TEXT NOT NULL,
  loosens TEXT,
  against INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  approved_by TEXT,
  in_force_at TIMESTAMPTZ,
  ended_by TEXT,
  ended_at TIMESTAMPTZ,
  note TEXT NOT NULL
);
-- One version rules, and one at most waits for a second person.
CREATE UNIQUE INDEX policy_versions_one ON policy_versions (state) WHERE state IN ('proposed', 'in_force');
