-- Every event that was taken, in the order in which it came. Without a unique key on purpose: an event that was handled twice would
-- stand here twice, and that is how it is found out.
CREATE TABLE activity (
    source text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX ix_activity_source_subject_version_type ON activity (source, subject, version, type);
CREATE INDEX ix_activity_recorded_at ON activity (recorded_at);
