-- The first answer to each request id, so that a caller whose answer was lost can repeat the call.
CREATE TABLE requests (
    caller text NOT NULL,
    method text NOT NULL,
    request_id text NOT NULL,
    fingerprint text NOT NULL,
    response bytea,
    position bigint,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller, method, request_id)
);
CREATE INDEX ix_requests_created_at ON requests (created_at);
