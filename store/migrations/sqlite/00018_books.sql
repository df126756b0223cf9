-- +goose Up

-- When an invoice is paid, those of its amount that are still to be paid are looked for.
CREATE INDEX payables_copies ON payables (amount_minor, amount_currency) WHERE status IN ('open', 'held', '');

-- The bills on a purchase order, whoever sent them.
CREATE INDEX payables_po ON payables (po, created_at) WHERE po <> '';
