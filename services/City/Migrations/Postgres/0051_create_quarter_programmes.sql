-- Work programmes quarter by quarter, and their tasks. A task is carried over once: its successor is unique.
CREATE TABLE quarter_programmes (
    unit text NOT NULL REFERENCES units (id),
    quarter text NOT NULL,
    state text NOT NULL CHECK (state IN ('Open', 'Closed')),
    title text NOT NULL,
    illustrative boolean NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    version bigint NOT NULL,
    PRIMARY KEY (unit, quarter)
);
CREATE INDEX ix_quarter_programmes_quarter_unit ON quarter_programmes (quarter, unit);

CREATE TABLE quarter_items (
    id uuid PRIMARY KEY,
    unit text NOT NULL,
    quarter text NOT NULL,
    number integer NOT NULL,
    content text NOT NULL,
    lead_name text NOT NULL,
    lead_role text NOT NULL,
    due_date date,
    status text NOT NULL CHECK (status IN ('Planned', 'InProgress', 'Done', 'Cancelled')),
    note text NOT NULL,
    assignments text NOT NULL,
    carried_from uuid UNIQUE REFERENCES quarter_items (id),
    carried_from_quarter text,
    first_quarter text NOT NULL,
    carry_count integer NOT NULL,
    version bigint NOT NULL,
    UNIQUE (unit, quarter, number),
    FOREIGN KEY (unit, quarter) REFERENCES quarter_programmes (unit, quarter)
);
CREATE INDEX ix_quarter_items_quarter_unit_number ON quarter_items (quarter, unit, number);
