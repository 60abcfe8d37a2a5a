using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using Dapper;

namespace CanThoGov.City.Overlaps;

/// <summary>The works, how they are found by their words, and what was ruled about them.</summary>
public sealed class OverlapStore
{
    // So many works are compared word by word; those with more bands in common come first.
    const int MaxCandidates = 200;

    // As the batch of works that are not of one batch, and for who is in none: below and above all others.
    static readonly Guid NoBatch = Guid.Empty, NotAnyBatch = Guid.AllBitsSet;

    const string Open = "('Issued', 'Acknowledged', 'InProgress', 'Submitted', 'Rework', 'Suspended')";

    sealed class Row
    {
        public Guid WorkId { get; init; }

        public bool IsSameLead { get; init; }

        public int OpenCount { get; init; }

        public string Snapshot { get; init; } = "";

        public AssignmentSnapshot ToSnapshot() => JsonSerializer.Deserialize<AssignmentSnapshot>(Snapshot, ContractJson.Options)!;
    }

    sealed class RulingRow
    {
        public Guid Id { get; init; }

        public Guid AssignmentId { get; init; }

        public Guid OtherId { get; init; }

        public Guid WorkId { get; init; }

        public Guid OtherWorkId { get; init; }

        public string Findings { get; init; } = "";

        public OverlapRuling Ruling { get; init; }

        public Guid? KeptId { get; init; }

        public string Reason { get; init; } = "";

        public string RuledBy { get; init; } = "";

        public string RuledRole { get; init; } = "";

        public DateTimeOffset RuledAt { get; init; }

        public Ruled ToRuled() => new(Id, AssignmentId, OtherId, WorkId, OtherWorkId, Ruling, KeptId, Reason, RuledBy, RuledRole, RuledAt);
    }

    /// <summary>What is kept of an overlap as it was when it was ruled.</summary>
    public sealed record Kept(string OtherTitle, string OtherLead, int Count, double Similarity, IReadOnlyList<OverlapFinding> Findings);

    const string RulingColumns =
        "id, assignment_id, other_id, work_id, other_work_id, findings, ruling, kept_id, reason, ruled_by, ruled_role, ruled_at";

    /// <summary>The work of a new assignment, if it is new itself, with its signature.</summary>
    /// <returns>Its id.</returns>
    public async Task<Guid> AddWorkAsync(Transaction transaction, AssignmentSnapshot assignment)
    {
        var work = Work.Of(assignment);
        var batch = assignment.BatchId ?? NoBatch;
        var isNew = await transaction.ExecuteAsync(
            """
            INSERT INTO works (id, document_id, provision_id, batch_id, words) VALUES (@Id, @DocumentId, @ProvisionId, @batch, @Words)
            ON CONFLICT (id) DO NOTHING
            """, new { work.Id, work.DocumentId, work.ProvisionId, batch, work.Words }) == 1;
        if (isNew)
        {
            await AddBandsAsync(transaction, work, batch);
        }
        else if (await transaction.ExecuteAsync(
            "UPDATE works SET batch_id = @none WHERE id = @Id AND batch_id <> @none AND batch_id <> @batch", new { work.Id, batch, none = NoBatch }) == 1)
        {
            await AddBandsAsync(transaction, work, NoBatch);
        }

        return work.Id;
    }

    static Task AddBandsAsync(Transaction transaction, Work work, Guid batch) => transaction.ExecuteAsync(
        $"INSERT INTO work_bands (band, batch_id, work_id) SELECT band, @batch, @Id FROM {transaction.Dialect.Rows("rows", "@bands", "band bigint")}",
        new { work.Id, batch, bands = SqlRows.Json(work.Bands().Select(band => new { band })) });

