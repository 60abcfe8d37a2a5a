using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Portfolios;

public sealed class PortfolioStore
{
    const string Select =
        """
        SELECT p.id, p.official_id, o.display_name, p.kind, p.title, p.valid_from, p.valid_to, p.document_id, p.created_at, p.version
        FROM portfolios p JOIN officials o ON o.id = p.official_id
        """;

    sealed record UnitRow
    {
        public Guid PortfolioId { get; init; }

        public string Unit { get; init; } = "";
    }

    public async Task<Portfolio> GetAsync(Session session, Guid id) =>
        (await WithUnitsAsync(session, await session.ListAsync<Portfolio>($"{Select} WHERE p.id = @id", new { id }))) is [var one] ? one : throw NotFound(id);

    /// <summary>Holds the row until the end of the transaction.</summary>
    public async Task<Portfolio> GetForChangeAsync(Transaction transaction, Guid id)
    {
        await transaction.FindAsync<Guid?>($"SELECT id FROM portfolios WHERE id = @id {transaction.Dialect.ForUpdate}", new { id });
        return await GetAsync(transaction, id);
    }

    /// <summary>In the order in which they were registered, after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<Portfolio>> ListAsync(Session session, Guid? official, DateOnly? date, Guid after, int limit) =>
        await WithUnitsAsync(session, await session.ListAsync<Portfolio>(
            $"""
            {Select} WHERE p.id > @after {(official is null ? "" : "AND p.official_id = @official")}
                {(date is null ? "" : $"AND {InForce}")}
            ORDER BY p.id LIMIT @limit
            """, new { official, date, after, limit }));

    /// <summary>
    /// Whatever concerns the assignment on that day, the one that counts first: its lead unit as an agency, then its field, then the area of
    /// the lead unit.
    /// </summary>
    public async Task<IReadOnlyList<Portfolio>> ConcerningAsync(Session session, AssignmentSnapshot assignment, DateOnly date) =>
        [.. (await WithUnitsAsync(session, await session.ListAsync<Portfolio>(
            $"""
            {Select} WHERE {InForce} AND (
                p.id IN (SELECT portfolio_id FROM portfolio_units WHERE unit = @Unit)
                OR (p.kind = 'Field' AND p.folded_title = @field AND @field <> ''))
            """, new { assignment.Lead.Unit, field = Portfolio.Fold(assignment.PortfolioField), date }))).OrderBy(portfolio => portfolio.Kind)];

    /// <exception cref="DomainException">PORTFOLIO_OVERLAPS.</exception>
    public async Task AddAsync(Transaction transaction, Portfolio portfolio)
    {
        await RequireSoleAsync(transaction, portfolio);
        await transaction.ExecuteAsync(
            """
            INSERT INTO portfolios (id, official_id, kind, title, folded_title, valid_from, valid_to, document_id, created_at, version)
            VALUES (@Id, @OfficialId, @kind, @Title, @folded, @ValidFrom, @ValidTo, @DocumentId, @CreatedAt, @Version)
            """,
            new
            {
                portfolio.Id,
                portfolio.OfficialId,
                kind = portfolio.Kind.ToString(),
                portfolio.Title,
                folded = Portfolio.Fold(portfolio.Title),
                portfolio.ValidFrom,
                portfolio.ValidTo,
                portfolio.DocumentId,
                portfolio.CreatedAt,
                portfolio.Version,
            });
        await transaction.ExecuteAsync(
            "INSERT INTO portfolio_units (unit, portfolio_id) VALUES (@unit, @Id)",
            portfolio.Units.Select(unit => new { unit, portfolio.Id }).ToArray());
        transaction.Publish(portfolio.Changed(portfolio.CreatedAt));
    }

    /// <summary>Saves the end of one that is held (<see cref="GetForChangeAsync"/>).</summary>
    public async Task EndAsync(Transaction transaction, Portfolio portfolio, DateTimeOffset at)
    {
        await transaction.ExecuteAsync(
            "UPDATE portfolios SET valid_to = @ValidTo, version = @Version WHERE id = @Id",
            new { portfolio.ValidTo, portfolio.Version, portfolio.Id });
        transaction.Publish(portfolio.Changed(at));
    }

    const string InForce = "p.valid_from <= @date AND (p.valid_to IS NULL OR p.valid_to > @date)";

    // Two who put leaders in charge of the same must not look at the same time, so each raises the revision of the register first.
    static async Task RequireSoleAsync(Transaction transaction, Portfolio portfolio)
    {
        await transaction.ExecuteAsync("UPDATE register_revisions SET revision = revision + 1 WHERE register = 'portfolios'");
        var sameThing = portfolio.Kind == PortfolioKind.Field
            ? "p.folded_title = @folded"
            : $"p.id IN (SELECT portfolio_id FROM portfolio_units WHERE {transaction.Dialect.In("unit", "@units")})";
        var others = await transaction.ListAsync<Portfolio>(
            $"""
            {Select} WHERE p.kind = @kind AND {sameThing} AND (p.valid_to IS NULL OR p.valid_to > @ValidFrom)
                {(portfolio.ValidTo is null ? "" : "AND p.valid_from < @ValidTo")}
            ORDER BY p.id LIMIT 1
            """,
            new
            {
                kind = portfolio.Kind.ToString(),
                folded = Portfolio.Fold(portfolio.Title),
                units = portfolio.Units.ToArray(),
                portfolio.ValidFrom,
                portfolio.ValidTo,
            });
        if (others is [var other])
        {
            throw DomainException.Precondition("PORTFOLIO_OVERLAPS",
                $"{other.DisplayName} is in charge of the same from {other.ValidFrom:yyyy-MM-dd}; nobody could tell who answers.")
                .With("portfolio", $"portfolios/{other.Id}").With("official", $"officials/{other.OfficialId}");
        }
    }

    static async Task<IReadOnlyList<Portfolio>> WithUnitsAsync(Session session, IReadOnlyList<Portfolio> portfolios)
    {
        var units = (await session.ListAsync<UnitRow>(
            $"SELECT portfolio_id, unit FROM portfolio_units WHERE {session.Dialect.In("portfolio_id", "@ids")} ORDER BY unit",
            new { ids = session.Dialect.Ids(portfolios.Select(portfolio => portfolio.Id)) })).ToLookup(row => row.PortfolioId, row => row.Unit);
        return [.. portfolios.Select(portfolio => portfolio with { Units = [.. units[portfolio.Id]] })];
    }

    static DomainException NotFound(Guid id) => DomainException.NotFound("PORTFOLIO_NOT_FOUND", "portfolio", $"portfolios/{id}");
}
