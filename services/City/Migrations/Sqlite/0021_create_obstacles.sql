-- Where each obstacle stands, so that those who must answer find theirs; the obstacle itself is in the assignment's snapshot.
CREATE TABLE obstacles (
    id text PRIMARY KEY,
    assignment_id text NOT NULL REFERENCES assignments (id),
    number integer NOT NULL,
    state text NOT NULL,
    field text NOT NULL,
    unit text NOT NULL,
    answering_unit text NOT NULL,
    due_at text,
    UNIQUE (assignment_id, number)
) STRICT;
CREATE INDEX ix_obstacles_answering_unit ON obstacles (answering_unit, id);
CREATE INDEX ix_obstacles_unit ON obstacles (unit, id);
CREATE INDEX ix_obstacles_due_at ON obstacles (due_at) WHERE due_at IS NOT NULL;

-- The way that each has gone. Never changed.
CREATE TABLE obstacle_steps (
    id text PRIMARY KEY,
    assignment_id text NOT NULL REFERENCES assignments (id),
    number integer NOT NULL,
    kind text NOT NULL,
    unit text NOT NULL,
    answering_unit text NOT NULL,
    level text NOT NULL,
    due_at text,
    note text NOT NULL,
    addressee text,
    document_id text REFERENCES documents (id),
    document_text text,
    proposed_on text,
    actor text NOT NULL,
    event_at text NOT NULL,
    claimed_at text
) STRICT;
CREATE INDEX ix_obstacle_steps_assignment_id ON obstacle_steps (assignment_id, number, id);
