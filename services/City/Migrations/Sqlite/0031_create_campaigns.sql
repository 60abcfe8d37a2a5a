-- Work of a season, grouped. An assignment is in a campaign by itself or by its document.
CREATE TABLE campaigns (
    id text PRIMARY KEY,
    title text NOT NULL,
    from_date text NOT NULL,
    to_date text NOT NULL,
    note text NOT NULL,
    illustrative integer NOT NULL,
    created_at text NOT NULL,
    version integer NOT NULL
) STRICT;

CREATE TABLE campaign_documents (
    campaign_id text NOT NULL REFERENCES campaigns (id),
    document_id text NOT NULL REFERENCES documents (id),
    PRIMARY KEY (campaign_id, document_id)
) STRICT;

CREATE TABLE campaign_assignments (
    campaign_id text NOT NULL REFERENCES campaigns (id),
    assignment_id text NOT NULL REFERENCES assignments (id),
    PRIMARY KEY (campaign_id, assignment_id)
) STRICT;
