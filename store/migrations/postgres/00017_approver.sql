-- +goose Up

-- Who approved an invoice in the books.
ALTER TABLE payables ADD COLUMN approver TEXT NOT NULL DEFAULT '';
