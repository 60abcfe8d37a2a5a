-- The last revision of the simulated clock by which everything due has fired.
CREATE TABLE clock_followed (
    id integer PRIMARY KEY CHECK (id = 1),
    revision integer NOT NULL
) STRICT;
INSERT INTO clock_followed (id, revision) VALUES (1, 0);
