-- +goose Up

-- The log by a state that few decisions end in: without it, everything that was ever decided is walked for them.
CREATE INDEX decisions_undone ON decisions (state, created_at, seq) WHERE state IN ('superseded', 'reverted');
