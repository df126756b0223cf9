-- +goose Up

-- Who has said that they see to a decision, and until when nobody is reminded of it.
ALTER TABLE decisions ADD COLUMN owner TEXT;
ALTER TABLE decisions ADD COLUMN quiet_until TIMESTAMP NOT NULL DEFAULT -62135596800000000;

-- Cards that people must see first go out first.
ALTER TABLE effects ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX effects_cards ON effects (urgent, made_at) WHERE kind = 'card' AND state = 'queued';

-- When a card was posted, which digest tells of it instead, whether people were told another way, and what its thread says.
ALTER TABLE card_refs ADD COLUMN posted_at TIMESTAMP NOT NULL DEFAULT -62135596800000000;
ALTER TABLE card_refs ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE card_refs ADD COLUMN paged TIMESTAMP NOT NULL DEFAULT -62135596800000000;
ALTER TABLE card_refs ADD COLUMN paged_ok BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE card_refs ADD COLUMN noted TEXT NOT NULL DEFAULT '';
CREATE INDEX card_refs_posted ON card_refs (channel, posted_at);
CREATE INDEX card_refs_held ON card_refs (held) WHERE held <> '';

-- Slack users who asked to be known here, and whom an admin said they are.
CREATE TABLE links (
  slack_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  person_id TEXT NOT NULL,
  "by" TEXT NOT NULL,
  asked_at TIMESTAMP NOT NULL,
  settled_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX links_person ON links (person_id) WHERE state = 'linked';
