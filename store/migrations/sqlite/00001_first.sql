-- +goose Up

-- What arrived, in the order in which it did.
CREATE TABLE inbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  "key" TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  body BLOB,
  received_at TIMESTAMP NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done')),
  UNIQUE (source, "key")
);
CREATE INDEX inbox_pending ON inbox (seq) WHERE state = 'pending';

-- The head of each writer's chain, so that lines cut off its end are missed.
CREATE TABLE ledger_heads (
  writer TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  sum BLOB NOT NULL
);

-- Append-only. digest covers the texts, sum covers digest and the line before, so that texts can be erased and the chain
-- still verifies.
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at TIMESTAMP NOT NULL,
  decision_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  item TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  "by" TEXT,
  "text" TEXT,
  salt BLOB,
  digest BLOB NOT NULL,
  prev BLOB NOT NULL,
  sum BLOB NOT NULL,
  UNIQUE (writer, seq)
);
CREATE INDEX ledger_item ON ledger (item, at);

CREATE TABLE echoes (
  fingerprint TEXT PRIMARY KEY,
  at TIMESTAMP NOT NULL
);
CREATE INDEX echoes_at ON echoes (at);

CREATE TABLE budgets (
  budget TEXT PRIMARY KEY,
  n INTEGER NOT NULL,
  at TIMESTAMP NOT NULL
);

CREATE TABLE cursors (
  source TEXT PRIMARY KEY,
  "cursor" TEXT NOT NULL
);

CREATE TABLE meta (
  "key" TEXT PRIMARY KEY,
  value BLOB NOT NULL
);

