using System.Globalization;
using System.Text;

namespace CanThoGov.Calendar;

/// <summary>
/// Reads the days of a calendar from CSV text (RFC 4180 quotes, one row per line) with the columns
/// <c>date,weekday,effect,kind,name_vi,name_en,basis,verification</c>.
/// </summary>
public static class HolidayFile
{
    const string Header = "date,weekday,effect,kind,name_vi,name_en,basis,verification";

    /// <summary>Every day of the file in its order, or a refusal of the whole file.</summary>
    /// <exception cref="FormatException">A line is malformed; the message names it.</exception>
    public static IReadOnlyList<CalendarDay> Parse(TextReader csv)
    {
        if (csv.ReadLine()?.TrimStart('\uFEFF') != Header)
            throw Malformed(1, $"the header is not '{Header}'");

        var days = new List<CalendarDay>();
        var seen = new HashSet<DateOnly>();
        var number = 1;
        while (csv.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
                continue;
            var day = ParseDay(Split(line.Normalize(), number), number);
            if (!seen.Add(day.Date))
                throw Malformed(number, $"{day.Date:yyyy-MM-dd} was given before");
            days.Add(day);
        }

        return days;
    }

    static CalendarDay ParseDay(List<string> fields, int line)
    {
        if (fields.Count != 8)
            throw Malformed(line, $"{fields.Count} fields instead of 8");
        if (!DateOnly.TryParseExact(fields[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            throw Malformed(line, $"'{fields[0]}' is not a date like 2026-02-17");

        var weekday = date.ToString("ddd", CultureInfo.InvariantCulture);
        if (fields[1] != weekday)
            throw Malformed(line, $"{fields[0]} is a {weekday}, not '{fields[1]}'");
        var effect = fields[2] switch
        {
            "off" => DayEffect.Off,
            "work" => DayEffect.Work,
            _ => throw Malformed(line, $"the effect is '{fields[2]}' instead of 'off' or 'work'"),
        };
        if (fields[3].Length == 0 || fields[4].Length == 0)
            throw Malformed(line, "kind or name_vi is empty");
        return new CalendarDay(date, effect, fields[3], fields[4], fields[5], fields[6]);
    }

    static List<string> Split(string line, int number)
    {
        var fields = new List<string>();
        var position = 0;
        while (true)
        {
            fields.Add(line.AsSpan(position).StartsWith("\"") ? Quoted(line, number, ref position) : Plain(line, number, ref position));
            if (position == line.Length)
                return fields;
            if (line[position] != ',')
                throw Malformed(number, "text follows a closing quote");
            position++;
        }
    }

    static string Plain(string line, int number, ref int position)
    {
        var comma = line.IndexOf(',', position);
        var end = comma < 0 ? line.Length : comma;
        var field = line[position..end];
        if (field.Contains('"'))
            throw Malformed(number, "a quote stands inside a field that is not quoted");
        position = end;
        return field;
    }

    static string Quoted(string line, int number, ref int position)
    {
        var field = new StringBuilder();
        for (position++; position < line.Length; position++)
        {
            if (line[position] != '"')
            {
                field.Append(line[position]);
                continue;
            }

            position++;
            if (position == line.Length || line[position] != '"')
                return field.ToString();
            field.Append('"');
        }

        throw Malformed(number, "a quote is not closed");
    }

    static FormatException Malformed(int line, string why) => new($"Holiday file, line {line}: {why}. Nothing was read.");
}
