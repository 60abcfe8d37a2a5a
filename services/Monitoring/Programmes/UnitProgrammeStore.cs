using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring.Programmes;

/// <summary>How far a unit is; see <c>canthogov.monitoring.v1.UnitProgramme.State</c>.</summary>
public enum UnitProgrammeState { None = 1, Draft, Adopted }

/// <summary>A unit that was given work by a document, with its programme; all of which is empty if it has none.</summary>
public sealed record UnitProgramme
{
    public required string Unit { get; init; }
    public string? DisplayName { get; init; }
    public Organ Organ { get; init; }
    public Guid DocumentId { get; init; }
    public UnitProgrammeState State { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public Guid? Id { get; init; }
    public string? Title { get; init; }
    public int ItemCount { get; init; }
    public int Edition { get; init; }
    public DateOnly? AdoptionDate { get; init; }
    public string? AdoptedBy { get; init; }
    public string? AdoptionNumber { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public int ReviewCount { get; init; }
    public DateOnly? LastReviewDate { get; init; }
}

/// <param name="Document">Null if a batch is given.</param>
/// <param name="Units">Only these; all if null.</param>
public sealed record UnitProgrammeFilter(Guid? Document, Guid? Batch, string[]? Units, IReadOnlyList<UnitProgrammeState> States);

/// <summary>Where the page behind one row begins.</summary>
public readonly record struct UnitProgrammeCursor(string Unit, string Organ)
{
    public override string ToString() => $"{Unit}/{Organ}";

    public static UnitProgrammeCursor Parse(string? text) => text?.Split('/') is [var unit, var organ] ? new(unit, organ) : new("", "");
}

public sealed class UnitProgrammeStore
{
    sealed record StateCount
    {
        public UnitProgrammeState State { get; init; }
        public int Number { get; init; }
    }

    sealed class Row
    {
        public long Version { get; init; }
        public string Snapshot { get; init; } = "";
    }

    /// <summary>
    /// Who was given work, each with the programme of the same organ; work for the unit as a whole is met by either organ's, and a programme of
    /// the unit as a whole by both. Of several counts the one that is furthest: 'Adopted' comes before 'Draft'.
    /// </summary>
    static string With(Session session, UnitProgrammeFilter filter) =>
        $"""
        WITH receivers AS (
            SELECT lead_unit AS unit, organ, document_id, MIN(due_at) AS due_at FROM assignments
            WHERE state NOT IN ('Returned', 'Cancelled')
            {(filter.Document is null ? "" : "AND document_id = @Document")}
            {(filter.Batch is null ? "" : "AND batch_id = @Batch")}
            {(filter.Units is null ? "" : $"AND {session.Dialect.In("lead_unit", "@Units")}")}
            GROUP BY lead_unit, organ, document_id),
        standing AS (
            SELECT r.unit, r.organ, r.document_id, r.due_at, p.id, p.title, p.item_count, p.edition, p.adoption_date, p.adopted_by,
                p.adoption_number, p.created_at, COALESCE(p.state, 'None') AS state
            FROM receivers r LEFT JOIN programmes p ON p.id = (
                SELECT q.id FROM programmes q
                WHERE q.unit = r.unit AND q.document_id = r.document_id
                    AND (r.organ = 'Unspecified' OR q.organ = 'Unspecified' OR q.organ = r.organ)
                ORDER BY q.state, q.id LIMIT 1))
        """;

    public Task<IReadOnlyList<UnitProgramme>> ListAsync(Session session, UnitProgrammeFilter filter, UnitProgrammeCursor after, int limit) =>
        session.ListAsync<UnitProgramme>(
            $"""
            {With(session, filter)}
            SELECT s.*, u.display_name,
                (SELECT COUNT(*) FROM programme_reviews v WHERE v.unit = s.unit AND v.document_id = s.document_id) AS review_count,
                (SELECT MAX(v.check_date) FROM programme_reviews v WHERE v.unit = s.unit AND v.document_id = s.document_id) AS last_review_date
            FROM standing s LEFT JOIN units u ON u.id = s.unit
            WHERE (s.unit, s.organ) > (@unit, @organ)
            {(filter.States.Count == 0 ? "" : $"AND {session.Dialect.In("s.state", "@states")}")}
            ORDER BY s.unit, s.organ LIMIT @limit
            """,
            new
            {
                filter.Document,
                filter.Batch,
                filter.Units,
                states = filter.States.Select(state => state.ToString()).ToArray(),
                unit = after.Unit,
                organ = after.Organ,
                limit,
            });

    /// <summary>How many are in each state, whatever states are asked for.</summary>
    public async Task<IReadOnlyDictionary<UnitProgrammeState, int>> CountAsync(Session session, UnitProgrammeFilter filter) =>
        (await session.ListAsync<StateCount>($"{With(session, filter)} SELECT state, COUNT(*) AS number FROM standing GROUP BY state", filter))
            .ToDictionary(one => one.State, one => one.Number);

    /// <returns>Null if the unit has not reported such a programme.</returns>
    public async Task<(ProgrammeSnapshot Programme, long Version)?> FindAsync(Session session, string unit, Guid id) =>
        await session.FindAsync<Row>("SELECT version, snapshot FROM programmes WHERE id = @id AND unit = @unit", new { id, unit }) is { } row
            ? (JsonSerializer.Deserialize<ProgrammeSnapshot>(row.Snapshot, ContractJson.Options)!, row.Version)
            : null;

    /// <summary>True if the unit was given work by the document, or has a programme for it.</summary>
    public async Task<bool> ConcernsAsync(Session session, string unit, Guid document) => await session.SingleAsync<int>(
        """
        SELECT (SELECT COUNT(*) FROM assignments WHERE document_id = @document AND lead_unit = @unit)
            + (SELECT COUNT(*) FROM programmes WHERE document_id = @document AND unit = @unit)
        """, new { unit, document }) > 0;
}
