-- Officials and the posts that they hold in units: name, role and dates, nothing else of a person.
CREATE TABLE officials (
    id text PRIMARY KEY,
    display_name text NOT NULL,
    illustrative integer NOT NULL,
    created_at text NOT NULL
) STRICT;

CREATE TABLE appointments (
    id text PRIMARY KEY,
    official_id text NOT NULL REFERENCES officials (id),
    unit text NOT NULL REFERENCES units (id),
    organ text NOT NULL,
    role text NOT NULL,
    is_head integer NOT NULL,
    valid_from text NOT NULL,
    valid_to text,
    version integer NOT NULL
) STRICT;
CREATE INDEX ix_appointments_official_id ON appointments (official_id);
CREATE INDEX ix_appointments_unit ON appointments (unit);
-- One open headship at a time; that closed ones do not overlap is checked while the unit is held.
CREATE UNIQUE INDEX ix_appointments_unit_organ ON appointments (unit, organ) WHERE is_head AND valid_to IS NULL;

CREATE TABLE handovers (
    id text PRIMARY KEY,
    unit text NOT NULL REFERENCES units (id),
    organ text NOT NULL,
    from_id text REFERENCES appointments (id),
    to_id text REFERENCES appointments (id),
    date text NOT NULL,
    note text NOT NULL,
    assignment_count integer NOT NULL,
    created_at text NOT NULL,
    created_by text NOT NULL
) STRICT;
CREATE INDEX ix_handovers_unit ON handovers (unit, id);
