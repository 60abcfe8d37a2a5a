-- What took effect, written down once for each time it did and never changed: events with their source, a unit's own acts with who did them.
CREATE TABLE journal (
    id text PRIMARY KEY,
    source text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    version integer NOT NULL,
    actor text NOT NULL,
    request_id text NOT NULL,
    recorded_at text NOT NULL
) STRICT;
CREATE INDEX ix_journal_source ON journal (source, subject, version);
CREATE INDEX ix_journal_recorded_at ON journal (recorded_at);
