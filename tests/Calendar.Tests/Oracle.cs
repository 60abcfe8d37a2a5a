namespace CanThoGov.Calendar.Tests;

/// <summary>
/// The same answers the slow way: day by day and minute by minute, from the list of days, without the class under test. Only for whole
/// minutes.
/// </summary>
sealed class Oracle
{
    static readonly TimeSpan Local = TimeSpan.FromHours(7);
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly DateOnly _first;
    readonly bool[] _days;
    readonly bool[] _minutes = new bool[24 * 60];

    public Oracle(WorkingCalendar calendar)
    {
        _first = new DateOnly(calendar.FirstYear, 1, 1);
        _days = new bool[new DateOnly(calendar.LastYear, 12, 31).DayNumber - _first.DayNumber + 1];
        for (var i = 0; i < _days.Length; i++)
            _days[i] = _first.AddDays(i).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
        foreach (var day in calendar.Days)
            _days[day.Date.DayNumber - _first.DayNumber] = day.Effect == DayEffect.Work;
        foreach (var spell in calendar.Hours.Spells)
        {
            for (var time = spell.From; time < spell.To; time = time.Add(Minute))
                _minutes[(time.Hour * 60) + time.Minute] = true;
        }
    }

    public bool IsWorked(DateOnly date) => _days[date.DayNumber - _first.DayNumber];

    public DateOnly Add(DateOnly date, int days)
    {
        for (var left = Math.Abs(days); left > 0;)
        {
            date = date.AddDays(Math.Sign(days));
            left -= IsWorked(date) ? 1 : 0;
        }

        return date;
    }

    public int Count(DateOnly after, DateOnly upTo)
    {
        var count = 0;
        for (var date = after.AddDays(1); date <= upTo; date = date.AddDays(1))
            count += IsWorked(date) ? 1 : 0;
        return count;
    }

    /// <summary>Whether the minute that begins then is worked.</summary>
    public bool IsWorked(DateTimeOffset minute)
    {
        var local = minute.ToOffset(Local).DateTime;
        return _minutes[(local.Hour * 60) + local.Minute] && IsWorked(DateOnly.FromDateTime(local));
    }

    public DateTimeOffset AddMinutes(DateTimeOffset from, int minutes)
    {
        for (var left = Math.Abs(minutes); left > 0;)
        {
            left -= IsWorked(minutes > 0 ? from : from - Minute) ? 1 : 0;
            from += Math.Sign(minutes) * Minute;
        }

        return from;
    }

    public int CountMinutes(DateTimeOffset from, DateTimeOffset to)
    {
        var count = 0;
        for (; from < to; from += Minute)
            count += IsWorked(from) ? 1 : 0;
        return count;
    }

    /// <summary>
    /// What the clock has to run is what it would run up to the date without any pause; then it is watched running, minute by minute.
    /// </summary>
    public DateTimeOffset DueAt(DeadlineLedger ledger)
    {
        var since = ledger.StartedAt;
        var date = ledger.Rule switch
        {
            DeadlineRule.OnDate rule => rule.Date,
            DeadlineRule.AfterWorkingDays rule => Add(DateOf(since), rule.Days),
            DeadlineRule.AfterCalendarDays rule => DateOf(since).AddDays(rule.Days),
            _ => throw new InvalidOperationException(),
        };
        foreach (var extension in ledger.Extensions.OrderBy(extension => extension.GrantedAt))
            (since, date) = (extension.GrantedAt, extension.Date);
        while (!IsWorked(date))
            date = date.AddDays(1);

        var end = new DateTimeOffset(date.ToDateTime(new TimeOnly(17, 0)), Local);
        var now = since;
        for (var left = CountMinutes(since, end); left > 0; now += Minute)
            left -= IsWorked(now) && !ledger.Pauses.Any(pause => pause.From <= now && now < pause.To) ? 1 : 0;
        return now > end ? now : end;
    }

    static DateOnly DateOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Local).DateTime);
}
