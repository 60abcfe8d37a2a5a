-- Action programmes, each one document (its snapshot) beside the columns by which it is found, and every text that was adopted.
CREATE TABLE programmes (
    id text PRIMARY KEY,
    unit text NOT NULL,
    organ text NOT NULL,
    document_id text NOT NULL,
    version integer NOT NULL,
    snapshot text NOT NULL,
    UNIQUE (unit, organ, document_id)
) STRICT;

CREATE TABLE programme_editions (
    programme_id text NOT NULL REFERENCES programmes (id),
    edition integer NOT NULL,
    snapshot text NOT NULL,
    PRIMARY KEY (programme_id, edition)
) STRICT;
