-- An assignment is one document (its snapshot) beside the columns by which it is found and its timeliness is judged.
CREATE TABLE assignments (
    id text PRIMARY KEY,
    version integer NOT NULL,
    state text NOT NULL,
    issued_once integer NOT NULL,
    lead_unit text NOT NULL,
    document_id text NOT NULL REFERENCES documents (id),
    provision_id text REFERENCES provisions (id),
    parent_id text REFERENCES assignments (id),
    due_at text,
    judged_at text,
    due_soon_at text,
    due_day_at text,
    frozen_at text,
    calendar integer NOT NULL,
    snapshot text NOT NULL
) STRICT;
CREATE INDEX ix_assignments_state ON assignments (state, id);
-- The open deadlines by the calendar that they were reckoned by: those by an older one are found at once.
CREATE INDEX ix_assignments_calendar ON assignments (calendar)
    WHERE due_at IS NOT NULL AND state NOT IN ('Completed', 'Returned', 'Cancelled');
CREATE INDEX ix_assignments_document_id ON assignments (document_id);
CREATE INDEX ix_assignments_provision_id ON assignments (provision_id);
CREATE INDEX ix_assignments_parent_id ON assignments (parent_id);

-- Lead and coordinating units, these with how far they are with their part.
CREATE TABLE assignment_units (
    unit text NOT NULL,
    assignment_id text NOT NULL REFERENCES assignments (id),
    part_state text CHECK (part_state IN ('Waiting', 'Acknowledged', 'Answered')),
    PRIMARY KEY (unit, assignment_id)
) STRICT;
CREATE INDEX ix_assignment_units_part_state ON assignment_units (part_state, assignment_id) WHERE part_state IS NOT NULL;

-- The units that it names beside these: who may decide about more time, and who is to get the work if that is granted.
CREATE TABLE assignment_named_units (
    unit text NOT NULL,
    assignment_id text NOT NULL REFERENCES assignments (id),
    PRIMARY KEY (unit, assignment_id)
) STRICT;
CREATE INDEX ix_assignment_named_units_assignment_id ON assignment_named_units (assignment_id);

-- What happened to it. Never changed; several rows may carry the same event only if an event was handled twice.
CREATE TABLE assignment_history (
    id text PRIMARY KEY,
    assignment_id text NOT NULL REFERENCES assignments (id),
    version integer NOT NULL,
    verb text NOT NULL,
    actor text NOT NULL,
    actor_role text NOT NULL,
    unit text NOT NULL,
    note text NOT NULL,
    progress_percent integer NOT NULL,
    event_at text NOT NULL,
    claimed_at text,
    request_id text NOT NULL,
    deadline_subject text NOT NULL
) STRICT;
CREATE INDEX ix_assignment_history_assignment_id ON assignment_history (assignment_id, id);
CREATE INDEX ix_assignment_history_deadline_subject ON assignment_history (deadline_subject) WHERE deadline_subject <> '';
