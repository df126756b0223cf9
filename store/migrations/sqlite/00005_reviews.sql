-- +goose Up

-- The weekly reviews, each once: whichever node is first.
CREATE TABLE reviews (
  week TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  "at" TIMESTAMP NOT NULL
);
