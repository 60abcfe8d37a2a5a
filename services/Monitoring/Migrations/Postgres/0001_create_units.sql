-- Units as the city registered them: their names, and the list of those that have a scorecard.
CREATE TABLE units (
    id text PRIMARY KEY,
    display_name text NOT NULL,
    illustrative boolean NOT NULL,
    version bigint NOT NULL
);
