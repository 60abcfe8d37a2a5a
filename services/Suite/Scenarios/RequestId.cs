using System.Security.Cryptography;
using System.Text;

namespace CanThoGov.Suite.Scenarios;

internal static class RequestId
{
    /// <summary>
    /// The same parts give the same id, so that a player that is started again repeats its calls instead of making new ones.
    /// </summary>
    public static string For(params ReadOnlySpan<string> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001F', parts)));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);   // RFC 9562, version 8: a hash of our own making
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString("D");
    }
}
