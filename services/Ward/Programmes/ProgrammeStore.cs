using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.Ward.Programmes;

public sealed class ProgrammeStore
{
    sealed class Row
    {
        public long Version { get; init; }

        public string Snapshot { get; init; } = "";

        public Programme ToProgramme() => new(JsonSerializer.Deserialize<ProgrammeSnapshot>(Snapshot, ContractJson.Options)!, Version);
    }

    /// <summary>Within a transaction it is held until the end.</summary>
    public async Task<Programme?> FindAsync(Session session, string unit, Guid id) =>
        (await session.FindAsync<Row>(
            $"""
            SELECT version, snapshot FROM programmes WHERE id = @id AND unit = @unit
            {(session is Transaction ? session.Dialect.ForUpdate : "")}
            """, new { id, unit }))?.ToProgramme();

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<Programme>> ListAsync(Session session, string[] units, Guid? document, Guid? before, int limit) =>
        [.. (await session.ListAsync<Row>(
            $"""
            SELECT version, snapshot FROM programmes
            WHERE {session.Dialect.In("unit", "@units")}
            {(document is null ? "" : "AND document_id = @document")} {(before is null ? "" : "AND id < @before")}
            ORDER BY id DESC LIMIT @limit
            """, new { units, document, before, limit })).Select(row => row.ToProgramme())];

    /// <summary>Oldest first, after that edition.</summary>
    public async Task<IReadOnlyList<ProgrammeSnapshot>> ListEditionsAsync(Session session, Guid id, int after, int limit) =>
        [.. (await session.ListAsync<string>(
            """
            SELECT snapshot FROM programme_editions WHERE programme_id = @id AND edition > @after ORDER BY edition LIMIT @limit
            """, new { id, after, limit })).Select(snapshot => JsonSerializer.Deserialize<ProgrammeSnapshot>(snapshot, ContractJson.Options)!)];

    /// <summary>Saves it and its event together.</summary>
    /// <exception cref="DomainException">PROGRAMME_EXISTS.</exception>
    public async Task AddAsync(Transaction transaction, Programme programme)
    {
        var added = await transaction.ExecuteAsync(
            """
            INSERT INTO programmes (id, unit, organ, document_id, version, snapshot)
            VALUES (@Id, @Unit, @organ, @DocumentId, @Version, @snapshot) ON CONFLICT (unit, organ, document_id) DO NOTHING
            """, Columns(programme));
        if (added == 0)
        {
            throw DomainException.Exists("PROGRAMME_EXISTS", "The unit's organ has a programme for this document already.",
                "programme", $"units/{programme.Snapshot.Unit}");
        }

        transaction.Publish(programme.Drafted());
    }

    /// <summary>Saves the change and its event together, and what was adopted as an edition. The row has to be held.</summary>
    public async Task UpdateAsync(Transaction transaction, Programme programme, IProgrammeEvent e)
    {
        var columns = Columns(programme);
        await transaction.ExecuteAsync("UPDATE programmes SET version = @Version, snapshot = @snapshot WHERE id = @Id", columns);
        if (programme.Snapshot.Edition > 0)
        {
            await transaction.ExecuteAsync(
                "INSERT INTO programme_editions (programme_id, edition, snapshot) VALUES (@Id, @Edition, @snapshot)", columns);
        }

        transaction.Publish(e);
    }

    static object Columns(Programme programme) => new
    {
        programme.Snapshot.Id,
        programme.Snapshot.Unit,
        organ = programme.Snapshot.Organ.ToString(),
        programme.Snapshot.DocumentId,
        programme.Snapshot.Edition,
        programme.Version,
        snapshot = JsonSerializer.Serialize(programme.Snapshot, ContractJson.Options),
    };
}
