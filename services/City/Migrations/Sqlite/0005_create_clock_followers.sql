-- Which revision of the simulated clock each other service shows.
CREATE TABLE clock_followers (
    service text PRIMARY KEY,
    revision integer NOT NULL
) STRICT;
