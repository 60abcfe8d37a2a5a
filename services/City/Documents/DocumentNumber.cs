using System.Text;
using System.Text.RegularExpressions;

namespace CanThoGov.City.Documents;

/// <summary>Whose rules a document's number follows.</summary>
public enum DocumentWorld { Party = 1, State }

/// <summary>
/// Number and symbol of a document, in the format of its world: the Party writes a hyphen between them (<c>55-CT/TW</c>), the state a
/// slash (<c>36/CT-TTg</c>), and a legal document of the state has the year in its number (<c>73/2023/NĐ-CP</c>). Two documents may have
/// the same one.
/// </summary>
/// <param name="Number"><c>631</c>, <c>05</c>, <c>73/2023</c>.</param>
/// <param name="Symbol"><c>CT/BCSD</c>, <c>CT-TTg</c>, <c>QH15</c>.</param>
public sealed partial record DocumentNumber(DocumentWorld World, string Number, string Symbol)
{
    /// <summary>
    /// Reads what is printed after "Số", or with it. A stray space is as good as none (<c>631 -CT/BCSD</c>), and so is any other dash.
    /// </summary>
    /// <returns>Null if it is in neither format.</returns>
    public static DocumentNumber? Parse(string printed)
    {
        var match = Printed().Match(Tidy(printed));
        return match.Success ? Of(match.Groups["number"].Value, match.Groups["separator"].Value, match.Groups["symbol"].Value) : null;
    }

    /// <summary>The same from the two parts.</summary>
    /// <returns>Null if they fit into neither format, or one is missing.</returns>
    public static DocumentNumber? Of(string number, string symbol)
    {
        (number, symbol) = (Tidy(number), Tidy(symbol));
        return Parse($"{number}-{symbol}") ?? Parse($"{number}/{symbol}");
    }

    /// <summary>As it ought to be printed, without a stray space.</summary>
    public override string ToString() => $"{Number}{(World == DocumentWorld.Party ? '-' : '/')}{Symbol}";

    /// <summary>NFC, one kind of dash, and no space beside a dash, a slash or the ends.</summary>
    public static string Tidy(string text) =>
        Separators().Replace(Dashes().Replace(text.Normalize(NormalizationForm.FormC), "-"), "$1").Trim();

    // A party symbol ends in a slash and the body; a state symbol has no slash. So the parts alone tell the world, whichever separator
    // was tried first.
    static DocumentNumber? Of(string number, string separator, string symbol) => (separator, symbol.Split('/')) switch
    {
        ("-", [_, var body]) when char.IsLetter(body[0]) && !number.Contains('/', StringComparison.Ordinal) =>
            new(DocumentWorld.Party, number, symbol),
        ("/", [_]) => new(DocumentWorld.State, number, symbol),
        _ => null,
    };

    [GeneratedRegex(
        @"^(?:Số:?\s*)?(?<number>[0-9]{1,6}[A-Za-zĐđ]?(?:/(?:19|20)[0-9]{2})?)(?<separator>[-/])(?<symbol>[\p{L}][\p{L}\p{N}.&]*(?:[-/][\p{L}\p{N}.&]+){0,4})$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Printed();

    [GeneratedRegex(@"\s*([-/])\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(@"[\u2010-\u2015\u2212]", RegexOptions.CultureInvariant)]
    private static partial Regex Dashes();
}
