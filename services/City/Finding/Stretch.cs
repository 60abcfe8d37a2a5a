using System.Buffers.Binary;
using System.Globalization;

namespace CanThoGov.City.Finding;

/// <summary>
/// Some time in which assignments were created, as their ids tell. A search for words goes from stretch to stretch until its page is full, each
/// longer than the one before: what many say is found in the first, and what hardly any says costs a look at a few.
/// </summary>
/// <param name="From">The first id that can be in it.</param>
/// <param name="Below">The first that cannot.</param>
/// <param name="Marks">With what is in it is marked, one for each step of time.</param>
public sealed record Stretch(Guid From, Guid Below, string[] Marks)
{
    const long StepMilliseconds = 10L * 24 * 60 * 60 * 1000, LastMillisecond = (1L << 48) - 1;
    const int Growth = 4;

    public static string MarkOf(Guid id) => Mark(StepOf(id));

    /// <summary>From the step of the first id to that of the last, which may be earlier.</summary>
    public static IEnumerable<Stretch> Between(Guid first, Guid last)
    {
        var (step, direction) = (StepOf(first), StepOf(last) < StepOf(first) ? -1 : 1);
        var left = Math.Abs(StepOf(last) - step) + 1;
        for (long length = 1; left > 0; length *= Growth)
        {
            length = Math.Min(length, left);
            var end = step + (direction * (length - 1));
            yield return Of(Math.Min(step, end), (int)length);
            step = end + direction;
            left -= length;
        }
    }

    static Stretch Of(long step, int length) =>
        new(FirstOf(step), FirstOf(step + length), [.. Enumerable.Range(0, length).Select(i => Mark(step + i))]);

    static string Mark(long step) => string.Create(CultureInfo.InvariantCulture, $"#{step}");

    // The first 48 bits of a UUID of version 7 are the milliseconds since 1970 (RFC 9562, section 5.7).
    static long StepOf(Guid id) => BinaryPrimitives.ReadInt64BigEndian([0, 0, .. id.ToByteArray(bigEndian: true).AsSpan(0, 6)]) / StepMilliseconds;

    static Guid FirstOf(long step) => Guid.Parse(string.Create(
        CultureInfo.InvariantCulture, $"{Math.Min(step * StepMilliseconds, LastMillisecond):x12}{0:x20}"));
}
