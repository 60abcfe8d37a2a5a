-- What an assignment says, as it is searched and sorted. Apart from the assignment, because it hardly ever changes: a change of state would
-- write all of the index again.
CREATE TABLE assignment_texts (
    assignment_id uuid PRIMARY KEY REFERENCES assignments (id),
    title_key text COLLATE "C" NOT NULL,
    words text NOT NULL
);
CREATE INDEX ix_assignment_texts_title_key ON assignment_texts (title_key, assignment_id);
-- Lexemes as they are, without a text search configuration: the words were folded and split before, the same on every database.
CREATE INDEX ix_assignment_texts_words ON assignment_texts USING gin (array_to_tsvector(string_to_array(words, ' ')));
