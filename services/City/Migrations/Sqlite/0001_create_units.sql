-- The register of units: wards and communes, bodies of the city. An id is never given again, so rows are never deleted.
CREATE TABLE units (
    id text PRIMARY KEY,
    display_name text NOT NULL,
    kind text NOT NULL,
    statistical_code text NOT NULL,
    former_province text NOT NULL,
    valid_from text NOT NULL,
    valid_to text,
    successor text REFERENCES units (id),
    dissolved_by text NOT NULL,
    illustrative integer NOT NULL,
    created_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX ix_units_successor ON units (successor) WHERE successor IS NOT NULL;
