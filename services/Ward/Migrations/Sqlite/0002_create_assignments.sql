-- The units' copy of their assignments: the city's last word once, and beside it which units it concerns.
CREATE TABLE assignments (
    id text PRIMARY KEY,
    version integer NOT NULL,
    snapshot text NOT NULL,
    updated_at text NOT NULL
) STRICT;

CREATE TABLE assignment_units (
    unit text NOT NULL,
    assignment_id text NOT NULL,
    created_at text NOT NULL,
    PRIMARY KEY (unit, assignment_id)
) STRICT;
CREATE INDEX ix_assignment_units_created_at ON assignment_units (unit, created_at, assignment_id);
