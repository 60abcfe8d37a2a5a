-- The words of the coordinating units, the last of each. Beside the assignment, whose events they would make too long; the history has the others.
CREATE TABLE contributions (
    assignment_id text NOT NULL REFERENCES assignments (id),
    unit text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (assignment_id, unit)
) STRICT;
