-- Documents that give work, and their provisions. Identity is issuer, number, symbol and date together, where all four are given.
CREATE TABLE documents (
    id uuid PRIMARY KEY,
    number text NOT NULL,
    symbol text NOT NULL,
    printed_number text NOT NULL,
    kind text NOT NULL,
    issue_date date,
    place text NOT NULL,
    issuer text NOT NULL,
    authority_line text NOT NULL,
    signer text NOT NULL,
    signer_role text NOT NULL,
    title text NOT NULL,
    bases text NOT NULL,
    recipients text NOT NULL,
    archive_note text NOT NULL,
    urgency text NOT NULL,
    secrecy text NOT NULL,
    illustrative boolean NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE UNIQUE INDEX ix_documents_identity ON documents (issuer, number, symbol, issue_date)
    WHERE number <> '' AND symbol <> '' AND issue_date IS NOT NULL;

CREATE TABLE provisions (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES documents (id),
    ordinal integer NOT NULL,
    section text NOT NULL,
    item integer NOT NULL,
    summary text NOT NULL,
    text text NOT NULL,
    gives_work boolean NOT NULL,
    UNIQUE (document_id, section, item)
);
