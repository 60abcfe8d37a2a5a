-- Who may decide what, from when to when. Rows are never deleted; an end is all that changes.
CREATE TABLE competences (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    unit text REFERENCES units (id),
    organ text NOT NULL,
    holder text NOT NULL,
    field text NOT NULL,
    power text NOT NULL,
    level text NOT NULL CHECK (level IN ('Commune', 'City', 'Centre')),
    basis text NOT NULL CHECK (basis IN ('Law', 'Decentralisation', 'Devolution', 'Delegation')),
    delegated_from uuid REFERENCES competences (id),
    document_id uuid REFERENCES documents (id),
    document_text text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    end_reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    CHECK ((unit IS NULL) = (level = 'Centre')),
    CHECK ((delegated_from IS NULL) = (basis <> 'Delegation')),
    CHECK (basis <> 'Delegation' OR valid_to IS NOT NULL)
);
CREATE INDEX ix_competences_field_unit ON competences (field, unit);
CREATE INDEX ix_competences_unit ON competences (unit);
CREATE INDEX ix_competences_delegated_from ON competences (delegated_from);
