-- +goose Up

-- Whether a person's verdict on the decision is kept: it counts once.
ALTER TABLE decisions ADD COLUMN judged BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX decisions_slice ON decisions ("action", segment, model, seq, confidence, autonomous, judged);

-- What people thought of decisions, one a decision.
CREATE TABLE verdicts (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  decision_id TEXT NOT NULL UNIQUE,
  "action" TEXT NOT NULL,
  segment TEXT NOT NULL,
  model TEXT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  wrong BOOLEAN NOT NULL,
  audit BOOLEAN NOT NULL,
  unanswered BOOLEAN NOT NULL,
  unasked BOOLEAN NOT NULL,
  rate DOUBLE PRECISION NOT NULL,
  stopped BOOLEAN NOT NULL,
  earns BOOLEAN NOT NULL,
  why TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX verdicts_slice ON verdicts ("action", segment, model, seq);
CREATE INDEX verdicts_by ON verdicts ("by", "at");
CREATE INDEX verdicts_at ON verdicts ("at");

-- What is kept of each slice: evidence, level, detectors; changed by compare-and-set on the version.
CREATE TABLE standings (
  id TEXT PRIMARY KEY,
  "action" TEXT NOT NULL,
  segment TEXT NOT NULL,
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL
);

-- Levels that managers granted ahead of evidence, apart from those that the policy file gives.
CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  "action" TEXT NOT NULL,
  segment TEXT NOT NULL,
  level TEXT NOT NULL,
  "by" TEXT NOT NULL,
  until TEXT NOT NULL,
  reason TEXT NOT NULL,
  "at" TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ NOT NULL,
  ended TEXT NOT NULL
);
