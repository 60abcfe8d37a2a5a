using System.ComponentModel.DataAnnotations;

namespace CanThoGov.Platform.Attachments;

/// <summary>What a service takes as evidence, and where it keeps it: <c>{Service}:Attachments</c> where several share a process.</summary>
public sealed class AttachmentOptions
{
    public const string Section = "Attachments";

    /// <summary>
    /// Folder of this service alone, which all of its replicas share. Empty: beside the database file of SQLite; with PostgreSQL nothing is taken.
    /// </summary>
    public string Folder { get; init; } = "";

    /// <summary>Largest file.</summary>
    [Range(1, 1L << 32)]
    public long MaxBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Files of one assignment, those of its work items included.</summary>
    [Range(1, 1000)]
    public int MaxCount { get; init; } = 50;

    /// <summary>All files of one assignment together; and as much again may be on its way.</summary>
    [Range(1, 1L << 40)]
    public long MaxTotalBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Separated by commas. Nothing that a browser or an office program would run.</summary>
    [Required]
    public string ContentTypes { get; init; } =
        "application/pdf,image/jpeg,image/png,text/plain,text/csv,application/vnd.openxmlformats-officedocument.wordprocessingml.document," +
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/vnd.oasis.opendocument.text," +
        "application/vnd.oasis.opendocument.spreadsheet";

    /// <summary>How long what belongs to nothing is kept: it may be an upload that goes on.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "30.00:00:00")]
    public TimeSpan KeepUnfinished { get; init; } = TimeSpan.FromDays(1);

    public IReadOnlyList<string> AllowedTypes() => ContentTypes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
