-- The words of the coordinating units, the last of each. The assignment's own copy tells only that they answered.
CREATE TABLE contributions (
    assignment_id uuid NOT NULL,
    unit text NOT NULL,
    version bigint NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (assignment_id, unit)
);
