-- Whether the firing was stopped, because a clock had jumped, and the deadline of real time that shows that firing works.
CREATE TABLE firing (
    id integer PRIMARY KEY CHECK (id = 1),
    stopped_at text,
    reason text NOT NULL,
    confirmed_by text NOT NULL,
    confirmed_ahead_seconds integer NOT NULL
) STRICT;
INSERT INTO firing (id, stopped_at, reason, confirmed_by, confirmed_ahead_seconds) VALUES (1, NULL, '', '', 0);

CREATE TABLE canary (
    id integer PRIMARY KEY CHECK (id = 1),
    fire_at text NOT NULL,
    fired_at text
) STRICT;
