-- What monitoring said about a deadline of the unit, numbered for each assignment: the rungs of its ladder, and what officers wrote.
CREATE TABLE deadline_notices (
    unit text NOT NULL,
    assignment_id uuid NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('DueSoon', 'Missed', 'Escalated', 'Reminder')),
    due_at timestamptz,
    occurred_at timestamptz NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (unit, assignment_id, number)
);
