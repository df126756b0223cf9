-- +goose Up

-- The index that searches in the log go by, filled behind the drain: see store/index.go. Blocks are of consecutive decisions,
-- and hold of them when the oldest and the newest was made.
CREATE TABLE log_blocks (
  block BIGINT PRIMARY KEY,
  oldest TIMESTAMPTZ NOT NULL,
  newest TIMESTAMPTZ NOT NULL
);

-- In which rows of its block each three letters in a row occur; id is block * 256 + the bucket of the letters.
CREATE TABLE log_grams (
  id BIGINT PRIMARY KEY,
  grams BYTEA NOT NULL
);

-- Decisions whose texts have changed since their block was made, or before it is, and how often.
CREATE TABLE log_changed (
  seq BIGINT PRIMARY KEY,
  times BIGINT NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION log_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO log_changed AS c (seq, times) VALUES (NEW.seq, 1) ON CONFLICT (seq) DO UPDATE SET times = c.times + 1;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER log_changes AFTER UPDATE OF title, item, "value", created_at ON decisions FOR EACH ROW
WHEN (OLD.title <> NEW.title OR OLD.item <> NEW.item OR OLD."value" <> NEW."value" OR OLD.created_at <> NEW.created_at)
EXECUTE FUNCTION log_changes();
