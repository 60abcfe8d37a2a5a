using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Data;

namespace CanThoGov.Monitoring.Programmes;

/// <summary>What somebody found who checked a unit's programme.</summary>
public sealed record ProgrammeReview
{
    public required Guid Id { get; init; }
    public required string Unit { get; init; }
    public required Guid DocumentId { get; init; }
    public string CheckerName { get; init; } = "";
    public string CheckerRole { get; init; } = "";
    public required DateOnly CheckDate { get; init; }
    public required string Finding { get; init; }
    public bool Satisfactory { get; init; }
    public required string RecordedBy { get; init; }

    /// <summary>Business time.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public ProgrammeReviewed Reviewed() => new(
        Id, Unit, DocumentId, new Person(CheckerName, CheckerRole), CheckDate, Finding, Satisfactory, RecordedBy, CreatedAt, Version: 1);
}

public sealed class ProgrammeReviewStore
{
    const string Columns =
        "id, unit, document_id, checker_name, checker_role, check_date, finding, satisfactory, recorded_by, created_at";

    /// <summary>Saves it and its event together.</summary>
    public async Task AddAsync(Transaction transaction, ProgrammeReview review)
    {
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO programme_reviews ({Columns})
            VALUES (@Id, @Unit, @DocumentId, @CheckerName, @CheckerRole, @CheckDate, @Finding, @Satisfactory, @RecordedBy, @CreatedAt)
            """, review);
        transaction.Publish(review.Reviewed());
    }

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    /// <param name="units">Only of these; of all if null.</param>
    public Task<IReadOnlyList<ProgrammeReview>> ListAsync(Session session, string[]? units, Guid? document, Guid? before, int limit) =>
        session.ListAsync<ProgrammeReview>(
            $"""
            SELECT {Columns} FROM programme_reviews WHERE 1 = 1
            {(units is null ? "" : $"AND {session.Dialect.In("unit", "@units")}")}
            {(document is null ? "" : "AND document_id = @document")} {(before is null ? "" : "AND id < @before")}
            ORDER BY id DESC LIMIT @limit
            """, new { units, document, before, limit });
}
