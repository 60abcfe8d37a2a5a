using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Documents;

public sealed class DocumentRelationStore
{
    const string Columns = "id, document_id, kind, target_id, printed_target, created_at, created_by";

    /// <summary>Those that begin or end at the document, oldest first, after <paramref name="after"/>.</summary>
    public Task<IReadOnlyList<DocumentRelation>> ListAsync(Session session, Guid documentId, Guid after, int limit) =>
        session.ListAsync<DocumentRelation>(
            $"""
            SELECT {Columns} FROM document_relations WHERE (document_id = @documentId OR target_id = @documentId) AND id > @after
            ORDER BY id LIMIT @limit
            """, new { documentId, after, limit });

    public async Task<DocumentRelation> GetAsync(Session session, Guid documentId, Guid id) =>
        await session.FindAsync<DocumentRelation>(
            $"SELECT {Columns} FROM document_relations WHERE id = @id AND document_id = @documentId", new { id, documentId })
        ?? throw DomainException.NotFound("RELATION_NOT_FOUND", "document relation", $"documents/{documentId}/relations/{id}");

    /// <exception cref="DomainException">RELATION_EXISTS, LINEAGE_CYCLE.</exception>
    public async Task AddAsync(Transaction transaction, DocumentRelation relation)
    {
        if (relation is { Descends: true, TargetId: { } target })
        {
            await RequireNoCycleAsync(transaction, relation.DocumentId, target);
        }

        var added = await transaction.ExecuteAsync(
            $"""
            INSERT INTO document_relations ({Columns})
            VALUES (@Id, @DocumentId, @kind, @TargetId, @PrintedTarget, @CreatedAt, @CreatedBy) ON CONFLICT DO NOTHING
            """,
            new
            {
                relation.Id,
                relation.DocumentId,
                kind = relation.Kind.ToString(),
                relation.TargetId,
                relation.PrintedTarget,
                relation.CreatedAt,
                relation.CreatedBy,
            });
        if (added == 0)
        {
            throw DomainException.Exists("RELATION_EXISTS", $"The document {relation.Kind} that one already.",
                "document relation", $"documents/{relation.DocumentId}");
        }

        transaction.Publish(relation.Related());
    }

    public async Task RemoveAsync(Transaction transaction, DocumentRelation relation, DateTimeOffset at)
    {
        await transaction.ExecuteAsync("DELETE FROM document_relations WHERE id = @Id", new { relation.Id });
        transaction.Publish(relation.Removed(at));
    }

    // Two that close a cycle between them must not look at the same time, so each raises the revision of the lineage first.
    static async Task RequireNoCycleAsync(Transaction transaction, Guid document, Guid target)
    {
        await transaction.ExecuteAsync("UPDATE register_revisions SET revision = revision + 1 WHERE register = 'lineage'");
        var found = await transaction.SingleAsync<int>(
            """
            WITH RECURSIVE above (id) AS (
                SELECT id FROM documents WHERE id = @target
                UNION
                SELECT r.target_id FROM document_relations r JOIN above ON r.document_id = above.id
                WHERE r.target_id IS NOT NULL AND r.kind IN ('Implements', 'Amends'))
            SELECT COUNT(*) FROM above WHERE id = @document
            """, new { document, target });
        if (found > 0)
        {
            throw DomainException.Precondition("LINEAGE_CYCLE",
                "The target implements or amends the document already, directly or over others; it cannot have come before it and after it.")
                .With("document", $"documents/{document}").With("target", $"documents/{target}");
        }
    }
}
