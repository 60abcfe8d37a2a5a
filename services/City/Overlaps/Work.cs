using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Text;

namespace CanThoGov.City.Overlaps;

/// <summary>
/// What one document, or one provision of it, says in the same words, to however many units. Words are folded, so that it does not matter how
/// they were typed, and compared in pairs: a Vietnamese word is mostly two syllables, and single ones are the same everywhere.
/// </summary>
/// <param name="Words">Of title and content, each separated by blanks, with a line break between the two.</param>
public sealed record Work(Guid Id, Guid DocumentId, Guid? ProvisionId, string Words)
{
    /// <summary>From this share of pairs in common on, two works say something similar: of the whole, or of titles that say enough.</summary>
    public const double SimilarWhole = 0.4, SimilarTitle = 0.6;

    // More says nothing new about what a work is, and costs with each check.
    const int MaxWords = 300, TitleThatSaysEnough = 4;

    // Bands of a few smallest hashes: works with the shares above have one in common in more than nine of ten cases (1 - (1 - s^rows)^bands),
    // others hardly ever.
    const int WholeBands = 20, WholeRows = 2, TitleBands = 10, TitleRows = 3;

    public static Work Of(AssignmentSnapshot assignment)
    {
        var title = Folding.Words(assignment.Title);
        var words = $"{string.Join(' ', title)}\n{string.Join(' ', Folding.Words(assignment.Content).Take(MaxWords))}";
        // The id says what the work is: who gives it twice at the same time makes the same one.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{assignment.DocumentId}\n{assignment.ProvisionId}\n{words}"));
        return new(new Guid(hash.AsSpan(0, 16)), assignment.DocumentId, assignment.ProvisionId, words);
    }

    IReadOnlyList<string> Title => Split(Words[..Words.IndexOf('\n', StringComparison.Ordinal)]);

    IReadOnlyList<string> Whole => Split(Words);

    bool HasTellingTitle => Title.Count >= TitleThatSaysEnough;

    /// <summary>The signature: similar works share a number.</summary>
    public long[] Bands()
    {
        var whole = Bands(Pairs(Whole), WholeBands, WholeRows, seed: 1);
        return [.. (HasTellingTitle ? whole.Concat(Bands(Pairs(Title), TitleBands, TitleRows, seed: 2)) : whole).Distinct()];
    }

    /// <summary>The share of pairs in common.</summary>
    /// <returns>Of the whole or of the titles, whichever is larger; <c>IsSimilar</c> by the limit of either.</returns>
    public (double Share, bool IsSimilar) SimilarityTo(Work other)
    {
        var whole = Share(Pairs(Whole), Pairs(other.Whole));
        var title = HasTellingTitle && other.HasTellingTitle ? Share(Pairs(Title), Pairs(other.Title)) : 0;
        return (Math.Max(whole, title), whole >= SimilarWhole || title >= SimilarTitle);
    }

    static string[] Split(string words) => words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    static HashSet<ulong> Pairs(IReadOnlyList<string> words)
    {
        var pairs = new HashSet<ulong>();
        for (var i = 0; i < Math.Max(1, words.Count - 1); i++)
        {
            pairs.Add(Hash(string.Join(' ', words.Skip(i).Take(2))));
        }

        return pairs;
    }

    static double Share(HashSet<ulong> one, HashSet<ulong> other)
    {
        var common = one.Count(other.Contains);
        return (double)common / (one.Count + other.Count - common);
    }

    static IEnumerable<long> Bands(HashSet<ulong> pairs, int bands, int rows, ulong seed)
    {
        for (var band = 0; band < bands; band++)
        {
            var key = Mix(seed + ((ulong)band << 32));
            for (var row = 0; row < rows; row++)
            {
                var salt = Mix(seed + ((ulong)((band * rows) + row) << 8));
                key = Mix(key ^ pairs.Min(pair => Mix(pair ^ salt)));
            }

            yield return (long)key;
        }
    }

    // Stored, so they must come out the same on every machine and in every release.
    static ulong Hash(string text) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
