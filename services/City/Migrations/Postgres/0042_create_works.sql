-- A work is what one document, or one provision of it, says in the same words, to however many units. Overlaps are between works, so that
-- a resolution sent to all units is looked at once. The batch is that of all its assignments; all zeroes if they are not of one batch. It stands in the
-- keys, because what a batch gives is not compared within itself, and a large one must not be read again with each of its items.
CREATE TABLE works (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES documents (id),
    provision_id uuid REFERENCES provisions (id),
    batch_id uuid NOT NULL,
    words text NOT NULL
);
CREATE INDEX ix_works_provision_id_batch_id ON works (provision_id, batch_id) WHERE provision_id IS NOT NULL;

-- The signature of its words: works that say something similar share at least one band.
CREATE TABLE work_bands (
    band bigint NOT NULL,
    batch_id uuid NOT NULL,
    work_id uuid NOT NULL REFERENCES works (id),
    PRIMARY KEY (band, batch_id, work_id)
);

-- Null for what was made before there were works: it overlaps with nothing.
ALTER TABLE assignment_texts ADD COLUMN work_id uuid REFERENCES works (id);
CREATE INDEX ix_assignment_texts_work_id ON assignment_texts (work_id);
