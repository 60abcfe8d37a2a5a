-- Each assignment as the city last told it, beside the columns by which it is found, judged and counted.
CREATE TABLE assignments (
    id text PRIMARY KEY,
    version integer NOT NULL,
    state text NOT NULL,
    lead_unit text NOT NULL,
    organ text NOT NULL,
    document_id text NOT NULL,
    batch_id text,
    title text NOT NULL,
    illustrative integer NOT NULL,
    deadline_kind text NOT NULL,
    revision integer NOT NULL,
    issued_at text,
    due_at text,
    original_due_at text,
    judged_at text,
    due_soon_at text,
    due_day_at text,
    frozen_at text,
    return_count integer NOT NULL,
    extension_count integer NOT NULL,
    open_obstacle_count integer NOT NULL,
    snapshot text NOT NULL
) STRICT;
CREATE INDEX ix_assignments_due_at_id ON assignments (due_at, id) WHERE due_at IS NOT NULL;
-- Lists a unit's deadlines, and covers the scorecards: they are counted without reading the snapshots.
CREATE INDEX ix_assignments_lead_unit_due_at_id ON assignments (
    lead_unit, due_at, id, state, judged_at, due_soon_at, due_day_at, frozen_at, deadline_kind, illustrative,
    return_count, extension_count, open_obstacle_count);
-- Who was given work by a document: who has to make a programme for it.
CREATE INDEX ix_assignments_document_id_lead_unit ON assignments (document_id, lead_unit);
CREATE INDEX ix_assignments_batch_id ON assignments (batch_id) WHERE batch_id IS NOT NULL;
