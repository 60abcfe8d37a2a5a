-- Which document implements, amends or cites which other one; the other may be known by what is printed only.
CREATE TABLE document_relations (
    id text PRIMARY KEY,
    document_id text NOT NULL REFERENCES documents (id),
    kind text NOT NULL,
    target_id text REFERENCES documents (id),
    printed_target text NOT NULL,
    created_at text NOT NULL,
    created_by text NOT NULL
) STRICT;
CREATE UNIQUE INDEX ix_document_relations_document_id_kind_target_id ON document_relations (document_id, kind, target_id)
    WHERE target_id IS NOT NULL;
CREATE UNIQUE INDEX ix_document_relations_document_id_kind_printed_target ON document_relations (document_id, kind, printed_target)
    WHERE target_id IS NULL;
CREATE INDEX ix_document_relations_target_id ON document_relations (target_id);

-- Whoever checks a rule over a whole register raises its revision first, so that two who do it at once wait for each other.
CREATE TABLE register_revisions (
    register text PRIMARY KEY,
    revision integer NOT NULL
) STRICT;
INSERT INTO register_revisions (register, revision) VALUES ('lineage', 0), ('portfolios', 0);