-- Sign-in links, API tokens and browser sessions, each by the SHA-256 of what its holder has.
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  use TEXT NOT NULL,
  person_id TEXT NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX tokens_expiry ON tokens (expires_at);

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  data BLOB NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tickets (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  "text" TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  group_name TEXT NOT NULL,
  assignee TEXT NOT NULL,
  tags TEXT,
  requester_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  language TEXT NOT NULL,
  channel TEXT NOT NULL,
  url TEXT NOT NULL,
  thread TEXT,
  reopens INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  tier TEXT NOT NULL,
  arr_minor INTEGER NOT NULL,
  arr_currency TEXT NOT NULL,
  renewal_on TEXT NOT NULL,
  past_due_minor INTEGER NOT NULL,
  past_due_currency TEXT NOT NULL,
  churn_risk REAL NOT NULL,
  v_ip BOOLEAN NOT NULL,
  open_issues INTEGER NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE vendors (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  class TEXT NOT NULL,
  banks TEXT,
  first_seen TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE payables (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  entity TEXT NOT NULL,
  vendor_id TEXT NOT NULL,
  vendor_name TEXT NOT NULL,
  invoice TEXT NOT NULL,
  po TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  amount_currency TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  terms_discount_bps INTEGER NOT NULL,
  terms_discount_until TEXT NOT NULL,
  late_fee_minor INTEGER NOT NULL,
  late_fee_currency TEXT NOT NULL,
  bank TEXT NOT NULL,
  requester TEXT NOT NULL,
  status TEXT NOT NULL,
  pay_on TEXT NOT NULL,
  paid_on TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE receivables (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  entity TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  invoice TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  amount_currency TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  expected_on TEXT NOT NULL,
  paid_on TEXT NOT NULL,
  cancelled BOOLEAN NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE balances (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  entity TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  amount_currency TEXT NOT NULL,
  as_of TIMESTAMP NOT NULL
);

CREATE TABLE snapshots (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  item TEXT NOT NULL,
  facts TEXT,
  "at" TIMESTAMP NOT NULL
);

CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  event_id TEXT NOT NULL,
  item TEXT NOT NULL,
  "action" TEXT NOT NULL,
  domain TEXT NOT NULL,
  subject TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  "value" TEXT NOT NULL,
  "before" TEXT NOT NULL,
  "final" TEXT NOT NULL,
  confidence REAL NOT NULL,
  reasons TEXT,
  options TEXT,
  segment TEXT NOT NULL,
  title TEXT NOT NULL,
  requester TEXT NOT NULL,
  ruling TEXT,
  answers TEXT,
  autonomous BOOLEAN NOT NULL,
  act_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  note TEXT NOT NULL,
  facts_id TEXT NOT NULL,
  model TEXT NOT NULL,
  policy TEXT NOT NULL,
  build TEXT NOT NULL
);

CREATE TABLE effects (
  id TEXT PRIMARY KEY,
  ref TEXT NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  domain TEXT NOT NULL,
  source TEXT NOT NULL,
  item TEXT NOT NULL,
  state TEXT NOT NULL,
  run_at TIMESTAMP NOT NULL,
  made_at TIMESTAMP NOT NULL,
  error TEXT NOT NULL
);

CREATE TABLE switches (
  domain TEXT PRIMARY KEY,
  paused BOOLEAN NOT NULL,
  "by" TEXT NOT NULL,
  why TEXT NOT NULL,
  "at" TIMESTAMP NOT NULL
);

CREATE TABLE card_refs (
  item TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  ts TEXT NOT NULL,
  nonce TEXT NOT NULL,
  digest TEXT NOT NULL,
  revision INTEGER NOT NULL,
  tried_at TIMESTAMP NOT NULL
);

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  "key" TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  body BLOB,
  error TEXT NOT NULL,
  field TEXT NOT NULL,
  "at" TIMESTAMP NOT NULL,
  tries INTEGER NOT NULL,
  replayed_at TIMESTAMP NOT NULL
);

-- Newest first, the fronts of subject lines only: they can be longer than an index entry may be.
CREATE INDEX tickets_similar ON tickets (substr(subject, 1, 80), created_at);

CREATE INDEX payables_vendor ON payables (vendor_id, created_at);
CREATE INDEX payables_amount ON payables (amount_minor, amount_currency, created_at);
CREATE INDEX payables_bank ON payables (bank, created_at) WHERE bank <> '';
CREATE INDEX payables_open ON payables (entity, amount_currency) WHERE status IN ('open', 'held', '');
CREATE INDEX receivables_open ON receivables (entity, amount_currency) WHERE paid_on = '' AND NOT cancelled;
CREATE INDEX balances_pool ON balances (entity, amount_currency);

CREATE INDEX snapshots_item ON snapshots (item, seq);

CREATE UNIQUE INDEX decision_once ON decisions (event_id, item, action);
CREATE UNIQUE INDEX decision_open_once ON decisions (item, action) WHERE state IN ('asked', 'waiting', 'expired', 'failed');
CREATE INDEX decisions_item ON decisions (item, action, seq);
CREATE INDEX decisions_active ON decisions (state, domain, created_at)
  WHERE state IN ('asked', 'waiting', 'applying', 'reverting', 'expired', 'failed');
CREATE INDEX decisions_log ON decisions (created_at, seq);

CREATE UNIQUE INDEX effect_once ON effects (ref, kind, version);
CREATE INDEX effects_state ON effects (state, made_at);

CREATE INDEX dead_letters_at ON dead_letters (at);

-- +goose StatementBegin
CREATE TRIGGER ledger_keeps BEFORE DELETE ON ledger
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger
WHEN NEW.id IS NOT OLD.id OR NEW.writer IS NOT OLD.writer OR NEW.seq IS NOT OLD.seq OR NEW.at IS NOT OLD.at
  OR NEW.decision_id IS NOT OLD.decision_id OR NEW.version IS NOT OLD.version OR NEW.item IS NOT OLD.item
  OR NEW.kind IS NOT OLD.kind OR NEW.state IS NOT OLD.state OR NEW.digest IS NOT OLD.digest
  OR NEW.prev IS NOT OLD.prev OR NEW.sum IS NOT OLD.sum
  OR NEW."by" IS NOT NULL OR NEW."text" IS NOT NULL OR NEW.salt IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: texts can be erased, nothing can be changed');
END;
-- +goose StatementEnd
