-- Calls to the city, kept until it has answered. Positions follow the order of the commits: one row is held until each commit.
CREATE TABLE outgoing_head (
    id integer PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL
);
INSERT INTO outgoing_head (id, position) VALUES (1, 0);

CREATE TABLE outgoing_calls (
    id uuid PRIMARY KEY,
    position bigint NOT NULL UNIQUE,
    unit text NOT NULL,
    assignment_id uuid NOT NULL,
    method text NOT NULL,
    request bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('Pending', 'Delivered', 'Refused')),
    actor text NOT NULL,
    traceparent text,
    created_at timestamptz NOT NULL,
    answered_at timestamptz,
    attempt_count integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    leased_until timestamptz,
    refusal_reason text NOT NULL,
    refusal_message text NOT NULL
);
CREATE INDEX ix_outgoing_calls_pending ON outgoing_calls (unit, assignment_id, position) WHERE state = 'Pending';
CREATE INDEX ix_outgoing_calls_unit_position ON outgoing_calls (unit, position);
