using CanThoGov.Protos.Attachments.V1;

namespace CanThoGov.Portal.Text;

/// <summary>Where evidence is downloaded, and how a file is described.</summary>
public static class FileNames
{
    public const string CityPath = "/tep/nhiem-vu/{assignment}/{file}", WardPath = "/tep/viec/{unit}/{assignment}/{file}",
        WorkItemPath = "/tep/viec/{unit}/{assignment}/{item}/{file}";

    const double Kibi = 1024;

    public static string Path(Attachment file) => file.Name.Split('/') switch
    {
        ["assignments", var assignment, "attachments", var id] => $"/tep/nhiem-vu/{assignment}/{id}",
        ["units", var unit, "assignments", var assignment, "attachments", var id] => $"/tep/viec/{unit}/{assignment}/{id}",
        ["units", var unit, "assignments", var assignment, "workItems", var item, "attachments", var id] => $"/tep/viec/{unit}/{assignment}/{item}/{id}",
        _ => "",
    };

    /// <summary>"1,5 MiB".</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} byte",
        < 1024 * 1024 => Vietnamese.Decimal(bytes / Kibi) + " KiB",
        _ => Vietnamese.Decimal(bytes / Kibi / Kibi) + " MiB",
    };
}
