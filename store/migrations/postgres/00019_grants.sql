-- +goose Up

-- What ended a grant is kept with the standing of its action and segment; these were never written.
ALTER TABLE grants DROP COLUMN ended_at;
ALTER TABLE grants DROP COLUMN ended;
