using System.Globalization;
using CanThoGov.Calendar;
using Google.Protobuf.WellKnownTypes;

namespace CanThoGov.Portal.Text;

/// <summary>
/// Dates, times and numbers as they are written in Vietnamese, by Cần Thơ's clock. Spelt out here, so that they look the same on machines
/// without Vietnamese locale data.
/// </summary>
public static class Vietnamese
{
    static readonly string[] Weekdays = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];

    static readonly NumberFormatInfo Numbers = new() { NumberGroupSeparator = ".", NumberDecimalSeparator = "," };

    public static string Number(long value) => value.ToString("#,0", Numbers);

    /// <summary>"1,5".</summary>
    public static string Decimal(double value) => value.ToString("0.#", Numbers);

    /// <summary>"30/01/2026".</summary>
    public static string Date(Timestamp instant) => Date(LocalTime.DateOf(instant.ToDateTimeOffset()));

    public static string Date(DateOnly date) => date.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    /// <summary>The contract's <c>YYYY-MM-DD</c>; as it is if it is none.</summary>
    public static string Date(string date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value) ? Date(value) : date;

    /// <summary>"thứ Sáu" of the contract's <c>YYYY-MM-DD</c>; empty if it is none.</summary>
    public static string Weekday(string date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value) ? Weekdays[(int)value.DayOfWeek] : "";

    /// <summary>"2 giờ 30 phút".</summary>
    public static string WorkingTime(int minutes) => string.Join(' ', new[]
    {
        minutes >= 60 ? $"{Number(minutes / 60)} giờ" : "", minutes % 60 > 0 ? $"{minutes % 60} phút" : "",
    }.Where(part => part.Length > 0));

    /// <summary>"17:00 30/01/2026".</summary>
    public static string Moment(Timestamp instant) => Local(instant).ToString("HH':'mm dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    /// <summary>"17:00, thứ Sáu, 30/01/2026".</summary>
    public static string LongMoment(Timestamp instant)
    {
        var local = Local(instant);
        return local.ToString("HH':'mm", CultureInfo.InvariantCulture) + $", {Weekdays[(int)local.DayOfWeek]}, {Date(instant)}";
    }

    /// <summary>"17:00:05,123", for traces.</summary>
    public static string Clock(Timestamp instant) => Local(instant).ToString("HH':'mm':'ss','fff", CultureInfo.InvariantCulture);

    /// <summary>For <c>datetime</c> attributes.</summary>
    public static string Machine(Timestamp instant) => Local(instant).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>The contract's <c>YYYY-MM-DD</c>.</summary>
    public static string Day(Timestamp instant) => LocalTime.DateOf(instant.ToDateTimeOffset()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Quarters one after the other have numbers one after the other.</summary>
    public static int QuarterNumber(Timestamp instant)
    {
        var date = LocalTime.DateOf(instant.ToDateTimeOffset());
        return (date.Year * 4) + ((date.Month - 1) / 3);
    }

    /// <summary>The contract's <c>YYYY-Qn</c> of a <see cref="QuarterNumber"/>.</summary>
    public static string Quarter(int number) => string.Create(CultureInfo.InvariantCulture, $"{number / 4}-Q{(number % 4) + 1}");

    /// <summary>"2026-Q1" as "quý I/2026".</summary>
    public static string Period(string period) =>
        period.Split("-Q") is [var year, ['1' or '2' or '3' or '4'] quarter]
            ? $"quý {new[] { "I", "II", "III", "IV" }[quarter[0] - '1']}/{year}"
            : period;

    /// <summary>"còn 3 ngày", "hôm nay", "quá 5 ngày": in calendar days.</summary>
    public static string Until(Timestamp due, Timestamp now)
    {
        var days = LocalTime.DateOf(due.ToDateTimeOffset()).DayNumber - LocalTime.DateOf(now.ToDateTimeOffset()).DayNumber;
        return days switch
        {
            0 when due < now => "đã quá giờ hôm nay",
            0 => "hôm nay",
            > 0 => $"còn {Number(days)} ngày",
            _ => $"quá {Number(-days)} ngày",
        };
    }

    /// <summary>"97,1%"; a dash if there is nothing of which it could be a share.</summary>
    public static string Share(int part, int whole) =>
        whole == 0 ? "–" : part == whole ? "100%" : (Math.Floor(1000m * part / whole) / 10).ToString("0.#", Numbers) + "%";

    /// <summary>"0,4 ms", "12 ms", "3,2 giây".</summary>
    public static string Length(Duration duration)
    {
        var time = duration.ToTimeSpan();
        return time.TotalMilliseconds < 10 ? time.TotalMilliseconds.ToString("0.0", Numbers) + " ms"
            : time.TotalSeconds < 1 ? time.TotalMilliseconds.ToString("0", Numbers) + " ms"
            : time.TotalSeconds < 60 ? time.TotalSeconds.ToString("0.0", Numbers) + " giây"
            : $"{(int)time.TotalMinutes} phút {time.Seconds} giây";
    }

    static DateTimeOffset Local(Timestamp instant) => instant.ToDateTimeOffset().ToOffset(LocalTime.Zone.BaseUtcOffset);
}
