-- The steps of a deadline's ladder. A new due date is a new revision with rungs of its own. An armed one fires when its time has come.
CREATE TABLE rungs (
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    revision integer NOT NULL,
    kind text NOT NULL,
    fire_at timestamptz NOT NULL,
    armed boolean NOT NULL,
    fired_at timestamptz,
    PRIMARY KEY (assignment_id, revision, kind)
);
CREATE INDEX ix_rungs_fire_at ON rungs (fire_at) WHERE armed AND fired_at IS NULL;
CREATE INDEX ix_rungs_kind ON rungs (kind) WHERE fired_at IS NOT NULL;
