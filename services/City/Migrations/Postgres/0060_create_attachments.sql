-- Evidence: what was uploaded whole, and the files behind it, which are stored once for each content.
CREATE TABLE attachments (
    parent text NOT NULL,
    id uuid NOT NULL,
    owner text NOT NULL,
    number integer NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    uploaded_by text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (parent, id),
    UNIQUE (parent, number)
);
CREATE INDEX ix_attachments_owner ON attachments (owner);
CREATE INDEX ix_attachments_sha256 ON attachments (sha256);

CREATE TABLE attachment_files (
    sha256 text PRIMARY KEY,
    touched_at timestamptz NOT NULL
);
CREATE INDEX ix_attachment_files_touched_at ON attachment_files (touched_at);
