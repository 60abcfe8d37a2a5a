using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.Platform.Errors;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Calendars;

/// <summary>Reads a calendar from a request: whole, or not at all.</summary>
static class CalendarDraft
{
    const int MaxFileLength = 256 * 1024, MaxSpells = 8, EarliestYear = 2000, LatestYear = 2100;

    public static WorkingCalendar Parse(Pb.CalendarDraft? draft, FieldErrors errors)
    {
        draft ??= new Pb.CalendarDraft();
        errors.Required("calendar.version", draft.Version, 40);
        errors.Range("calendar.first_year", draft.FirstYear, EarliestYear, LatestYear);
        errors.Range("calendar.last_year", draft.LastYear, Math.Max(draft.FirstYear, EarliestYear), LatestYear);
        errors.Required("calendar.holiday_file", draft.HolidayFile, MaxFileLength);
        errors.Range("calendar.hours", draft.Hours.Count, 0, MaxSpells);
        var days = Days(draft, errors);
        var hours = Hours(draft, errors);
        errors.ThrowIfAny();
        try
        {
            return new WorkingCalendar(draft.Version, draft.FirstYear, draft.LastYear, days, hours);
        }
        catch (ArgumentException e)
        {
            errors.Add("calendar.holiday_file", e.Message);
            errors.ThrowIfAny();
            throw;
        }
    }

    static IReadOnlyList<CalendarDay> Days(Pb.CalendarDraft draft, FieldErrors errors)
    {
        try
        {
            using var file = new StringReader(draft.HolidayFile);
            return draft.HolidayFile.Length == 0 ? [] : HolidayFile.Parse(file);
        }
        catch (FormatException e)
        {
            errors.Add("calendar.holiday_file", e.Message);
            return [];
        }
    }

    static WorkingHours? Hours(Pb.CalendarDraft draft, FieldErrors errors)
    {
        if (draft.Hours.Count == 0)
        {
            return null;
        }

        var spells = draft.Hours.Select((spell, i) => new WorkingSpell(
            Time($"calendar.hours[{i}].from", spell.From, errors), Time($"calendar.hours[{i}].to", spell.To, errors))).ToArray();
        try
        {
            return errors.Any ? null : new WorkingHours(spells);
        }
        catch (ArgumentException e)
        {
            errors.Add("calendar.hours", e.Message);
            return null;
        }
    }

    static TimeOnly Time(string field, string value, FieldErrors errors)
    {
        if (!TimeOnly.TryParseExact(value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            errors.Add(field, "must be a time HH:MM");
        }

        return time;
    }
}
