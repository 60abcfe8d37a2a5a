-- Up to which revision monitoring has followed the simulated clock, and this service after it.
CREATE TABLE clock_following (
    id integer PRIMARY KEY CHECK (id = 1),
    monitoring_revision bigint NOT NULL,
    followed_revision bigint NOT NULL
);
INSERT INTO clock_following (id, monitoring_revision, followed_revision) VALUES (1, 0, 0);
