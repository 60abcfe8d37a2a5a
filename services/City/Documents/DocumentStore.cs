using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Documents;

public sealed class DocumentStore
{
    const string Columns =
        "id, number, symbol, kind, issue_date, place, issuer, signer, signer_role, title, bases, recipients, illustrative, created_at, version";

    public async Task<Document> GetAsync(Session session, Guid id) =>
        await session.FindAsync<Document>($"SELECT {Columns} FROM documents WHERE id = @id", new { id })
        ?? throw DomainException.NotFound("DOCUMENT_NOT_FOUND", "document", $"documents/{id}");

    /// <summary>In the order of registration.</summary>
    public Task<IReadOnlyList<Document>> ListAsync(Session session, Guid after, int limit) =>
        session.ListAsync<Document>($"SELECT {Columns} FROM documents WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit });

    /// <exception cref="DomainException">DOCUMENT_EXISTS.</exception>
    public async Task AddAsync(Transaction transaction, Document document)
    {
        var added = await transaction.ExecuteAsync(
            $"""
            INSERT INTO documents ({Columns})
            VALUES (@Id, @Number, @Symbol, @Kind, @IssueDate, @Place, @Issuer, @Signer, @SignerRole, @Title, @Bases, @Recipients,
                @Illustrative, @CreatedAt, @Version)
            ON CONFLICT DO NOTHING
            """, document);
        if (added == 0)
        {
            throw DomainException.Exists("DOCUMENT_EXISTS",
                $"There is a document {document.Number}-{document.Symbol} of {document.IssueDate:yyyy-MM-dd} by {document.Issuer} already.",
                "document", $"{document.Number}-{document.Symbol}");
        }

        transaction.Publish(new DocumentRegistered(
            document.Id, document.Number, document.Symbol, document.Kind, document.IssueDate, document.Issuer, document.Title,
            document.Illustrative, document.CreatedAt, document.Version));
    }

    public async Task<Provision> GetProvisionAsync(Session session, Guid documentId, Guid id) =>
        await session.FindAsync<Provision>(
            "SELECT id, document_id, ordinal, section, item, summary, gives_work FROM provisions WHERE id = @id AND document_id = @documentId",
            new { id, documentId })
        ?? throw DomainException.NotFound("PROVISION_NOT_FOUND", "provision", $"documents/{documentId}/provisions/{id}");

    /// <summary>In the order of the document.</summary>
    public Task<IReadOnlyList<Provision>> ListProvisionsAsync(Session session, Guid documentId, int after, int limit) =>
        session.ListAsync<Provision>(
            """
            SELECT p.id, p.document_id, p.ordinal, p.section, p.item, p.summary, p.gives_work,
                (SELECT COUNT(*) FROM assignments a WHERE a.provision_id = p.id) AS assignment_count
            FROM provisions p WHERE p.document_id = @documentId AND p.ordinal > @after ORDER BY p.ordinal LIMIT @limit
            """, new { documentId, after, limit });

    /// <exception cref="DomainException">PROVISION_EXISTS.</exception>
    public async Task AddProvisionAsync(Transaction transaction, Provision provision)
    {
        var added = await transaction.ExecuteAsync(
            """
            INSERT INTO provisions (id, document_id, ordinal, section, item, summary, gives_work)
            SELECT @Id, @DocumentId, COALESCE(MAX(ordinal), 0) + 1, @Section, @Item, @Summary, @GivesWork
            FROM provisions WHERE document_id = @DocumentId
            ON CONFLICT (document_id, section, item) DO NOTHING
            """, provision);
        if (added == 0)
        {
            throw DomainException.Exists("PROVISION_EXISTS",
                $"The document has a provision {provision.Section}, item {provision.Item}, already.",
                "provision", $"documents/{provision.DocumentId}");
        }
    }
}
