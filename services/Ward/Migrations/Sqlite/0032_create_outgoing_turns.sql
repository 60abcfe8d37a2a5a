-- When each unit's calls were last handed out, so that the next turn is that of who has waited longest.
CREATE TABLE outgoing_turns (
    unit text PRIMARY KEY,
    served integer NOT NULL
) STRICT;

-- The oldest call of a unit that still waits, however many it has.
CREATE INDEX ix_outgoing_calls_pending_position ON outgoing_calls (unit, position) WHERE state = 'Pending';
