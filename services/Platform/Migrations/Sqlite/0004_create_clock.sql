-- The simulated business clock; without a row the system's clock counts.
CREATE TABLE clock (
    id integer PRIMARY KEY CHECK (id = 1),
    now text NOT NULL,
    revision integer NOT NULL
) STRICT;
