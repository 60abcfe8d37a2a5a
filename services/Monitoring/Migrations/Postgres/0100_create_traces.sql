-- A bounded day of spans, so that a journey through the services can be looked at with nothing else installed.
CREATE TABLE spans (
    trace_id text NOT NULL,
    span_id text NOT NULL,
    parent_span_id text NOT NULL,
    service text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    failed bigint NOT NULL,
    attributes text NOT NULL,
    PRIMARY KEY (trace_id, span_id)
);

CREATE TABLE traces (
    trace_id text PRIMARY KEY,
    root_span_name text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    span_count bigint NOT NULL,
    failed bigint NOT NULL
);
CREATE INDEX ix_traces_started_at ON traces (started_at, trace_id);

CREATE TABLE trace_assignments (
    assignment_id text NOT NULL,
    trace_id text NOT NULL,
    PRIMARY KEY (assignment_id, trace_id)
);
CREATE INDEX ix_trace_assignments_trace_id ON trace_assignments (trace_id);
