-- +goose Up

-- A ticket's custom fields by name, and the marks by which tickets about the same thing are known.
ALTER TABLE tickets ADD COLUMN fields TEXT;
ALTER TABLE tickets ADD COLUMN marks TEXT;
CREATE INDEX tickets_created ON tickets (created_at, id);

-- How often somebody of the account had to be brought in before.
ALTER TABLE accounts ADD COLUMN escalations BIGINT NOT NULL DEFAULT 0;

-- How a learned model did on what was held back from it, beside what judged then.
CREATE TABLE trials (
  learned_id TEXT PRIMARY KEY,
  former TEXT NOT NULL,
  examples BIGINT NOT NULL,
  held BIGINT NOT NULL,
  "right" BIGINT NOT NULL,
  rival BIGINT NOT NULL,
  only_own BIGINT NOT NULL,
  only_rival BIGINT NOT NULL,
  chance DOUBLE PRECISION NOT NULL,
  better BOOLEAN NOT NULL
);

-- What is usual of a customer, or of a queue.
CREATE TABLE norms (
  id TEXT PRIMARY KEY,
  emotion TEXT,
  complexity TEXT,
  "at" TIMESTAMPTZ NOT NULL
);

-- Which incident a ticket is of.
CREATE TABLE incident_tickets (
  ticket TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  "at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX incident_tickets_of ON incident_tickets (incident, "at");

CREATE INDEX decisions_action ON decisions ("action", created_at);

-- What another judge said of a decision, beside it.
CREATE TABLE second_opinions (
  decision_id TEXT NOT NULL,
  model TEXT NOT NULL,
  "action" TEXT NOT NULL,
  own TEXT NOT NULL,
  other TEXT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  error TEXT NOT NULL,
  "at" TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (decision_id, model)
);
CREATE INDEX second_opinions_at ON second_opinions (model, "at");
