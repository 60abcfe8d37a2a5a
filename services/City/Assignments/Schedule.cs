using CanThoGov.Calendar;
using CanThoGov.City.Calendars;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Assignments;

/// <summary>Finds due times by the working calendar in force. A due time is always reckoned from the whole ledger, never moved by itself.</summary>
public sealed class Schedule(NumberedCalendar calendar)
{
    /// <summary>Working days before the due time from which on it counts as due soon.</summary>
    public const int DueSoonDays = 3;

    public bool IsWorkingDay(DateOnly date) => Known(() => calendar.Days.IsWorkingDay(date));

    /// <param name="field">In which the date was given.</param>
    public void RequireWorkingDay(string field, DateOnly date, DateOnly after)
    {
        var errors = new FieldErrors();
        if (date <= after)
        {
            errors.Add(field, $"must be after {after:yyyy-MM-dd}");
        }
        else if (!IsWorkingDay(date))
        {
            errors.Add(field, $"is not a working day: {date:yyyy-MM-dd}");
        }

        errors.ThrowIfAny();
    }

    /// <summary>
    /// The deadline as the ledger now has it: a due time that changes is a new revision, and the first one is kept for ever. The same deadline
    /// where there is no date to meet.
    /// </summary>
    /// <param name="now">Business time: when the due time came about, if it changes.</param>
    public Deadline Reckon(AssignmentSnapshot assignment, DateTimeOffset now)
    {
        if (LedgerOf(assignment) is not { } ledger)
        {
            return assignment.Deadline;
        }

        var due = Known(() => Reckoning.DueAt(ledger, calendar.Days));
        var reckoned = assignment.Deadline with { DueSoonAt = Known(() => DueSoonAt(due)), Calendar = calendar.Number };
        return due == reckoned.DueAt
            ? reckoned
            : reckoned with
            {
                DueAt = due,
                OriginalDueAt = reckoned.OriginalDueAt ?? due,
                Revision = reckoned.Revision + 1,
                RevisedAt = now,
            };
    }

    /// <summary>The clock, if it stands still, runs on from then and keeps what was consumed.</summary>
    public AssignmentSnapshot RunOn(AssignmentSnapshot assignment, DateTimeOffset at, Act act)
    {
        if (assignment.OpenPause() is not { } open)
        {
            return assignment;
        }

        var ended = open with { EndedAt = at > open.StartedAt ? at : open.StartedAt, EndedBy = act.Actor };
        var running = assignment with { Pauses = [.. assignment.Pauses.Take(assignment.Pauses.Count - 1), ended] };
        return running with { Deadline = Reckon(running, act.At) };
    }

    /// <summary>When it would be due if a clock that stands still ran on now; null where there is no date to meet.</summary>
    public DateTimeOffset? DueIfRunningOn(AssignmentSnapshot assignment, DateTimeOffset now) => LedgerOf(assignment) is { } ledger
        ? Known(() => Reckoning.DueAt(
            ledger with { Pauses = [.. ledger.Pauses.Select(pause => pause with { To = pause.To ?? (now > pause.From ? now : pause.From) })] }, calendar.Days))
        : null;

    /// <summary>The end of business so many working days later.</summary>
    public DateTimeOffset After(int workingDays, DateTimeOffset at) =>
        LocalTime.At(Known(() => calendar.Days.AddWorkingDays(LocalTime.DateOf(at), workingDays)), LocalTime.EndOfBusiness);

    /// <summary>How the due time comes about; null where there is none.</summary>
    public IReadOnlyList<DeadlineStep>? Explain(AssignmentSnapshot assignment) =>
        LedgerOf(assignment) is { } ledger ? Known(() => DeadlineExplanation.Of(ledger, calendar.Days)) : null;

    DateTimeOffset DueSoonAt(DateTimeOffset due)
    {
        var date = LocalTime.DateOf(due);
        return LocalTime.At(calendar.Days.AddWorkingDays(date, -DueSoonDays), TimeOnly.MinValue) + (due - LocalTime.At(date, TimeOnly.MinValue));
    }

    static DeadlineLedger? LedgerOf(AssignmentSnapshot assignment) =>
        assignment.Deadline.StartedAt is { } started && RuleOf(assignment.Deadline) is { } rule
            ? new(
                rule, started,
                [.. assignment.Pauses.Select(pause => new ClockPause(pause.StartedAt, pause.EndedAt, $"Chờ {pause.WaitsFor}: {pause.Reason}"))],
                [.. assignment.Extensions.Where(extension => extension.State == ExtensionState.Granted).Select(extension =>
                    new GrantedExtension(extension.ProposedDate, extension.DecidedAt!.Value, extension.Reason))],
                assignment.Deadline.Words)
            : null;

    static DeadlineRule? RuleOf(Deadline deadline) => deadline.Kind switch
    {
        DeadlineKind.WorkingDays => new DeadlineRule.AfterWorkingDays(deadline.WorkingDays),
        DeadlineKind.CalendarDays => new DeadlineRule.AfterCalendarDays(deadline.CalendarDays),
        DeadlineKind.Period => new DeadlineRule.OnDate(
            LocalTime.QuarterEnd(int.Parse(deadline.Period.AsSpan(0, 4)), deadline.Period[^1] - '0')),
        DeadlineKind.FixedDate or DeadlineKind.None or DeadlineKind.Immediate when deadline.Date is { } date => new DeadlineRule.OnDate(date),
        _ => null,
    };

    static T Known<T>(Func<T> reckon)
    {
        try
        {
            return reckon();
        }
        catch (CalendarRangeException e)
        {
            throw DomainException.Precondition("DATE_BEYOND_CALENDAR", e.Message);
        }
    }
}
