-- Action programmes, each one document (its snapshot) beside the columns by which it is found, and every text that was adopted.
CREATE TABLE programmes (
    id uuid PRIMARY KEY,
    unit text NOT NULL,
    organ text NOT NULL,
    document_id uuid NOT NULL,
    version bigint NOT NULL,
    snapshot text NOT NULL,
    UNIQUE (unit, organ, document_id)
);

CREATE TABLE programme_editions (
    programme_id uuid NOT NULL REFERENCES programmes (id),
    edition integer NOT NULL,
    snapshot text NOT NULL,
    PRIMARY KEY (programme_id, edition)
);
