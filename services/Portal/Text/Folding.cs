using System.Globalization;
using System.Text;

namespace CanThoGov.Portal.Text;

/// <summary>
/// Makes texts comparable as people type them: without diacritics, so also whichever letter carries the tone mark (Hòa, Hoà), in lower case.
/// <c>portal.js</c> folds what is typed in the same way.
/// </summary>
public static class Folding
{
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
}
