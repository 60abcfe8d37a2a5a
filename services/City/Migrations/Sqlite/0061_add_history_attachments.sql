-- Which evidence a report or a result named: ids of attachments of the assignment, separated by commas.
ALTER TABLE assignment_history ADD COLUMN attachments text NOT NULL DEFAULT '';
