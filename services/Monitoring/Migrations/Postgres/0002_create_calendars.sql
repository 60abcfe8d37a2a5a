-- Every version of the working-day calendar that the city published; the last one counts.
CREATE TABLE calendars (
    number bigint PRIMARY KEY,
    version text NOT NULL,
    first_year integer NOT NULL,
    last_year integer NOT NULL,
    days text NOT NULL
);
