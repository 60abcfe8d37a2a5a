-- What an assigner decided about two works that collide. Never changed; the last one about the two holds.
CREATE TABLE overlap_rulings (
    id text PRIMARY KEY,
    assignment_id text NOT NULL REFERENCES assignments (id),
    other_id text NOT NULL REFERENCES assignments (id),
    work_id text NOT NULL REFERENCES works (id),
    other_work_id text NOT NULL REFERENCES works (id),
    findings text NOT NULL,
    ruling text NOT NULL,
    kept_id text REFERENCES assignments (id),
    reason text NOT NULL,
    ruled_by text NOT NULL,
    ruled_role text NOT NULL,
    ruled_at text NOT NULL
) STRICT;
CREATE INDEX ix_overlap_rulings_assignment_id ON overlap_rulings (assignment_id, id);
CREATE INDEX ix_overlap_rulings_other_id ON overlap_rulings (other_id, id);
CREATE INDEX ix_overlap_rulings_work_id ON overlap_rulings (work_id, other_work_id);
CREATE INDEX ix_overlap_rulings_other_work_id ON overlap_rulings (other_work_id, work_id);
