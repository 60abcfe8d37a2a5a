namespace CanThoGov.Platform.Data;

/// <summary>
/// Ids that sort as they were made, also within a millisecond, where those of <see cref="Guid.CreateVersion7()"/> are in no order: version 7
/// with the time to a quarter of a microsecond (RFC 9562, section 6.2, method 3). For rows that are read in the order of their ids and of
/// which one transaction writes several.
/// </summary>
public static class TimeOrderedId
{
    const int Fractions = 1 << 12;

    public static Guid Next()
    {
        var now = TimeProvider.System.GetUtcNow();
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        var fraction = now.Ticks % TimeSpan.TicksPerMillisecond * Fractions / TimeSpan.TicksPerMillisecond;
        bytes[6] = (byte)(0x70 | (fraction >> 8));
        bytes[7] = (byte)fraction;
        return new Guid(bytes, bigEndian: true);
    }
}
