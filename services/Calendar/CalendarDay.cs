namespace CanThoGov.Calendar;

/// <summary>What a day of the calendar changes about the plain week.</summary>
public enum DayEffect
{
    /// <summary>A weekday that is not worked.</summary>
    Off,

    /// <summary>A Saturday or Sunday that is worked.</summary>
    Work,
}

/// <summary>One day that differs from the plain week (Monday to Friday worked).</summary>
/// <param name="Date">The local date.</param>
/// <param name="Effect">Whether the day is off or worked.</param>
/// <param name="Kind">Why: <c>holiday</c>, <c>swap_off</c>, <c>swap_work</c> or <c>makeup_off</c>.</param>
/// <param name="NameVi">The day's name in Vietnamese, NFC.</param>
/// <param name="NameEn">The day's name in English.</param>
/// <param name="Basis">The law or notice that the day rests on.</param>
public sealed record CalendarDay(DateOnly Date, DayEffect Effect, string Kind, string NameVi, string NameEn, string Basis);
