-- +goose Up

-- The index that searches in the log go by, filled behind the drain: see store/index.go. Blocks are of consecutive decisions,
-- and hold of them when the oldest and the newest was made.
CREATE TABLE log_blocks (
  block INTEGER PRIMARY KEY,
  oldest TIMESTAMP NOT NULL,
  newest TIMESTAMP NOT NULL
);

-- In which rows of its block each three letters in a row occur; id is block * 256 + the bucket of the letters.
CREATE TABLE log_grams (
  id INTEGER PRIMARY KEY,
  grams BLOB NOT NULL
);

-- Decisions whose texts have changed since their block was made, or before it is, and how often.
CREATE TABLE log_changed (
  seq INTEGER PRIMARY KEY,
  times INTEGER NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER log_changes AFTER UPDATE OF title, item, "value", created_at ON decisions
WHEN OLD.title <> NEW.title OR OLD.item <> NEW.item OR OLD."value" <> NEW."value" OR OLD.created_at <> NEW.created_at
BEGIN
  INSERT INTO log_changed (seq, times) VALUES (NEW.seq, 1) ON CONFLICT (seq) DO UPDATE SET times = times + 1;
END;
-- +goose StatementEnd
