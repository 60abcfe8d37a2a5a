-- Events commit with the state they tell of, stay after they were sent, and are numbered in the order of the commits. From `oldest` on the log
-- is whole; before it stands the last state of everything.
CREATE TABLE event_log_head (
    id integer PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL,
    oldest bigint NOT NULL
);
INSERT INTO event_log_head (id, position, oldest) VALUES (1, 0, 1);

CREATE TABLE event_log (
    position bigint PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    units text NOT NULL,
    traceparent text,
    body text NOT NULL,
    sent_at timestamptz
);
CREATE INDEX ix_event_log_unsent ON event_log (position) WHERE sent_at IS NULL;
CREATE INDEX ix_event_log_sent_at ON event_log (sent_at);

CREATE TABLE event_log_units (
    unit text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (unit, position)
);
