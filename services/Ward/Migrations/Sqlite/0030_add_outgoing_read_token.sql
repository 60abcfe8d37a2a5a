-- The city's answer names the point in its log that holds what a call did; who made the call can wait for it.
ALTER TABLE outgoing_calls ADD COLUMN read_token text NOT NULL DEFAULT '';
