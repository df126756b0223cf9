-- +goose Up

-- Policies that are tried out beside the one in force, by name.
CREATE TABLE challengers (
  name TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  sum TEXT NOT NULL,
  "by" TEXT,
  "at" TIMESTAMP NOT NULL,
  ended_by TEXT,
  ended_at TIMESTAMP NOT NULL,
  became TEXT NOT NULL
);

-- What other judges would have proposed where a decision was made. They have no effect.
CREATE TABLE shadows (
  decision_id TEXT NOT NULL,
  candidate TEXT NOT NULL,
  "value" TEXT NOT NULL,
  confidence REAL NOT NULL,
  "at" TIMESTAMP NOT NULL,
  PRIMARY KEY (decision_id, candidate)
);
CREATE INDEX shadows_candidate ON shadows (candidate, "at");
