namespace CanThoGov.Calendar;

/// <summary>What a step of an explanation does.</summary>
public enum StepKind { Start = 1, DaySkipped, DayWorked, Base, MovedToWorkingDay, Pause, Extension, Result }

/// <summary>One step of the way to a due time.</summary>
/// <param name="Date">The local date that it is about.</param>
/// <param name="Time">The moment that it is about, where it is more than a day.</param>
/// <param name="Amount">What it counts: days of a base, working minutes of a pause; 0 for nothing.</param>
/// <param name="Reason">In Vietnamese; the day's name, a weekday, the words of who decided.</param>
/// <param name="Basis">The law or notice on which it rests; empty for the plain week.</param>
public sealed record DeadlineStep(
    StepKind Kind, DateOnly Date, DateTimeOffset? Time = null, int Amount = 0, string Reason = "", string Basis = "");

/// <summary>Tells how <see cref="Reckoning.DueAt"/> comes to its answer, in the order in which a person would reckon.</summary>
public static class DeadlineExplanation
{
    const string TermEndsOnWorkingDay = "Bộ luật Dân sự 91/2015/QH13, Điều 148 khoản 5";

    /// <returns>The last step is the result, the same as <see cref="Reckoning.DueAt"/>.</returns>
    /// <exception cref="CalendarRangeException">The calendar does not reach as far.</exception>
    public static IReadOnlyList<DeadlineStep> Of(DeadlineLedger ledger, WorkingCalendar calendar)
    {
        var steps = new List<DeadlineStep>();
        var due = AddBase(steps, ledger, calendar);
        var since = ledger.StartedAt;

        // As it happened: an extension sets aside what the pauses before it had moved.
        foreach (var entry in Entries(ledger))
        {
            if (entry is GrantedExtension extension)
            {
                steps.Add(new(StepKind.Extension, extension.Date, extension.GrantedAt, Reason: extension.Reason));
                due = Reckoning.EndOf(AddRoll(steps, extension.Date, calendar));
                since = extension.GrantedAt;
                continue;
            }

            var pause = (ClockPause)entry;
            var lost = Reckoning.Lost(pause, since, due, calendar);
            steps.Add(new(StepKind.Pause, LocalTime.DateOf(pause.From), pause.To, (int)lost.TotalMinutes, pause.Reason));
            var moved = calendar.AddWorkingTime(due, lost);
            AddDays(steps, LocalTime.DateOf(due), LocalTime.DateOf(moved), calendar);
            due = moved;
        }

        steps.Add(new(StepKind.Result, LocalTime.DateOf(due), due));
        return steps;
    }

    static DateTimeOffset AddBase(List<DeadlineStep> steps, DeadlineLedger ledger, WorkingCalendar calendar)
    {
        var start = LocalTime.DateOf(ledger.StartedAt);
        var date = Reckoning.DateOf(ledger, calendar);
        steps.Add(new(StepKind.Start, start, ledger.StartedAt, Reason: ledger.Words));
        if (ledger.Rule is DeadlineRule.AfterWorkingDays)
        {
            AddDays(steps, start, date, calendar);
        }

        var amount = ledger.Rule switch
        {
            DeadlineRule.AfterWorkingDays rule => rule.Days,
            DeadlineRule.AfterCalendarDays rule => rule.Days,
            _ => 0,
        };
        steps.Add(new(StepKind.Base, date, Reckoning.EndOf(date), amount));
        return Reckoning.EndOf(AddRoll(steps, date, calendar));
    }

    /// <summary>The next working day, if the date is none.</summary>
    static DateOnly AddRoll(List<DeadlineStep> steps, DateOnly date, WorkingCalendar calendar)
    {
        var worked = Reckoning.OnWorkingDay(date, calendar);
        if (worked != date)
        {
            AddDays(steps, date.AddDays(-1), worked, calendar);
            steps.Add(new(StepKind.MovedToWorkingDay, worked, Reckoning.EndOf(worked), Basis: TermEndsOnWorkingDay));
        }

        return worked;
    }

    /// <summary>What is out of the ordinary on the days after <paramref name="after"/>, up to and with <paramref name="upTo"/>.</summary>
    static void AddDays(List<DeadlineStep> steps, DateOnly after, DateOnly upTo, WorkingCalendar calendar)
    {
        for (var date = after.AddDays(1); date <= upTo; date = date.AddDays(1))
        {
            var day = calendar.FindDay(date);
            if (!calendar.IsWorkingDay(date))
            {
                steps.Add(new(StepKind.DaySkipped, date, Reason: day?.NameVi ?? WeekdayOf(date), Basis: day?.Basis ?? ""));
            }
            else if (day is not null)
            {
                steps.Add(new(StepKind.DayWorked, date, Reason: day.NameVi, Basis: day.Basis));
            }
        }
    }

    static IEnumerable<object> Entries(DeadlineLedger ledger) =>
        ledger.Extensions.Cast<object>().Concat(Reckoning.Ended(ledger.Pauses).SelectMany(pause => Cut(pause, ledger.Extensions)))
            .OrderBy(entry => entry is GrantedExtension extension ? extension.GrantedAt : ((ClockPause)entry).From);

    /// <summary>A pause in which more time was granted: what comes behind counts anew.</summary>
    static IEnumerable<ClockPause> Cut(ClockPause pause, IReadOnlyList<GrantedExtension> extensions)
    {
        var from = pause.From;
        foreach (var at in extensions.Select(extension => extension.GrantedAt).Where(at => at > pause.From && at < pause.To).Order())
        {
            yield return pause with { From = from, To = at };
            from = at;
        }

        yield return pause with { From = from };
    }

    static string WeekdayOf(DateOnly date) => date.DayOfWeek == DayOfWeek.Sunday ? "Chủ nhật" : "Thứ Bảy";
}
