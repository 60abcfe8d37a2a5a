-- The units' copy of their assignments: the city's last word once, and beside it which units it concerns.
CREATE TABLE assignments (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    snapshot text NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE assignment_units (
    unit text NOT NULL,
    assignment_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (unit, assignment_id)
);
CREATE INDEX ix_assignment_units_created_at ON assignment_units (unit, created_at, assignment_id);
