-- +goose Up

-- When each field of an account was last spoken of.
ALTER TABLE accounts ADD COLUMN said TEXT;
