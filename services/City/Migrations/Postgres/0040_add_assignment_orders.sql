-- Lists of assignments filter by every field that people ask for, and page by the keys that they are sorted by.
-- What has no due time, or was never issued, is sorted as if that came at the end of time.
ALTER TABLE assignments
    ADD COLUMN assigner text NOT NULL DEFAULT '',
    ADD COLUMN deadline_kind text NOT NULL DEFAULT '',
    ADD COLUMN illustrative boolean NOT NULL DEFAULT false,
    ADD COLUMN obstacle_open boolean NOT NULL DEFAULT false,
    ADD COLUMN extension_pending boolean NOT NULL DEFAULT false,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT '9999-12-31T00:00:00Z',
    ADD COLUMN due_order timestamptz NOT NULL DEFAULT '9999-12-31T00:00:00Z',
    ADD COLUMN issue_order timestamptz NOT NULL DEFAULT '9999-12-31T00:00:00Z';
CREATE INDEX ix_assignments_assigner ON assignments (assigner, id);
CREATE INDEX ix_assignments_created_at ON assignments (created_at);
CREATE INDEX ix_assignments_due_order ON assignments (due_order, id);
CREATE INDEX ix_assignments_open_due_order ON assignments (due_order, id) WHERE state NOT IN ('Completed', 'Returned', 'Cancelled');
CREATE INDEX ix_assignments_issue_order ON assignments (issue_order, id);
CREATE INDEX ix_assignments_lead_unit_issue_order ON assignments (lead_unit, issue_order);
CREATE INDEX ix_assignments_obstacle_open ON assignments (id) WHERE obstacle_open;
CREATE INDEX ix_assignments_extension_pending ON assignments (id) WHERE extension_pending;

-- The same for the lists of one unit, which are read most.
ALTER TABLE assignment_units
    ADD COLUMN is_open boolean NOT NULL DEFAULT true,
    ADD COLUMN due_order timestamptz NOT NULL DEFAULT '9999-12-31T00:00:00Z';
CREATE INDEX ix_assignment_units_due_order ON assignment_units (unit, due_order, assignment_id);
CREATE INDEX ix_assignment_units_open_due_order ON assignment_units (unit, due_order, assignment_id) WHERE is_open;
