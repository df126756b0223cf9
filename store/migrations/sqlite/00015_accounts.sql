-- +goose Up

-- When each field of an account was last spoken of, and which tickets of it were escalated.
ALTER TABLE accounts ADD COLUMN said TEXT;
ALTER TABLE accounts ADD COLUMN escalated TEXT;

-- What a customer is called who owes an invoice.
ALTER TABLE receivables ADD COLUMN customer_name TEXT NOT NULL DEFAULT '';
CREATE INDEX receivables_customer ON receivables (customer_id, due_on) WHERE paid_on = '' AND NOT cancelled;

-- Names that accounts ("account:helpdesk:8447") and customers who owe invoices ("erp/c-12") go by, in the plain form in which
-- spellings meet.
CREATE TABLE customer_names (
  name TEXT NOT NULL,
  customer TEXT NOT NULL,
  PRIMARY KEY (name, customer)
);
CREATE INDEX customer_names_customer ON customer_names (customer);
