-- What monitoring announced about a deadline of the unit, each rung once for each due time.
CREATE TABLE deadline_notices (
    unit text NOT NULL,
    assignment_id uuid NOT NULL,
    revision integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('DueSoon', 'Missed', 'Escalated')),
    due_at timestamptz NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (unit, assignment_id, revision, kind)
);
