-- Every version of the working-day calendar; the last one counts.
CREATE TABLE calendars (
    number integer PRIMARY KEY,
    version text NOT NULL UNIQUE,
    first_year integer NOT NULL,
    last_year integer NOT NULL,
    days text NOT NULL,
    hours text NOT NULL,
    published_by text NOT NULL,
    created_at text NOT NULL
) STRICT;

-- Which deadlines a calendar moved.
CREATE TABLE due_time_moves (
    calendar integer NOT NULL,
    assignment_id text NOT NULL,
    from_at text NOT NULL,
    to_at text NOT NULL,
    PRIMARY KEY (calendar, assignment_id)
) STRICT;
