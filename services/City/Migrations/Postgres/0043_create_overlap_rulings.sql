-- What an assigner decided about two works that collide. Never changed; the last one about the two holds.
CREATE TABLE overlap_rulings (
    id uuid PRIMARY KEY,
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    other_id uuid NOT NULL REFERENCES assignments (id),
    work_id uuid NOT NULL REFERENCES works (id),
    other_work_id uuid NOT NULL REFERENCES works (id),
    findings text NOT NULL,
    ruling text NOT NULL,
    kept_id uuid REFERENCES assignments (id),
    reason text NOT NULL,
    ruled_by text NOT NULL,
    ruled_role text NOT NULL,
    ruled_at timestamptz NOT NULL
);
CREATE INDEX ix_overlap_rulings_assignment_id ON overlap_rulings (assignment_id, id);
CREATE INDEX ix_overlap_rulings_other_id ON overlap_rulings (other_id, id);
CREATE INDEX ix_overlap_rulings_work_id ON overlap_rulings (work_id, other_work_id);
CREATE INDEX ix_overlap_rulings_other_work_id ON overlap_rulings (other_work_id, work_id);
