-- The watch over one due time, with its next rung only: so a ladder's rungs fire in their order, and a sweep costs what is due.
-- plan: by which the next rung was found, 0 for none yet. armed_at: since when its clock runs. published: how much was said about it.
CREATE TABLE watches (
    assignment_id uuid PRIMARY KEY,
    deadline_kind text NOT NULL,
    revision integer NOT NULL,
    due_at timestamptz,
    issued_at timestamptz,
    revised_at timestamptz,
    title text NOT NULL,
    lead_unit text NOT NULL,
    illustrative boolean NOT NULL,
    is_open boolean NOT NULL,
    armed boolean NOT NULL,
    armed_at timestamptz NOT NULL,
    plan bigint NOT NULL,
    next_rung integer,
    next_fire_at timestamptz,
    published bigint NOT NULL DEFAULT 0
);
CREATE INDEX ix_watches_next_fire_at ON watches (next_fire_at, assignment_id) WHERE armed AND next_fire_at IS NOT NULL;
CREATE INDEX ix_watches_plan ON watches (plan) WHERE is_open;

-- What was said about a deadline (đôn đốc): by a rung, or by an officer, whose reminders have no rung. That a rung of a revision stands
-- here once is what makes it fire once.
CREATE TABLE reminders (
    assignment_id uuid NOT NULL,
    number bigint NOT NULL,
    revision integer NOT NULL,
    rung integer,
    told text NOT NULL,
    text text NOT NULL,
    issued_by text NOT NULL,
    due_at timestamptz,
    fire_at timestamptz NOT NULL,
    issued_at timestamptz NOT NULL,
    late boolean NOT NULL,
    PRIMARY KEY (assignment_id, number),
    UNIQUE (assignment_id, revision, rung)
);
CREATE INDEX ix_reminders_rung ON reminders (rung) WHERE rung IS NOT NULL;
