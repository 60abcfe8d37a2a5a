using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.Attachments.V1;

namespace CanThoGov.Platform.Attachments;

/// <summary>A file that was uploaded whole.</summary>
public sealed record Attachment
{
    /// <summary>Chosen by who uploaded it; within its parent.</summary>
    public required Guid Id { get; init; }

    /// <summary>Resource name of what it belongs to.</summary>
    public required string Parent { get; init; }

    /// <summary>Resource name of the assignment, for which the limits are.</summary>
    public required string Owner { get; init; }

    /// <summary>Within its parent, in the order of the uploads.</summary>
    public int Number { get; init; }

    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    public required long SizeBytes { get; init; }

    public required string Sha256 { get; init; }

    public required string UploadedBy { get; init; }

    /// <summary>Business time.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public string Name => NameOf(Parent, Id);

    public static string NameOf(string parent, Guid id) => $"{parent}/attachments/{id}";

    /// <summary>Whether it is what was uploaded before.</summary>
    public bool IsSame(Attachment other) =>
        (FileName, ContentType, SizeBytes, Sha256) == (other.FileName, other.ContentType, other.SizeBytes, other.Sha256);

    public Pb.Attachment ToProto() => new()
    {
        Name = Name,
        FileName = FileName,
        ContentType = ContentType,
        SizeBytes = SizeBytes,
        Sha256 = Sha256,
        UploadedBy = UploadedBy,
        CreateTime = Timestamp.FromDateTimeOffset(CreatedAt),
    };
}

/// <summary>
/// Rows of attachments, and of the files behind them. A file has its row before it has its name, and loses it only after a long time in which
/// nobody uploaded it again, in the transaction that removes it: so no attachment is ever without its file, and no file is forgotten.
/// </summary>
public sealed class AttachmentStore
{
    const string Columns = "id, parent, owner, number, file_name, content_type, size_bytes, sha256, uploaded_by, created_at";

    /// <returns>Null if there is none.</returns>
    public Task<Attachment?> FindAsync(Session session, string parent, Guid id) =>
        session.FindAsync<Attachment>($"SELECT {Columns} FROM attachments WHERE parent = @parent AND id = @id", new { parent, id });

    /// <summary>In the order of the uploads.</summary>
    public Task<IReadOnlyList<Attachment>> ListAsync(Session session, string parent, int after, int limit) =>
        session.ListAsync<Attachment>(
            $"SELECT {Columns} FROM attachments WHERE parent = @parent AND number > @after ORDER BY number LIMIT @limit",
            new { parent, after, limit });

    /// <exception cref="DomainException">FAILED_PRECONDITION: the assignment would have more than it may.</exception>
    public async Task RequireRoomAsync(Session session, Attachment attachment, AttachmentOptions options)
    {
        var (count, total) = await session.SingleAsync<(long Count, long Total)>(
            "SELECT COUNT(*), COALESCE(SUM(size_bytes), 0) FROM attachments WHERE owner = @Owner", new { attachment.Owner });
        if (count >= options.MaxCount)
        {
            throw DomainException.Precondition("ATTACHMENTS_TOO_MANY", $"The assignment has {count} files; at most {options.MaxCount} are taken.")
                .With("max_count", options.MaxCount);
        }

        if (total + attachment.SizeBytes > options.MaxTotalBytes)
        {
            throw DomainException.Precondition("ATTACHMENTS_TOO_LARGE",
                $"The assignment's files have {total} bytes already; together at most {options.MaxTotalBytes} are taken.")
                .With("total_bytes", total).With("max_total_bytes", options.MaxTotalBytes);
        }
    }

    /// <summary>The owner has to be locked, which gives the numbers their order.</summary>
    public Task AddAsync(Transaction transaction, Attachment attachment) =>
        transaction.ExecuteAsync(
            $"""
            INSERT INTO attachments ({Columns})
            VALUES (@Id, @Parent, @Owner, (SELECT COALESCE(MAX(number), 0) + 1 FROM attachments WHERE parent = @Parent),
                @FileName, @ContentType, @SizeBytes, @Sha256, @UploadedBy, @CreatedAt)
            """, attachment);

    /// <summary>Announces a file: from here on it is not removed for a while. To be committed before the file gets its name.</summary>
    public Task TouchFileAsync(Transaction transaction, string sha256) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO attachment_files (sha256, touched_at) VALUES (@sha256, @RealNow)
            ON CONFLICT (sha256) DO UPDATE SET touched_at = excluded.touched_at
            """, new { sha256, transaction.RealNow });

    /// <summary>Files that belong to no attachment, and that nobody uploaded since then; their rows are gone, and held until the commit.</summary>
    public Task<IReadOnlyList<string>> TakeForgottenFilesAsync(Transaction transaction, DateTimeOffset before) =>
        transaction.ListAsync<string>(
            """
            DELETE FROM attachment_files
            WHERE touched_at < @before AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.sha256 = attachment_files.sha256)
            RETURNING sha256
            """, new { before });
}
