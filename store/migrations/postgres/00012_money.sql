-- +goose Up

-- What banks have booked, as their statements say it, and which invoices it paid. Open ones are not matched.
CREATE TABLE transactions (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  entity TEXT NOT NULL,
  account TEXT NOT NULL,
  amount_minor BIGINT NOT NULL,
  amount_currency TEXT NOT NULL,
  booked_on TEXT NOT NULL,
  party TEXT NOT NULL,
  party_bank TEXT NOT NULL,
  refs TEXT,
  "text" TEXT NOT NULL,
  reversal BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  settles TEXT,
  undoes TEXT NOT NULL,
  named BOOLEAN NOT NULL,
  why TEXT NOT NULL,
  "by" TEXT NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX transactions_open ON transactions (entity, amount_currency, named, booked_on) WHERE state = 'open';
CREATE INDEX transactions_booked ON transactions (entity, amount_currency, booked_on);

-- What banks have booked of an invoice, and when the books said that it was paid.
ALTER TABLE payables ADD COLUMN booked_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payables ADD COLUMN booked_on TEXT NOT NULL DEFAULT '';
ALTER TABLE payables ADD COLUMN booked_back TEXT NOT NULL DEFAULT '';
ALTER TABLE payables ADD COLUMN booked_told TEXT NOT NULL DEFAULT '';
ALTER TABLE receivables ADD COLUMN booked_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receivables ADD COLUMN booked_on TEXT NOT NULL DEFAULT '';
ALTER TABLE receivables ADD COLUMN booked_back TEXT NOT NULL DEFAULT '';
ALTER TABLE receivables ADD COLUMN booked_told TEXT NOT NULL DEFAULT '';

-- Names that a vendor goes by, its own among them, in the plain form in which spellings meet.
ALTER TABLE vendors ADD COLUMN aliases TEXT;
CREATE TABLE vendor_names (
  name TEXT NOT NULL,
  vendor_id TEXT NOT NULL,
  PRIMARY KEY (name, vendor_id)
);
CREATE INDEX vendor_names_vendor ON vendor_names (vendor_id);
