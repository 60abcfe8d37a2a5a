-- What monitoring said about a deadline of the unit, numbered for each assignment: the rungs of its ladder, and what officers wrote.
CREATE TABLE deadline_notices (
    unit text NOT NULL,
    assignment_id text NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('DueSoon', 'Missed', 'Escalated', 'Reminder')),
    due_at text,
    occurred_at text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (unit, assignment_id, number)
) STRICT;
