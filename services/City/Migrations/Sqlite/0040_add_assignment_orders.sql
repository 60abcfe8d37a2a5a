-- Lists of assignments filter by every field that people ask for, and page by the keys that they are sorted by.
-- What has no due time, or was never issued, is sorted as if that came at the end of time.
ALTER TABLE assignments ADD COLUMN assigner text NOT NULL DEFAULT '';
ALTER TABLE assignments ADD COLUMN deadline_kind text NOT NULL DEFAULT '';
ALTER TABLE assignments ADD COLUMN illustrative integer NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN obstacle_open integer NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN extension_pending integer NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN created_at text NOT NULL DEFAULT '9999-12-31T00:00:00.000000Z';
ALTER TABLE assignments ADD COLUMN due_order text NOT NULL DEFAULT '9999-12-31T00:00:00.000000Z';
ALTER TABLE assignments ADD COLUMN issue_order text NOT NULL DEFAULT '9999-12-31T00:00:00.000000Z';
CREATE INDEX ix_assignments_assigner ON assignments (assigner, id);
CREATE INDEX ix_assignments_created_at ON assignments (created_at);
CREATE INDEX ix_assignments_due_order ON assignments (due_order, id);
CREATE INDEX ix_assignments_open_due_order ON assignments (due_order, id) WHERE state NOT IN ('Completed', 'Returned', 'Cancelled');
CREATE INDEX ix_assignments_issue_order ON assignments (issue_order, id);
CREATE INDEX ix_assignments_lead_unit_issue_order ON assignments (lead_unit, issue_order);
CREATE INDEX ix_assignments_obstacle_open ON assignments (id) WHERE obstacle_open;
CREATE INDEX ix_assignments_extension_pending ON assignments (id) WHERE extension_pending;

-- The same for the lists of one unit, which are read most.
ALTER TABLE assignment_units ADD COLUMN is_open integer NOT NULL DEFAULT 1;
ALTER TABLE assignment_units ADD COLUMN due_order text NOT NULL DEFAULT '9999-12-31T00:00:00.000000Z';
CREATE INDEX ix_assignment_units_due_order ON assignment_units (unit, due_order, assignment_id);
CREATE INDEX ix_assignment_units_open_due_order ON assignment_units (unit, due_order, assignment_id) WHERE is_open;
