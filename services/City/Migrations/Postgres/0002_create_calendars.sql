-- Every version of the working-day calendar; the last one counts.
CREATE TABLE calendars (
    number bigint PRIMARY KEY,
    version text NOT NULL UNIQUE,
    first_year integer NOT NULL,
    last_year integer NOT NULL,
    days text NOT NULL,
    created_at timestamptz NOT NULL
);
