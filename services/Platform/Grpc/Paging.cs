using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CanThoGov.Platform.Errors;

namespace CanThoGov.Platform.Grpc;

/// <summary>One page of a list.</summary>
/// <param name="Size">At most this many.</param>
/// <param name="After">Where the page before ended; null for the first page.</param>
public readonly record struct PageRequest(int Size, string? After);

/// <summary>
/// Page sizes and page tokens. A token is opaque to clients; it carries the cursor of the last row and a check sum over cursor and filters,
/// so that it is refused when the filters changed. It is no secret and no permission: every page is read with the caller's rights.
/// </summary>
public static class Paging
{
    public const int DefaultSize = 50;
    public const int MaxSize = 1000;

    const int CheckLength = 8;
    const int MaxTokenLength = 2048;
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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
        var after = pageToken.Length == 0 ? null : Cursor(pageToken, filters);
        if (pageToken.Length > 0 && after is null)
            errors.Add("page_token", "is not a token of a page with these filters");
        return new PageRequest(pageSize <= 0 ? DefaultSize : Math.Min(pageSize, MaxSize), after);
    }

    /// <summary>The token of the page behind <paramref name="cursor"/>.</summary>
    public static string Token(string cursor, params string[] filters)
    {
        var text = Encoding.UTF8.GetBytes(cursor);
        return Base64Url.EncodeToString([.. Check(text, filters), .. text]);
    }

    static string? Cursor(string token, string[] filters)
    {
        if (token.Length > MaxTokenLength || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length < CheckLength)
            return null;
        var text = bytes.AsSpan(CheckLength);
        return Check(text, filters).AsSpan().SequenceEqual(bytes.AsSpan(0, CheckLength)) ? StrictUtf8.GetString(text) : null;
    }

    static byte[] Check(ReadOnlySpan<byte> cursor, string[] filters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var filter in filters)
        {
            var bytes = Encoding.UTF8.GetBytes(filter);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));   // "a","bc" is not "ab","c"
            hash.AppendData(bytes);
        }

        hash.AppendData(cursor);
        return hash.GetHashAndReset()[..CheckLength];
    }
}
