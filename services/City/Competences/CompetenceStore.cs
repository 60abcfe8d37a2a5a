using CanThoGov.Contracts.Competences;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Competences;

/// <summary>What a list of competences is narrowed to; null or empty means all.</summary>
public sealed record CompetenceFilter(string? Unit, IReadOnlyList<FieldOfWork> Fields, DateOnly? OnDate);

public sealed class CompetenceStore
{
    const string Columns =
        """
        id, version, unit, organ, holder, field, power, level, basis, delegated_from, document_id, document_text, valid_from, valid_to, end_reason,
        created_at, created_by
        """;

    /// <summary>SQL for what holds on a date.</summary>
    const string HoldsOnDate = "valid_from <= @onDate AND (valid_to IS NULL OR @onDate < valid_to)";

    public async Task<Competence> GetAsync(Session session, Guid id) =>
        await session.FindAsync<Competence>($"SELECT {Columns} FROM competences WHERE id = @id", new { id }) ?? throw NotFound(id);

    /// <summary>Holds the row until the end of the transaction: what is delegated from it hangs on its end.</summary>
    public async Task<Competence> GetForChangeAsync(Transaction transaction, Guid id) =>
        await transaction.FindAsync<Competence>($"SELECT {Columns} FROM competences WHERE id = @id {transaction.Dialect.ForUpdate}", new { id })
        ?? throw NotFound(id);

    /// <summary>In the order in which they were recorded.</summary>
    public Task<IReadOnlyList<Competence>> ListAsync(Session session, CompetenceFilter filter, Guid after, int limit) =>
        session.ListAsync<Competence>(
            $"""
            SELECT {Columns} FROM competences
            WHERE id > @after {(filter.Unit is null ? "" : "AND unit = @unit")}
                {(filter.Fields.Count == 0 ? "" : $"AND {session.Dialect.In("field", "@fields")}")}
                {(filter.OnDate is null ? "" : $"AND {HoldsOnDate}")}
            ORDER BY id LIMIT @limit
            """,
            new { after, unit = filter.Unit, fields = filter.Fields.Select(field => field.ToString()).ToArray(), onDate = filter.OnDate, limit });

    /// <summary>Who may decide in the field on that day; what was recorded first comes first.</summary>
    public Task<IReadOnlyList<Competence>> HeldAsync(Session session, FieldOfWork field, DateOnly onDate) =>
        session.ListAsync<Competence>(
            $"SELECT {Columns} FROM competences WHERE field = @field AND {HoldsOnDate} ORDER BY id", new { field = field.ToString(), onDate });

    /// <summary>What was delegated from it and would outlive it; not what ended before it began, which never holds.</summary>
    public Task<IReadOnlyList<Competence>> ListDelegatedAsync(Transaction transaction, Guid id, DateOnly outliving) =>
        transaction.ListAsync<Competence>(
            $"""
            SELECT {Columns} FROM competences WHERE delegated_from = @id AND valid_to > @outliving AND valid_to > valid_from
            ORDER BY id {transaction.Dialect.ForUpdate}
            """, new { id, outliving });

    public async Task AddAsync(Transaction transaction, Competence competence)
    {
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO competences ({Columns})
            VALUES (@Id, @Version, @Unit, @organ, @Holder, @field, @Power, @level, @basis, @DelegatedFrom, @DocumentId, @DocumentText, @ValidFrom,
                @ValidTo, @EndReason, @CreatedAt, @CreatedBy)
            """,
            new
            {
                competence.Id,
                competence.Version,
                competence.Unit,
                organ = competence.Organ.ToString(),
                competence.Holder,
                field = competence.Field.ToString(),
                competence.Power,
                level = competence.Level.ToString(),
                basis = competence.Basis.ToString(),
                competence.DelegatedFrom,
                competence.DocumentId,
                competence.DocumentText,
                competence.ValidFrom,
                competence.ValidTo,
                competence.EndReason,
                competence.CreatedAt,
                competence.CreatedBy,
            });
        transaction.Publish(new CompetenceRecorded(competence.State, competence.CreatedAt, competence.Version));
    }

    public async Task EndAsync(Transaction transaction, Competence ended, DateTimeOffset now)
    {
        await transaction.ExecuteAsync(
            "UPDATE competences SET version = @Version, valid_to = @ValidTo, end_reason = @EndReason WHERE id = @Id",
            new { ended.Id, ended.Version, ended.ValidTo, ended.EndReason });
        transaction.Publish(new CompetenceEnded(ended.State, now, ended.Version));
    }

    static DomainException NotFound(Guid id) => DomainException.NotFound("COMPETENCE_NOT_FOUND", "competence", $"competences/{id}");
}
