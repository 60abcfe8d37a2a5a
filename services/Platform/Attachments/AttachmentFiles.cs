using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using Grpc.Core;
using Microsoft.Data.Sqlite;

namespace CanThoGov.Platform.Attachments;

/// <summary>
/// The content of attachments, each file named by its SHA-256: what two rows share is stored once. What is not whole has another name.
/// </summary>
/// <param name="folder">Null if there is no place for files.</param>
public sealed class AttachmentFiles<TDatabase>(string? folder) where TDatabase : Database
{
    const int BufferSize = 64 * 1024;

    public static AttachmentFiles<TDatabase> Of(AttachmentOptions options, TDatabase database)
    {
        if (options.Folder.Length > 0 || database.Options.Provider != DatabaseProvider.Sqlite)
        {
            return new(options.Folder.Length > 0 ? Path.GetFullPath(options.Folder) : null);
        }

        var file = Path.GetFullPath(new SqliteConnectionStringBuilder(database.Options.ConnectionString).DataSource);
        return new(Path.Combine(Path.GetDirectoryName(file)!, "attachments", database.Service));
    }

    string Root => folder ?? throw DomainException.Precondition("ATTACHMENTS_NOT_CONFIGURED",
        "This service has no place for files: its operator has to set Attachments:Folder.");

    string Unfinished => Path.Combine(Root, "unfinished");

    /// <summary>
    /// Keeps the room that an upload will take, which must be held by nobody else meanwhile. It stays kept until the upload is whole or forgotten.
    /// </summary>
    /// <param name="room">For all that is unfinished of the assignment.</param>
    /// <exception cref="DomainException">UNAVAILABLE, reason <c>UPLOADS_UNFINISHED</c>: there is no room before others are whole or forgotten.</exception>
    public void Reserve(Attachment upload, long room)
    {
        Directory.CreateDirectory(Unfinished);
        var path = UnfinishedPath(upload);
        if (File.Exists(path))
        {
            return;
        }

        var kept = Directory.EnumerateFiles(Unfinished, $"{Hash(upload.Owner)}-*").Sum(file => RoomOf(SizeIn(file)));
        if (kept + RoomOf(upload.SizeBytes) > room)
        {
            throw DomainException.Unavailable("UPLOADS_UNFINISHED",
                $"Uploads of {kept} bytes to the assignment have begun and are not whole. Go on with those, or wait until they are forgotten.")
                .With("unfinished_bytes", kept);
        }

        File.Create(path).Dispose();
    }

    // However small, it takes its place on the disk.
    static long RoomOf(long size) => Math.Max(size, BufferSize);

    /// <summary>What has come of an upload so far, for this caller alone.</summary>
    /// <exception cref="DomainException">UNAVAILABLE, reason <c>UPLOAD_UNDER_WAY</c>: somebody else has it.</exception>
    public FileStream OpenUnfinished(Attachment upload)
    {
        Directory.CreateDirectory(Unfinished);
        try
        {
            return new(UnfinishedPath(upload), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferSize);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw DomainException.Unavailable("UPLOAD_UNDER_WAY", "Another call brings this file just now. Repeat the call.");
        }
    }

    public void RemoveUnfinished(Attachment upload) => File.Delete(UnfinishedPath(upload));

    /// <summary>Gives what is whole and on the disk its final name.</summary>
    public void Finish(Attachment upload)
    {
        var path = PathOf(upload.Sha256);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            File.Move(UnfinishedPath(upload), path, overwrite: true);
        }
        catch (FileNotFoundException) when (File.Exists(path))
        {
            return;   // another call that brought the same was quicker
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.Flush(flushToDisk: true);   // the new name, too, is on the disk before a row tells of it
    }

    /// <summary>The content from its beginning, after it was found to be what was uploaded.</summary>
    /// <exception cref="DomainException">DATA_LOSS, reason <c>ATTACHMENT_DAMAGED</c>.</exception>
    public async Task<FileStream> OpenAsync(string sha256, long size, CancellationToken ct)
    {
        if (File.Exists(PathOf(sha256)))
        {
            var file = new FileStream(PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
            try
            {
                if (file.Length == size && await HashAsync(file, ct) == sha256)
                {
                    file.Position = 0;
                    return file;
                }
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }

            await file.DisposeAsync();
        }

        throw new DomainException(StatusCode.DataLoss, "ATTACHMENT_DAMAGED", "The stored file is not what was uploaded, or is gone.").With("sha256", sha256);
    }

    public static async Task<string> HashAsync(Stream content, CancellationToken ct) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));

    public void Remove(string sha256) => File.Delete(PathOf(sha256));

    /// <summary>Removes uploads that nobody went on with since then.</summary>
    public void RemoveUnfinished(DateTimeOffset before)
    {
        if (folder is null || !Directory.Exists(Unfinished))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(Unfinished).Where(path => File.GetLastWriteTimeUtc(path) < before.UtcDateTime))
        {
            File.Delete(path);
        }
    }

    string PathOf(string sha256) => Path.Combine(Root, sha256[..2], sha256);

    // Nothing of what a caller says becomes a path but the size: by it is known how much room is kept.
    string UnfinishedPath(Attachment upload) =>
        Path.Combine(Unfinished, $"{Hash(upload.Owner)}-{Hash($"{upload.Name} {upload.Sha256}")}-{upload.SizeBytes.ToString(CultureInfo.InvariantCulture)}");

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static long SizeIn(string path) => long.Parse(path[(path.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
}
