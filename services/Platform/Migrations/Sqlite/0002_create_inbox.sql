-- What was handled commits with its effects, so that a repeat has none; and each source's log is remembered up to where all of it was handled:
-- for each set of types that was asked for, because another release takes others.
CREATE TABLE inbox (
    event_id text PRIMARY KEY,
    source text NOT NULL,
    handled_at text NOT NULL
) STRICT;
CREATE INDEX ix_inbox_source ON inbox (source);
CREATE INDEX ix_inbox_handled_at ON inbox (handled_at);

CREATE TABLE caught_up (
    stream text NOT NULL,
    types text NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (stream, types)
) STRICT;
