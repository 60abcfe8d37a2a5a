-- Officials and the posts that they hold in units: name, role and dates, nothing else of a person.
CREATE TABLE officials (
    id uuid PRIMARY KEY,
    display_name text NOT NULL,
    illustrative boolean NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE appointments (
    id uuid PRIMARY KEY,
    official_id uuid NOT NULL REFERENCES officials (id),
    unit text NOT NULL REFERENCES units (id),
    organ text NOT NULL,
    role text NOT NULL,
    is_head boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    version bigint NOT NULL
);
CREATE INDEX ix_appointments_official_id ON appointments (official_id);
CREATE INDEX ix_appointments_unit ON appointments (unit);
-- One open headship at a time; that closed ones do not overlap is checked while the unit is held.
CREATE UNIQUE INDEX ix_appointments_unit_organ ON appointments (unit, organ) WHERE is_head AND valid_to IS NULL;

CREATE TABLE handovers (
    id uuid PRIMARY KEY,
    unit text NOT NULL REFERENCES units (id),
    organ text NOT NULL,
    from_id uuid REFERENCES appointments (id),
    to_id uuid REFERENCES appointments (id),
    date date NOT NULL,
    note text NOT NULL,
    assignment_count integer NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL
);
CREATE INDEX ix_handovers_unit ON handovers (unit, id);
