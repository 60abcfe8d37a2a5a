using System.Text;

namespace CanThoGov.Platform.Text;

/// <summary>
/// Comma separated values as spreadsheets open them (RFC 4180): every cell quoted, lines ended by CRLF. A file begins with <see cref="Mark"/>,
/// by which they know that it is UTF-8.
/// </summary>
public static class Csv
{
    public const char Mark = '\uFEFF';

    // What a spreadsheet takes for the beginning of a formula, also in the wide forms of East Asian keyboards.
    const string Formula = "=+-@\t\r\n＝＋－＠";

    public static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>Shown as text, whatever it says: a formula gets an apostrophe before it.</summary>
    static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length + 3).Append('"');
        var start = text.AsSpan().TrimStart(' ');
        if (start.Length > 0 && Formula.Contains(start[0], StringComparison.Ordinal))
        {
            cell.Append('\'');
        }

        return cell.Append(text).Replace("\"", "\"\"", 1, cell.Length - 1).Append('"').ToString();
    }
}
