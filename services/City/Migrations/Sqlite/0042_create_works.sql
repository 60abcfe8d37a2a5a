-- A work is what one document, or one provision of it, says in the same words, to however many units. Overlaps are between works, so that
-- a resolution sent to all units is looked at once.
CREATE TABLE works (
    id text PRIMARY KEY,
    document_id text NOT NULL REFERENCES documents (id),
    provision_id text REFERENCES provisions (id),
    words text NOT NULL
) STRICT;
CREATE INDEX ix_works_provision_id ON works (provision_id) WHERE provision_id IS NOT NULL;

-- The signature of its words: works that say something similar share at least one band.
CREATE TABLE work_bands (
    band integer NOT NULL,
    work_id text NOT NULL REFERENCES works (id),
    PRIMARY KEY (band, work_id)
) STRICT;

-- Null for what was made before there were works: it overlaps with nothing.
ALTER TABLE assignment_texts ADD COLUMN work_id text REFERENCES works (id);
CREATE INDEX ix_assignment_texts_work_id ON assignment_texts (work_id);
