using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Units;

public sealed class UnitStore
{
    const string Columns =
        "id, display_name, kind, statistical_code, former_province, valid_from, valid_to, successor, dissolved_by, illustrative, created_at, version";

    public Task<Unit?> FindAsync(Session session, string id) =>
        session.FindAsync<Unit>($"SELECT {Columns} FROM units WHERE id = @id", new { id });

    public async Task<Unit> GetAsync(Session session, string id) =>
        await FindAsync(session, id) ?? throw NotFound(id);

    public static DomainException NotFound(string id) => DomainException.NotFound("UNIT_NOT_FOUND", "unit", $"units/{id}");

    /// <summary>Those of these ids that there are.</summary>
    public Task<IReadOnlyList<Unit>> ListAsync(Session session, string[] ids) =>
        session.ListAsync<Unit>($"SELECT {Columns} FROM units WHERE {session.Dialect.In("id", "@ids")}", new { ids });

    /// <summary>By id, after <paramref name="after"/>; all kinds if none is given.</summary>
    public Task<IReadOnlyList<Unit>> ListAsync(Session session, string[] kinds, string? after, int limit) =>
        session.ListAsync<Unit>(
            $"""
            SELECT {Columns} FROM units
            WHERE id > @after {(kinds.Length == 0 ? "" : $"AND {session.Dialect.In("kind", "@kinds")}")}
            ORDER BY id LIMIT @limit
            """, new { after = after ?? "", kinds, limit });

    /// <summary>Adds the unit and publishes it, unless the id was ever given.</summary>
    /// <returns>False if the id was given before.</returns>
    public async Task<bool> TryAddAsync(Transaction transaction, Unit unit)
    {
        var added = await transaction.ExecuteAsync(
            $"""
            INSERT INTO units ({Columns})
            VALUES (@Id, @DisplayName, @kind, @StatisticalCode, @FormerProvince, @ValidFrom, @ValidTo, @Successor, @DissolvedBy, @Illustrative, @CreatedAt, @Version)
            ON CONFLICT (id) DO NOTHING
            """,
            new
            {
                unit.Id,
                unit.DisplayName,
                kind = unit.Kind.ToString(),
                unit.StatisticalCode,
                unit.FormerProvince,
                unit.ValidFrom,
                unit.ValidTo,
                unit.Successor,
                unit.DissolvedBy,
                unit.Illustrative,
                unit.CreatedAt,
                unit.Version,
            });
        if (added == 1)
        {
            transaction.Publish(unit.Registered());
        }

        return added == 1;
    }

    /// <summary>
    /// Those of these ids that there are, which stay as they are until the end of the transaction, as do their heads. Who gives work to units
    /// shares them; who dissolves one, or changes its heads, has it alone (<see cref="HoldAsync"/>). Everybody takes units in the order of
    /// their ids, and before any assignment: so nobody waits for somebody who waits for him.
    /// </summary>
    public Task<IReadOnlyList<Unit>> ShareAsync(Transaction transaction, IEnumerable<string> ids) =>
        transaction.ListAsync<Unit>(
            $"SELECT {Columns} FROM units WHERE {transaction.Dialect.In("id", "@ids")} ORDER BY id {transaction.Dialect.ForShare}",
            new { ids = ids.Distinct(StringComparer.Ordinal).ToArray() });

    /// <summary>Those of these ids that there are, held until the end of the transaction to be changed; see <see cref="ShareAsync"/>.</summary>
    public Task<IReadOnlyList<Unit>> HoldAsync(Transaction transaction, params string[] ids) =>
        transaction.ListAsync<Unit>(
            $"SELECT {Columns} FROM units WHERE {transaction.Dialect.In("id", "@ids")} ORDER BY id {transaction.Dialect.ForUpdate}", new { ids });

    public async Task DissolveAsync(Transaction transaction, Unit unit)
    {
        await transaction.ExecuteAsync(
            """
            UPDATE units SET valid_to = @ValidTo, successor = @Successor, dissolved_by = @DissolvedBy, version = @Version
            WHERE id = @Id AND version = @Version - 1
            """, unit);
    }

    /// <summary>Ids of the dissolved units by their successors.</summary>
    public async Task<ILookup<string, string>> PredecessorsAsync(Session session, IEnumerable<string> successors) =>
        (await session.ListAsync<(string Successor, string Id)>(
            $"SELECT successor, id FROM units WHERE {session.Dialect.In("successor", "@successors")} ORDER BY id",
            new { successors = successors.ToArray() })).ToLookup(row => row.Successor, row => row.Id);
}
