-- The words of the coordinating units, the last of each. The assignment's own copy tells only that they answered.
CREATE TABLE contributions (
    assignment_id text NOT NULL,
    unit text NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (assignment_id, unit)
) STRICT;
