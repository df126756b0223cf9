-- +goose Up

-- What other systems propose, as they last told of it.
CREATE TABLE submissions (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  item TEXT NOT NULL,
  "action" TEXT NOT NULL,
  title TEXT NOT NULL,
  "value" TEXT NOT NULL,
  "before" TEXT NOT NULL,
  options TEXT,
  facts TEXT,
  amount_minor BIGINT NOT NULL,
  amount_currency TEXT NOT NULL,
  stated DOUBLE PRECISION NOT NULL,
  reasons TEXT,
  reversible BOOLEAN NOT NULL,
  requester TEXT NOT NULL,
  segment TEXT NOT NULL,
  model TEXT NOT NULL,
  url TEXT NOT NULL,
  withdrawn BOOLEAN NOT NULL,
  why TEXT NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);

-- By which another system knows the decision, how sure it said it was, and whether it takes back what it did.
ALTER TABLE decisions ADD COLUMN proposal TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN stated DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN reversible BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX decisions_stated ON decisions ("action", model, seq) WHERE stated > 0;
