-- Every version of the working-day calendar; the last one counts.
CREATE TABLE calendars (
    number bigint PRIMARY KEY,
    version text NOT NULL UNIQUE,
    first_year integer NOT NULL,
    last_year integer NOT NULL,
    days text NOT NULL,
    hours text NOT NULL,
    published_by text NOT NULL,
    created_at timestamptz NOT NULL
);

-- Which deadlines a calendar moved.
CREATE TABLE due_time_moves (
    calendar bigint NOT NULL,
    assignment_id uuid NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    PRIMARY KEY (calendar, assignment_id)
);
