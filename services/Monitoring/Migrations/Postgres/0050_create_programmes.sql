-- Each unit's action programme as its last event told it, and what was found by those who checked.
CREATE TABLE programmes (
    id uuid PRIMARY KEY,
    unit text NOT NULL,
    organ text NOT NULL,
    document_id uuid NOT NULL,
    state text NOT NULL,
    title text NOT NULL,
    item_count integer NOT NULL,
    edition integer NOT NULL,
    adoption_date date,
    adopted_by text,
    adoption_number text,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    snapshot text NOT NULL
);
CREATE INDEX ix_programmes_unit_document_id ON programmes (unit, document_id);

CREATE TABLE programme_reviews (
    id uuid PRIMARY KEY,
    unit text NOT NULL,
    document_id uuid NOT NULL,
    checker_name text NOT NULL,
    checker_role text NOT NULL,
    check_date date NOT NULL,
    finding text NOT NULL,
    satisfactory boolean NOT NULL,
    recorded_by text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX ix_programme_reviews_unit_document_id ON programme_reviews (unit, document_id);
