-- What an assignment says, as it is searched and sorted. Apart from the assignment, because it hardly ever changes: a change of state would
-- write all of the index again.
CREATE TABLE assignment_texts (
    assignment_id text PRIMARY KEY REFERENCES assignments (id),
    title_key text NOT NULL,
    words text NOT NULL
) STRICT;
CREATE INDEX ix_assignment_texts_title_key ON assignment_texts (title_key, assignment_id);
