-- Work of a season, grouped. An assignment is in a campaign by itself or by its document.
CREATE TABLE campaigns (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    from_date date NOT NULL,
    to_date date NOT NULL,
    note text NOT NULL,
    illustrative boolean NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE campaign_documents (
    campaign_id uuid NOT NULL REFERENCES campaigns (id),
    document_id uuid NOT NULL REFERENCES documents (id),
    PRIMARY KEY (campaign_id, document_id)
);

CREATE TABLE campaign_assignments (
    campaign_id uuid NOT NULL REFERENCES campaigns (id),
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    PRIMARY KEY (campaign_id, assignment_id)
);
