-- +goose Up

-- To whom of a group a ticket goes.
ALTER TABLE decisions ADD COLUMN assignee TEXT NOT NULL DEFAULT '';

-- How many tickets wait for each group and person is counted now and then, of those alone.
CREATE INDEX tickets_waiting ON tickets (group_name, assignee) WHERE status IN ('open', '') AND (group_name <> '' OR assignee <> '');
