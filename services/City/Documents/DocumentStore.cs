using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Documents;

public sealed class DocumentStore
{
    const string Columns =
        """
        id, number, symbol, printed_number, kind, issue_date, place, issuer, authority_line, signer, signer_role, title, bases, recipients,
        archive_note, urgency, secrecy, illustrative, created_at, version
        """;

    const string ProvisionColumns = "p.id, p.document_id, p.ordinal, p.section, p.item, p.summary, p.text, p.gives_work";

    public async Task<Document> GetAsync(Session session, Guid id) =>
        await session.FindAsync<Document>($"SELECT {Columns} FROM documents WHERE id = @id", new { id })
        ?? throw DomainException.NotFound("DOCUMENT_NOT_FOUND", "document", $"documents/{id}");

    /// <summary>Holds the row until the end of the transaction: who adds to the document waits for who does so already.</summary>
    public async Task<Document> GetForChangeAsync(Transaction transaction, Guid id) =>
        await transaction.FindAsync<Document>($"SELECT {Columns} FROM documents WHERE id = @id {transaction.Dialect.ForUpdate}", new { id })
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
            VALUES (@Id, @Number, @Symbol, @PrintedNumber, @Kind, @IssueDate, @Place, @Issuer, @AuthorityLine, @Signer, @SignerRole, @Title,
                @Bases, @Recipients, @ArchiveNote, @urgency, @secrecy, @Illustrative, @CreatedAt, @Version)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                document.Id,
                document.Number,
                document.Symbol,
                document.PrintedNumber,
                document.Kind,
                document.IssueDate,
                document.Place,
                document.Issuer,
                document.AuthorityLine,
                document.Signer,
                document.SignerRole,
                document.Title,
                document.Bases,
                document.Recipients,
                document.ArchiveNote,
                urgency = document.Urgency.ToString(),
                secrecy = document.Secrecy.ToString(),
                document.Illustrative,
                document.CreatedAt,
                document.Version,
            });
        if (added == 0)
        {
            throw DomainException.Exists("DOCUMENT_EXISTS",
                $"There is a document {document.PrintedNumber} of {document.IssueDate:yyyy-MM-dd} by {document.Issuer} already.",
                "document", document.PrintedNumber);
        }

        transaction.Publish(document.Registered());
    }

    public async Task<Provision> GetProvisionAsync(Session session, Guid documentId, Guid id) =>
        await session.FindAsync<Provision>(
            $"SELECT {ProvisionColumns} FROM provisions p WHERE p.id = @id AND p.document_id = @documentId",
            new { id, documentId })
        ?? throw DomainException.NotFound("PROVISION_NOT_FOUND", "provision", $"documents/{documentId}/provisions/{id}");

    /// <summary>By document and place in it, behind <paramref name="after"/>.</summary>
    /// <param name="documentId">Null for the provisions of all documents.</param>
    /// <param name="after">Id of the provision that the page before ended with, wherever it stands by now; null for the first page.</param>
    /// <param name="unassigned">Only those that give work of which nothing was made but what was cancelled.</param>
    public Task<IReadOnlyList<Provision>> ListProvisionsAsync(Session session, Guid? documentId, bool unassigned, Guid? after, int limit) =>
        session.ListAsync<Provision>(
            $"""
            SELECT {ProvisionColumns}, (SELECT COUNT(*) FROM assignments a WHERE a.provision_id = p.id) AS assignment_count
            FROM provisions p
            WHERE TRUE {(after is null ? "" : "AND (p.document_id, p.ordinal) > (SELECT document_id, ordinal FROM provisions WHERE id = @after)")}
                {(documentId is null ? "" : "AND p.document_id = @documentId")}
                {(unassigned
                    ? "AND p.gives_work AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.provision_id = p.id AND a.state <> 'Cancelled')"
                    : "")}
            ORDER BY p.document_id, p.ordinal LIMIT @limit
            """, new { documentId, after, limit });

    /// <summary>Needs the document held (<see cref="GetForChangeAsync"/>).</summary>
    /// <returns>With its place in the document.</returns>
    /// <exception cref="DomainException">PROVISION_EXISTS.</exception>
    public async Task<Provision> AddProvisionAsync(Transaction transaction, Provision provision)
    {
        var end = await transaction.SingleAsync<int>(
            "SELECT COALESCE(MAX(ordinal), 0) + 1 FROM provisions WHERE document_id = @DocumentId", provision);
        provision = provision with { Ordinal = provision.Ordinal == 0 ? end : Math.Min(provision.Ordinal, end) };
        await transaction.ExecuteAsync(
            "UPDATE provisions SET ordinal = ordinal + 1 WHERE document_id = @DocumentId AND ordinal >= @Ordinal", provision);
        var added = await transaction.ExecuteAsync(
            """
            INSERT INTO provisions (id, document_id, ordinal, section, item, summary, text, gives_work)
            VALUES (@Id, @DocumentId, @Ordinal, @Section, @Item, @Summary, @Text, @GivesWork)
            ON CONFLICT (document_id, section, item) DO NOTHING
            """, provision);
        return added == 1 ? provision : throw DomainException.Exists("PROVISION_EXISTS",
            $"The document has a provision {provision.Section}, item {provision.Item}, already.",
            "provision", $"documents/{provision.DocumentId}");
    }
}
