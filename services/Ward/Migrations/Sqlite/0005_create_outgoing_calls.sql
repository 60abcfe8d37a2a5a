-- Calls to the city, kept until it has answered. Positions follow the order of the commits: one row is held until each commit.
CREATE TABLE outgoing_head (
    id integer PRIMARY KEY CHECK (id = 1),
    position integer NOT NULL
) STRICT;
INSERT INTO outgoing_head (id, position) VALUES (1, 0);

CREATE TABLE outgoing_calls (
    id text PRIMARY KEY,
    position integer NOT NULL UNIQUE,
    unit text NOT NULL,
    assignment_id text NOT NULL,
    method text NOT NULL,
    request blob NOT NULL,
    state text NOT NULL CHECK (state IN ('Pending', 'Delivered', 'Refused')),
    actor text NOT NULL,
    traceparent text,
    created_at text NOT NULL,
    answered_at text,
    attempt_count integer NOT NULL,
    next_attempt_at text NOT NULL,
    leased_until text,
    refusal_reason text NOT NULL,
    refusal_message text NOT NULL
) STRICT;
CREATE INDEX ix_outgoing_calls_pending ON outgoing_calls (unit, assignment_id, position) WHERE state = 'Pending';
CREATE INDEX ix_outgoing_calls_unit_position ON outgoing_calls (unit, position);
