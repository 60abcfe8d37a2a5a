using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CanThoGov.Platform.Grpc;

/// <summary>
/// Tokens that say where a reader is. Opaque to clients; each carries a cursor and a check sum over cursor and filters, so that it is refused
/// when the filters changed. It is no secret and no permission: everything is read with the caller's rights.
/// </summary>
public static class CursorToken
{
    const int CheckLength = 8;
    const int MaxLength = 2048;
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="filters">What else the request asks for, in a fixed order; the same as for <see cref="Cursor"/>.</param>
    public static string Of(string cursor, params ReadOnlySpan<string> filters)
    {
        var text = Encoding.UTF8.GetBytes(cursor);
        return Base64Url.EncodeToString([.. Check(text, filters), .. text]);
    }

    /// <returns>Null if it is no token that was made with these filters.</returns>
    public static string? Cursor(string token, params ReadOnlySpan<string> filters)
    {
        if (token.Length > MaxLength || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length < CheckLength)
            return null;
        var text = bytes.AsSpan(CheckLength);
        return Check(text, filters).AsSpan().SequenceEqual(bytes.AsSpan(0, CheckLength)) ? StrictUtf8.GetString(text) : null;
    }

    static byte[] Check(ReadOnlySpan<byte> cursor, ReadOnlySpan<string> filters)
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
