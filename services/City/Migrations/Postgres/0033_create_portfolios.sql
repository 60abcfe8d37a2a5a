-- What leaders are in charge of: an agency, a field or an area each.
CREATE TABLE portfolios (
    id uuid PRIMARY KEY,
    official_id uuid NOT NULL REFERENCES officials (id),
    kind text NOT NULL,
    title text NOT NULL,
    folded_title text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    document_id uuid REFERENCES documents (id),
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX ix_portfolios_official_id ON portfolios (official_id);
CREATE INDEX ix_portfolios_folded_title ON portfolios (folded_title) WHERE kind = 'Field';

CREATE TABLE portfolio_units (
    unit text NOT NULL REFERENCES units (id),
    portfolio_id uuid NOT NULL REFERENCES portfolios (id),
    PRIMARY KEY (unit, portfolio_id)
);
CREATE INDEX ix_portfolio_units_portfolio_id ON portfolio_units (portfolio_id);
