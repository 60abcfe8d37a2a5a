-- Work given to many units at once: what was asked for, and what became of each item. What waits is found again after a stop.
-- Messages are stored as they came, in base64: the assignment and the receivers of the request, and a refusal as the rpc would have answered it.
CREATE TABLE batches (
    id uuid PRIMARY KEY,
    assignment text NOT NULL,
    working_deadline text,
    note text NOT NULL,
    caller text NOT NULL,
    caller_role text NOT NULL,
    caller_units text NOT NULL,
    request_id text NOT NULL,
    traceparent text,
    item_count integer NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE batch_items (
    batch_id uuid NOT NULL REFERENCES batches (id),
    number integer NOT NULL,
    state text NOT NULL CHECK (state IN ('Pending', 'Issued', 'Refused')),
    receiver text NOT NULL,
    assignment_id uuid REFERENCES assignments (id),
    refusal text,
    finished_at timestamptz,
    PRIMARY KEY (batch_id, number)
);
CREATE INDEX ix_batch_items_batch_id_state ON batch_items (batch_id, state, number);
CREATE INDEX ix_batch_items_pending ON batch_items (batch_id, number) WHERE state = 'Pending';

-- By which an assignment was made, if by one: what a batch gives to many is one order, and no part of it collides with another.
ALTER TABLE assignments ADD COLUMN batch_id uuid;
