-- A bounded day of spans, so that a journey through the services can be looked at with nothing else installed.
CREATE TABLE spans (
    trace_id text NOT NULL,
    span_id text NOT NULL,
    parent_span_id text NOT NULL,
    service text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    started_at text NOT NULL,
    ended_at text NOT NULL,
    failed integer NOT NULL,
    attributes text NOT NULL,
    PRIMARY KEY (trace_id, span_id)
) STRICT;

CREATE TABLE traces (
    trace_id text PRIMARY KEY,
    root_span_name text NOT NULL,
    started_at text NOT NULL,
    ended_at text NOT NULL,
    span_count integer NOT NULL,
    failed integer NOT NULL
) STRICT;
CREATE INDEX ix_traces_started_at ON traces (started_at, trace_id);

CREATE TABLE trace_assignments (
    assignment_id text NOT NULL,
    trace_id text NOT NULL,
    PRIMARY KEY (assignment_id, trace_id)
) STRICT;
CREATE INDEX ix_trace_assignments_trace_id ON trace_assignments (trace_id);
