using CanThoGov.Platform.Errors;

namespace CanThoGov.Platform.Grpc;

/// <summary>Reads resource names: collections and ids in turn, <c>units/{unit}/assignments/{assignment}</c>.</summary>
public static class ResourceName
{
    /// <summary>In place of an id: all that the caller may see. No id is ever this.</summary>
    public const string Wildcard = "-";

    const int MaxIdLength = 64;

    /// <summary>Reads <c>{collection}/{id}</c>.</summary>
    /// <returns>The id; empty if the name is malformed, which is then among the errors.</returns>
    public static string Parse(string collection, string name, FieldErrors errors, string field, bool wildcard = false) =>
        Parse([collection], name, errors, field, wildcard)[0];

    /// <summary>Reads a nested name: <c>Parse(["units", "assignments"], request.Name, errors, "name") is [var unit, var assignment]</c>.</summary>
    /// <returns>One id for each collection; all empty if the name is malformed, which is then among the errors.</returns>
    public static string[] Parse(
        ReadOnlySpan<string> collections, string name, FieldErrors errors, string field, bool wildcard = false)
    {
        var ids = new string[collections.Length];
        var segments = name.Split('/', (2 * collections.Length) + 1);
        var valid = segments.Length == 2 * collections.Length;
        for (var i = 0; valid && i < ids.Length; i++)
        {
            ids[i] = segments[(2 * i) + 1];
            valid = segments[2 * i] == collections[i] && (IsId(ids[i]) || (wildcard && ids[i] == Wildcard));
        }

        if (!valid)
        {
            Array.Fill(ids, "");
            errors.Add(field, name.Length == 0 ? "is required" : $"must have the form {Pattern(collections)}");
        }

        return ids;
    }

    /// <summary>1 to 64 of <c>A-Z a-z 0-9 . _ -</c>, beginning with a letter or a digit.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdLength
        && char.IsAsciiLetterOrDigit(id[0])
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    static string Pattern(ReadOnlySpan<string> collections) =>
        string.Join('/', collections.ToArray().Select(collection => $"{collection}/{{id}}"));
}
