namespace CanThoGov.Calendar;

/// <summary>By what a due date is found, before anything moves it.</summary>
public abstract record DeadlineRule
{
    DeadlineRule()
    {
    }

    /// <summary>A date that the document or a named person gives.</summary>
    public sealed record OnDate(DateOnly Date) : DeadlineRule;

    /// <summary>Working days after the day of the start, which is itself not counted.</summary>
    public sealed record AfterWorkingDays(int Days) : DeadlineRule;

    /// <summary>Calendar days after the day of the start, which is itself not counted.</summary>
    public sealed record AfterCalendarDays(int Days) : DeadlineRule;
}

/// <summary>A time in which the clock stood still.</summary>
/// <param name="To">Null while it stands still.</param>
/// <param name="Reason">For who reads the explanation.</param>
public sealed record ClockPause(DateTimeOffset From, DateTimeOffset? To, string Reason = "");

/// <summary>More time that was granted: from then on another date counts.</summary>
public sealed record GrantedExtension(DateOnly Date, DateTimeOffset GrantedAt, string Reason = "");

/// <summary>
/// All that a due time depends on besides the calendar. The due time is never changed by itself: whatever happens enters the ledger, and
/// it is reckoned anew. So the order in which things became known makes no difference.
/// </summary>
/// <param name="StartedAt">The issue.</param>
/// <param name="Pauses">In any order; they do not overlap.</param>
/// <param name="Extensions">In any order.</param>
/// <param name="Words">How the document puts it, for the explanation.</param>
public sealed record DeadlineLedger(
    DeadlineRule Rule, DateTimeOffset StartedAt, IReadOnlyList<ClockPause> Pauses, IReadOnlyList<GrantedExtension> Extensions,
    string Words = "");
