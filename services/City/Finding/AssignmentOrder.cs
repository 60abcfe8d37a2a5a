using System.Globalization;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Text;
using Google.Protobuf;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Finding;

/// <summary>Where a list goes on: behind this key, and for the same key behind this id.</summary>
public sealed record AssignmentCursor(string Key, Guid Id)
{
    public static AssignmentCursor Parse(string text)
    {
        var end = text.LastIndexOf('\n');
        return new(text[..end], Guid.Parse(text.AsSpan(end + 1)));
    }

    public override string ToString() => $"{Key}\n{Id}";

    /// <summary>All that a request asks for but the page: what a token is good for.</summary>
    public static string[] FiltersOf(Pb.ListAssignmentsRequest request)
    {
        var asked = request.Clone();
        (asked.PageSize, asked.PageToken) = (0, "");
        return ["assignments", asked.ToByteString().ToBase64()];
    }
}

/// <summary>What a list is sorted by. The id decides between equals, and alone is the order of creation.</summary>
public sealed record AssignmentOrder(AssignmentOrder.By Field, bool IsDescending)
{
    public enum By { Created, Due, Issued, Title }

    /// <summary>In place of a due or issue time that there is not.</summary>
    public static readonly DateTimeOffset Never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <param name="text"><c>due_time desc</c>; empty for the newest first.</param>
    public static AssignmentOrder Parse(string text, FieldErrors errors, string field)
    {
        var name = text.EndsWith(" desc", StringComparison.Ordinal) ? text[..^" desc".Length] : text;
        switch (name)
        {
            case "" when text.Length == 0:
                return new(By.Created, IsDescending: true);
            case "create_time":
                return new(By.Created, name != text);
            case "due_time":
                return new(By.Due, name != text);
            case "issue_time":
                return new(By.Issued, name != text);
            case "title":
                return new(By.Title, name != text);
            default:
                errors.Add(field, "must be create_time, due_time, issue_time or title, or one of these with ' desc'");
                return new(By.Created, IsDescending: true);
        }
    }

    public AssignmentCursor CursorOf(AssignmentSnapshot assignment) => new(
        Field switch
        {
            By.Due => Time(DueKey(assignment)),
            By.Issued => Time(IssueKey(assignment)),
            By.Title => VietnameseOrder.Key(assignment.Title),
            _ => "",
        },
        assignment.Id);

    /// <summary>The key as a parameter of SQL; null where the id is all.</summary>
    public object? KeyOf(AssignmentCursor cursor) => Field switch
    {
        By.Due or By.Issued => DateTimeOffset.ParseExact(cursor.Key, "O", CultureInfo.InvariantCulture),
        By.Title => cursor.Key,
        _ => null,
    };

    public static DateTimeOffset DueKey(AssignmentSnapshot assignment) => assignment.Deadline.DueAt ?? Never;

    public static DateTimeOffset IssueKey(AssignmentSnapshot assignment) => assignment.IssuedAt ?? Never;

    static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
