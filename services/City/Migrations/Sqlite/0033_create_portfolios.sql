-- What leaders are in charge of: an agency, a field or an area each.
CREATE TABLE portfolios (
    id text PRIMARY KEY,
    official_id text NOT NULL REFERENCES officials (id),
    kind text NOT NULL,
    title text NOT NULL,
    folded_title text NOT NULL,
    valid_from text NOT NULL,
    valid_to text,
    document_id text REFERENCES documents (id),
    created_at text NOT NULL,
    version integer NOT NULL
) STRICT;
CREATE INDEX ix_portfolios_official_id ON portfolios (official_id);
CREATE INDEX ix_portfolios_folded_title ON portfolios (folded_title) WHERE kind = 'Field';

CREATE TABLE portfolio_units (
    unit text NOT NULL REFERENCES units (id),
    portfolio_id text NOT NULL REFERENCES portfolios (id),
    PRIMARY KEY (unit, portfolio_id)
) STRICT;
CREATE INDEX ix_portfolio_units_portfolio_id ON portfolio_units (portfolio_id);
