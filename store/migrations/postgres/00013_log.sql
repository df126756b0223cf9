-- +goose Up

-- The log by a state that few decisions end in: without it, everything that was ever decided is walked for them.
CREATE INDEX decisions_undone ON decisions (state, created_at, seq) WHERE state IN ('superseded', 'reverted');

-- What is open, asked longest first, for the inbox.
CREATE INDEX decisions_open ON decisions (created_at, item, domain, state) WHERE state IN ('asked', 'waiting', 'expired', 'failed');
