-- The register of units: wards and communes, bodies of the city. An id is never given again, so rows are never deleted.
CREATE TABLE units (
    id text PRIMARY KEY,
    display_name text NOT NULL,
    kind text NOT NULL,
    statistical_code text NOT NULL,
    former_province text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    successor text REFERENCES units (id),
    dissolved_by text NOT NULL,
    illustrative boolean NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX ix_units_successor ON units (successor) WHERE successor IS NOT NULL;
