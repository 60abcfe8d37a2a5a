-- The register of units: wards and communes, bodies of the city. An id is never given again, so rows are never deleted.
CREATE TABLE units (
    id text PRIMARY KEY,
    display_name text NOT NULL,
    kind text NOT NULL,
    statistical_code text NOT NULL,
    former_province text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    illustrative boolean NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);
