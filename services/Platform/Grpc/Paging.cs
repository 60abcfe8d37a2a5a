using CanThoGov.Platform.Errors;

namespace CanThoGov.Platform.Grpc;

/// <summary>One page of a list.</summary>
/// <param name="Size">At most this many.</param>
/// <param name="After">Where the page before ended; null for the first page.</param>
public readonly record struct PageRequest(int Size, string? After);

/// <summary>Page sizes and page tokens: a <see cref="CursorToken"/> of the last row.</summary>
public static class Paging
{
    public const int DefaultSize = 50;
    public const int MaxSize = 1000;

    /// <param name="filters">What else the request asks for, in a fixed order; the same as for <see cref="Token"/>.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT for <c>page_size</c> or <c>page_token</c>.</exception>
    public static PageRequest Parse(int pageSize, string pageToken, params string[] filters)
    {
        var errors = new FieldErrors();
        var page = Parse(errors, pageSize, pageToken, filters);
        errors.ThrowIfAny();
        return page;
    }

    /// <summary>The same for a request with more fields to check.</summary>
    public static PageRequest Parse(FieldErrors errors, int pageSize, string pageToken, params string[] filters)
    {
        if (pageSize < 0)
            errors.Add("page_size", "must not be negative");
        var after = pageToken.Length == 0 ? null : CursorToken.Cursor(pageToken, filters);
        if (pageToken.Length > 0 && after is null)
            errors.Add("page_token", "is not a token of a page with these filters");
        return new PageRequest(pageSize <= 0 ? DefaultSize : Math.Min(pageSize, MaxSize), after);
    }

    /// <summary>The token of the page behind <paramref name="cursor"/>.</summary>
    public static string Token(string cursor, params string[] filters) => CursorToken.Of(cursor, filters);
}
