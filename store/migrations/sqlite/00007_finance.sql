-- +goose Up

-- What was learned from a company's own past: of each kind many versions, of which at most one is live. sum is the
-- SHA-256 of body.
CREATE TABLE learned (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  body BLOB NOT NULL,
  sum TEXT NOT NULL,
  trained_at TIMESTAMP NOT NULL,
  live BOOLEAN NOT NULL,
  note TEXT NOT NULL
);
CREATE UNIQUE INDEX learned_live ON learned (kind) WHERE live;
CREATE INDEX learned_kind ON learned (kind, trained_at);

-- The last balance of each account on each day on which one was told.
CREATE TABLE past_balances (
  id TEXT NOT NULL,
  "day" TEXT NOT NULL,
  entity TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  amount_currency TEXT NOT NULL,
  as_of TIMESTAMP NOT NULL,
  PRIMARY KEY (id, "day")
);
CREATE INDEX past_balances_pool ON past_balances (entity, amount_currency, "day");

-- What came in less what went out of a pool on a day, beside payables and receivables.
CREATE TABLE residuals (
  pool TEXT NOT NULL,
  "day" TEXT NOT NULL,
  minor INTEGER NOT NULL,
  PRIMARY KEY (pool, "day")
);

-- Cash that is expected to come (above nothing) or go (below) beside any invoice: entered by people, or found in history.
CREATE TABLE planned_items (
  id TEXT PRIMARY KEY,
  pool TEXT NOT NULL,
  what TEXT NOT NULL,
  vendor_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  amount_currency TEXT NOT NULL,
  "on" TEXT NOT NULL,
  every TEXT NOT NULL,
  until TEXT NOT NULL,
  origin TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);
CREATE INDEX planned_pool ON planned_items (pool);

-- What a decision to hold is about, however its invoices change otherwise: a case that a person has dismissed does not
-- alert again.
ALTER TABLE decisions ADD COLUMN case_id TEXT NOT NULL DEFAULT '';
CREATE INDEX decisions_case ON decisions (case_id) WHERE case_id <> '';

CREATE INDEX payables_paid ON payables (entity, amount_currency, paid_on) WHERE paid_on <> '';
CREATE INDEX receivables_paid ON receivables (entity, amount_currency, paid_on) WHERE paid_on <> '';
