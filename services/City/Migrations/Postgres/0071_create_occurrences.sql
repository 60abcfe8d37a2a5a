-- When the next occurrence of a periodic duty is to be issued. A duty that has ended has no row.
CREATE TABLE recurring_duties (
    duty_id uuid PRIMARY KEY REFERENCES assignments (id),
    next_at timestamptz NOT NULL
);
CREATE INDEX ix_recurring_duties_next_at ON recurring_duties (next_at, duty_id);

-- What duties asked for, each time: by a period, or because somebody asked. Without an assignment it could not be issued.
CREATE TABLE occurrences (
    id uuid PRIMARY KEY,
    duty_id uuid NOT NULL REFERENCES assignments (id),
    period text NOT NULL,
    due_on date NOT NULL,
    requester_name text,
    requester_role text,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    assignment_id uuid REFERENCES assignments (id),
    refusal text
);
-- A period has one occurrence.
CREATE UNIQUE INDEX ix_occurrences_duty_id_period ON occurrences (duty_id, period) WHERE period <> '';
CREATE INDEX ix_occurrences_duty_id ON occurrences (duty_id, id);
