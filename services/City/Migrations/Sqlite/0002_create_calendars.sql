-- Every version of the working-day calendar; the last one counts.
CREATE TABLE calendars (
    number integer PRIMARY KEY,
    version text NOT NULL UNIQUE,
    first_year integer NOT NULL,
    last_year integer NOT NULL,
    days text NOT NULL,
    created_at text NOT NULL
) STRICT;
