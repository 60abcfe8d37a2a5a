-- Each unit's action programme as its last event told it, and what was found by those who checked.
CREATE TABLE programmes (
    id text PRIMARY KEY,
    unit text NOT NULL,
    organ text NOT NULL,
    document_id text NOT NULL,
    state text NOT NULL,
    title text NOT NULL,
    item_count integer NOT NULL,
    edition integer NOT NULL,
    adoption_date text,
    adopted_by text,
    adoption_number text,
    created_at text NOT NULL,
    version integer NOT NULL,
    snapshot text NOT NULL
) STRICT;
CREATE INDEX ix_programmes_unit_document_id ON programmes (unit, document_id);

CREATE TABLE programme_reviews (
    id text PRIMARY KEY,
    unit text NOT NULL,
    document_id text NOT NULL,
    checker_name text NOT NULL,
    checker_role text NOT NULL,
    check_date text NOT NULL,
    finding text NOT NULL,
    satisfactory integer NOT NULL,
    recorded_by text NOT NULL,
    created_at text NOT NULL
) STRICT;
CREATE INDEX ix_programme_reviews_unit_document_id ON programme_reviews (unit, document_id);
