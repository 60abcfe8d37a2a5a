-- Parts of an assignment that the unit allocated to its officials, numbered in the order of their creation, each with whom it was allocated to before.
CREATE TABLE work_items (
    id uuid PRIMARY KEY,
    unit text NOT NULL,
    assignment_id uuid NOT NULL,
    number integer NOT NULL,
    title text NOT NULL,
    official text NOT NULL,
    official_role text NOT NULL,
    collective text NOT NULL,
    allocated_at timestamptz NOT NULL,
    former text NOT NULL,
    due_date date,
    late_reason text NOT NULL,
    weight integer NOT NULL CHECK (weight > 0),
    progress_percent integer NOT NULL CHECK (progress_percent BETWEEN 0 AND 100),
    note text NOT NULL,
    illustrative boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    UNIQUE (unit, assignment_id, number)
);
