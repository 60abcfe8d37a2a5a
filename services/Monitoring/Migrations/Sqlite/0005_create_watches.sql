-- The watch over one due time, with its next rung only: so a ladder's rungs fire in their order, and a sweep costs what is due.
-- plan: by which the next rung was found, 0 for none yet. armed_at: since when its clock runs. published: how much was said about it.
CREATE TABLE watches (
    assignment_id text PRIMARY KEY,
    deadline_kind text NOT NULL,
    revision integer NOT NULL,
    due_at text,
    issued_at text,
    revised_at text,
    title text NOT NULL,
    lead_unit text NOT NULL,
    illustrative integer NOT NULL,
    is_open integer NOT NULL,
    armed integer NOT NULL,
    armed_at text NOT NULL,
    plan integer NOT NULL,
    next_rung integer,
    next_fire_at text,
    published integer NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX ix_watches_next_fire_at ON watches (next_fire_at, assignment_id) WHERE armed AND next_fire_at IS NOT NULL;
CREATE INDEX ix_watches_plan ON watches (plan) WHERE is_open;

-- What was said about a deadline (đôn đốc): by a rung, or by an officer, whose reminders have no rung. That a rung of a revision stands
-- here once is what makes it fire once.
CREATE TABLE reminders (
    assignment_id text NOT NULL,
    number integer NOT NULL,
    revision integer NOT NULL,
    rung integer,
    told text NOT NULL,
    text text NOT NULL,
    issued_by text NOT NULL,
    due_at text,
    fire_at text NOT NULL,
    issued_at text NOT NULL,
    late integer NOT NULL,
    PRIMARY KEY (assignment_id, number),
    UNIQUE (assignment_id, revision, rung)
) STRICT;
CREATE INDEX ix_reminders_rung ON reminders (rung) WHERE rung IS NOT NULL;
