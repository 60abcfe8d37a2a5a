using System.Globalization;
using System.Text;

namespace CanThoGov.Platform.Text;

/// <summary>
/// Makes texts comparable as people type them: without diacritics, so also whichever letter carries the tone mark (Hòa, Hoà), in lower case.
/// The portal's <c>portal.js</c> folds what is typed in the same way.
/// </summary>
public static class Folding
{
    /// <summary>Characters of a word that count; what is longer was never typed by hand.</summary>
    public const int MaxWordLength = 40;

    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(c is 'đ' or 'Đ' ? 'd' : char.ToLowerInvariant(c));
            }
        }

        return folded.ToString();
    }

    /// <summary>The folded words in their order: runs of letters and digits, whatever stands between them.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var c in Fold(text))
        {
            if (!char.IsLetterOrDigit(c))
            {
                End();
            }
            else if (word.Length < MaxWordLength)
            {
                word.Append(c);
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }
}
