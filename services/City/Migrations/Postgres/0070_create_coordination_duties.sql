-- Whom a unit has to coordinate with outside its line, and what was exchanged about it.
CREATE TABLE coordination_duties (
    id uuid PRIMARY KEY,
    unit text NOT NULL,
    organ text NOT NULL,
    counterpart_kind text NOT NULL,
    counterpart text NOT NULL,
    matter text NOT NULL,
    assignment_id uuid REFERENCES assignments (id),
    document_id uuid REFERENCES documents (id),
    illustrative boolean NOT NULL,
    exchange_count integer NOT NULL,
    last_exchange_on date,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    closed_at timestamptz,
    outcome text NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX ix_coordination_duties_unit ON coordination_duties (unit, id);
CREATE INDEX ix_coordination_duties_assignment_id ON coordination_duties (assignment_id) WHERE assignment_id IS NOT NULL;

CREATE TABLE exchanges (
    duty_id uuid NOT NULL REFERENCES coordination_duties (id),
    number integer NOT NULL,
    kind text NOT NULL,
    date date NOT NULL,
    summary text NOT NULL,
    printed_number text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (duty_id, number)
);