    /// <summary>
    /// Works with open assignments that say something similar, or come from the same provision: of each at most one that the same unit leads and
    /// one that another unit leads, those with another due time first. Without what the same batch gave, the works of which this one is a part,
    /// and other parts of these or of its own.
    /// </summary>
    public async Task<IReadOnlyList<(AssignmentSnapshot? OfOtherLead, AssignmentSnapshot? OfSameLead, int Count)>> FindAsync(
        Session session, AssignmentSnapshot assignment)
    {
        var dialect = session.Dialect;
        var work = Work.Of(assignment);
        // Of both sides of its own batch in the keys.
        var works = await session.ListAsync<Guid>(
            $"""
            SELECT work_id FROM (
                SELECT work_id, COUNT(*) AS bands FROM (
                    SELECT work_id FROM work_bands WHERE {dialect.In("band", "@bands")} AND batch_id < @batch
                    UNION ALL SELECT work_id FROM work_bands WHERE {dialect.In("band", "@bands")} AND batch_id > @batch) AS banded
                WHERE work_id <> @Id GROUP BY work_id ORDER BY bands DESC, work_id LIMIT @limit) AS alike
            UNION SELECT id FROM works WHERE provision_id = @ProvisionId AND batch_id < @batch
            UNION SELECT id FROM works WHERE provision_id = @ProvisionId AND batch_id > @batch
            """, new { bands = work.Bands(), batch = assignment.BatchId ?? NotAnyBatch, work.Id, work.ProvisionId, limit = MaxCandidates });
        if (works.Count == 0)
        {
            return [];
        }

        var kin = await session.ListAsync<Guid>(
            """
            WITH RECURSIVE up (id, parent_id) AS (
                SELECT id, parent_id FROM assignments WHERE id = @Id
                UNION ALL SELECT a.id, a.parent_id FROM assignments a JOIN up ON a.id = up.parent_id)
            SELECT DISTINCT t.work_id FROM up JOIN assignment_texts t ON t.assignment_id = up.id WHERE t.work_id IS NOT NULL
            """, new { assignment.Id });
        var rows = await session.ListAsync<Row>(
            $"""
            SELECT found.work_id, found.is_same_lead, found.open_count, a.snapshot FROM (
                SELECT t.work_id, a.id, a.lead_unit = @lead AS is_same_lead, COUNT(*) OVER (PARTITION BY t.work_id) AS open_count,
                    ROW_NUMBER() OVER (PARTITION BY t.work_id, a.lead_unit = @lead
                        ORDER BY CASE WHEN a.due_order = @due THEN 1 ELSE 0 END, a.id) AS place
                FROM assignment_texts t JOIN assignments a ON a.id = t.assignment_id
                WHERE {dialect.In("t.work_id", "@works")} AND a.state IN {Open}
                    AND a.id <> @Id AND (a.batch_id IS NULL OR a.batch_id <> @batch) AND (t.work_id = @work OR NOT ({dialect.In("t.work_id", "@kin")}))
                    AND (a.parent_id IS NULL OR NOT EXISTS (
                        SELECT 1 FROM assignment_texts p WHERE p.assignment_id = a.parent_id AND {dialect.In("p.work_id", "@kin")}))) AS found
            JOIN assignments a ON a.id = found.id
            WHERE found.place = 1
            """,
            new
            {
                assignment.Id,
                batch = assignment.BatchId ?? Guid.Empty,
                work = work.Id,
                works = dialect.Ids(works),
                kin = dialect.Ids(kin),
                lead = assignment.Lead.Unit,
                due = Finding.AssignmentOrder.DueKey(assignment),
            });
        return
        [
            .. rows.GroupBy(row => row.WorkId).Select(group => (
                group.FirstOrDefault(row => !row.IsSameLead)?.ToSnapshot(), group.FirstOrDefault(row => row.IsSameLead)?.ToSnapshot(),
                group.First().OpenCount)),
        ];
    }

    /// <summary>The rulings that hold between a work and others, by the other.</summary>
    public async Task<IReadOnlyDictionary<Guid, Ruled>> RulingsAsync(Session session, Guid work, IEnumerable<Guid> others)
    {
        var dialect = session.Dialect;
        var rows = await session.ListAsync<RulingRow>(
            $"""
            SELECT {RulingColumns} FROM overlap_rulings WHERE work_id = @work AND {dialect.In("other_work_id", "@others")}
            UNION SELECT {RulingColumns} FROM overlap_rulings WHERE other_work_id = @work AND {dialect.In("work_id", "@others")}
            ORDER BY id
            """, new { work, others = dialect.Ids(others) });
        var holding = new Dictionary<Guid, Ruled>();
        foreach (var row in rows)
        {
            holding[row.WorkId == work ? row.OtherWorkId : row.WorkId] = row.ToRuled();
        }

        return holding;
    }

    public Task AddRulingAsync(Transaction transaction, Overlap overlap)
    {
        var ruled = overlap.Ruled!;
        return transaction.ExecuteAsync(
            $"""
            INSERT INTO overlap_rulings ({RulingColumns})
            VALUES (@Id, @AssignmentId, @OtherId, @WorkId, @OtherWorkId, @findings, @ruling, @KeptId, @Reason, @RuledBy, @RuledRole, @RuledAt)
            """,
            new
            {
                ruled.Id,
                ruled.AssignmentId,
                ruled.OtherId,
                ruled.WorkId,
                ruled.OtherWorkId,
                findings = JsonSerializer.Serialize(
                    new Kept(overlap.Other.Title, overlap.Other.Lead.Unit, overlap.Count, overlap.Similarity, overlap.Findings), ContractJson.Options),
                ruling = ruled.Ruling.ToString(),
                ruled.KeptId,
                ruled.Reason,
                ruled.RuledBy,
                ruled.RuledRole,
                ruled.RuledAt,
            });
    }

    /// <summary>Newest first, before <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<(Ruled Ruled, Kept Kept)>> ListRulingsAsync(Session session, Guid assignment, Guid? before, int limit)
    {
        var rows = await session.ListAsync<RulingRow>(
            $"""
            SELECT {RulingColumns} FROM overlap_rulings
            WHERE (assignment_id = @assignment OR other_id = @assignment) {(before is null ? "" : "AND id < @before")}
            ORDER BY id DESC LIMIT @limit
            """, new { assignment, before, limit });
        return [.. rows.Select(row => (row.ToRuled(), JsonSerializer.Deserialize<Kept>(row.Findings, ContractJson.Options)!))];
    }
}
