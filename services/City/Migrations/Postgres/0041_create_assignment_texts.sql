-- What an assignment says, as it is searched and sorted. Apart from the assignment, because it hardly ever changes: a change of state would
-- write all of the index again.
CREATE TABLE assignment_texts (
    assignment_id uuid PRIMARY KEY REFERENCES assignments (id),
    title_key text COLLATE "C" NOT NULL,
    words text[] NOT NULL
);
CREATE INDEX ix_assignment_texts_title_key ON assignment_texts (title_key, assignment_id);
-- All that a folded word can begin with, and a mark for the time of creation.
-- So that words which hardly any say are not taken for those that some do.
ALTER TABLE assignment_texts ALTER COLUMN words SET STATISTICS 1000;
CREATE INDEX ix_assignment_texts_words ON assignment_texts USING gin (words);
