using FsCheck;
using FsCheck.Fluent;

namespace CanThoGov.Calendar.Tests;

/// <summary>10,000 random cases each, on the real calendar and on invented ones, against the slow oracle.</summary>
[Trait("Category", "Unit")]
public sealed class ReckoningProperties
{
    const int Cases = 10_000;

    static readonly DateTimeOffset First = new(2025, 4, 1, 0, 0, 0, TimeSpan.FromHours(7));

    static readonly WorkingHours Split = new([new(new(7, 30), new(11, 30)), new(new(12, 0), new(13, 15)), new(new(13, 15), new(16, 0))]);

    static readonly (WorkingCalendar Calendar, Oracle Oracle)[] Calendars =
        [.. Enumerable.Range(0, 20).Select(Invented).Prepend(RealCalendar.Load()).Select(calendar => (calendar, new Oracle(calendar)))];

    static Gen<int> Which => Gen.Choose(0, Calendars.Length - 1);

    static Gen<DateOnly> Date => Gen.Choose(0, 800).Select(days => DateOnly.FromDateTime(First.DateTime).AddDays(days));

    static Gen<DateTimeOffset> Moment => Gen.Choose(0, 800 * 24 * 60).Select(minutes => First.AddMinutes(minutes));

    [Fact]
    public void Add_Subtract_AreAWalkDayByDay() => Holds(
        from which in Which from date in Date from days in Gen.Choose(-40, 40) select (which, date, days),
        it => Calendars[it.which].Calendar.AddWorkingDays(it.date, it.days) == Calendars[it.which].Oracle.Add(it.date, it.days));

    [Fact]
    public void Count_IsAWalkDayByDay_AndTheOtherWayRoundItsNegative() => Holds(
        from which in Which from date in Date from days in Gen.Choose(0, 90) select (which, date, days),
        it =>
        {
            var (calendar, oracle) = Calendars[it.which];
            var count = calendar.CountWorkingDays(it.date, it.date.AddDays(it.days));
            return count == oracle.Count(it.date, it.date.AddDays(it.days)) && count == -calendar.CountWorkingDays(it.date.AddDays(it.days), it.date);
        });

    [Fact]
    public void AddWorkingTime_Forwards_IsTheClockRunning() => Holds(
        from which in Which from moment in Moment from minutes in Gen.Choose(0, 1_200) select (which, moment, minutes),
        it => Calendars[it.which].Calendar.AddWorkingTime(it.moment, TimeSpan.FromMinutes(it.minutes))
            == Calendars[it.which].Oracle.AddMinutes(it.moment, it.minutes));

    [Fact]
    public void AddWorkingTime_Backwards_IsTheClockRunningBack() => Holds(
        from which in Which from moment in Moment from minutes in Gen.Choose(1, 1_200) select (which, moment, minutes),
        it => Calendars[it.which].Calendar.AddWorkingTime(it.moment, -TimeSpan.FromMinutes(it.minutes))
            == Calendars[it.which].Oracle.AddMinutes(it.moment, -it.minutes));

    [Fact]
    public void CountWorkingTime_IsTheClockRunning_AndTheOtherWayRoundItsNegative() => Holds(
        from which in Which from moment in Moment from minutes in Gen.Choose(0, 5_000) select (which, moment, minutes),
        it =>
        {
            var (calendar, oracle) = Calendars[it.which];
            var to = it.moment.AddMinutes(it.minutes);
            var time = calendar.CountWorkingTime(it.moment, to);
            return time == TimeSpan.FromMinutes(oracle.CountMinutes(it.moment, to)) && time == -calendar.CountWorkingTime(to, it.moment);
        });

    [Fact]
    public void Pauses_KeepWhatWasConsumed() => Holds(
        from which in Regular from ledger in Ledger(extensions: 0) select (which, ledger), IsRight);

    [Fact]
    public void Extensions_WithPausesBeforeAndBehind_CountFromTheLastOne() => Holds(
        from which in Regular from ledger in Ledger(extensions: 3) select (which, ledger), IsRight);

    [Fact]
    public void Explanation_EndsWithTheDueTime_AndAccountsForEachWorkingDay() => Holds(
        from which in Regular from ledger in Ledger(extensions: 3) select (which, ledger),
        it =>
        {
            var calendar = Calendars[it.which].Calendar;
            var steps = DeadlineExplanation.Of(it.ledger, calendar);
            var counted = steps.TakeWhile(step => step.Kind != StepKind.Base).Where(step => step.Kind == StepKind.DaySkipped)
                .Select(step => step.Date).Distinct().Count();
            var start = steps[0].Date;
            var basis = steps.First(step => step.Kind == StepKind.Base);
            return steps[^1].Time == Reckoning.DueAt(it.ledger, calendar)
                && steps.Where(step => step.Kind == StepKind.DaySkipped).All(step => step.Reason.Length > 0)
                && (it.ledger.Rule is not DeadlineRule.AfterWorkingDays rule || basis.Date.DayNumber - start.DayNumber - counted == rule.Days);
        });

    [Fact]
    public void Ledger_InAnyOrder_GivesTheSameDueTime() => Holds(
        from which in Regular from ledger in Ledger(extensions: 3) from seed in Gen.Choose(0, int.MaxValue) select (which, ledger, seed),
        it =>
        {
            var random = new System.Random(it.seed);
            var shuffled = it.ledger with
            {
                Pauses = [.. it.ledger.Pauses.OrderBy(_ => random.Next())],
                Extensions = [.. it.ledger.Extensions.OrderBy(_ => random.Next())],
            };
            return Reckoning.DueAt(shuffled, Calendars[it.which].Calendar) == Reckoning.DueAt(it.ledger, Calendars[it.which].Calendar);
        });

    static bool IsRight((int Which, DeadlineLedger Ledger) it) =>
        Reckoning.DueAt(it.Ledger, Calendars[it.Which].Calendar) == Calendars[it.Which].Oracle.DueAt(it.Ledger);

    // Those with the plain hours: elsewhere nobody works until 17:00, and the end of the last minute worked is not the due time.
    static Gen<int> Regular => Gen.Choose(0, Calendars.Length - 1).Where(which => Calendars[which].Calendar.Hours == WorkingHours.Default);

    static Gen<DeadlineLedger> Ledger(int extensions) =>
        from start in Gen.Choose(0, 500 * 24 * 60).Select(minutes => First.AddMinutes(minutes))
        from kind in Gen.Choose(0, 2)
        from days in Gen.Choose(1, 15)
        from pauses in Gen.Choose(0, 4)
        from cuts in Gen.Choose(0, 20 * 24 * 60).ListOf(2 * pauses)
        from granted in Gen.Choose(0, extensions)
        from grants in (from at in Gen.Choose(0, 20 * 24 * 60) from more in Gen.Choose(1, 15) select (at, more)).ListOf(granted)
        select new DeadlineLedger(
            kind switch
            {
                0 => new DeadlineRule.OnDate(DateOnly.FromDateTime(start.DateTime).AddDays(days)),
                1 => new DeadlineRule.AfterWorkingDays(days),
                _ => new DeadlineRule.AfterCalendarDays(days),
            },
            start,
            [.. cuts.Order().Chunk(2).Select(cut => new ClockPause(start.AddMinutes(cut[0]), start.AddMinutes(cut[1]), "chờ"))],
            [.. grants.DistinctBy(grant => grant.at).Select(grant => new GrantedExtension(
                DateOnly.FromDateTime(start.AddMinutes(grant.at).DateTime).AddDays(grant.more), start.AddMinutes(grant.at), "xin thêm"))]);

    static void Holds<T>(Gen<T> cases, Func<T, bool> property) =>
        Prop.ForAll(cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true));

    static WorkingCalendar Invented(int seed)
    {
        var random = new System.Random(seed);
        var dates = Enumerable.Range(0, 3 * 365).Where(_ => random.Next(12) == 0).Select(new DateOnly(2025, 1, 1).AddDays);
        return new($"mẫu {seed}", 2025, 2027, [.. dates.Select(date => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday
            ? new CalendarDay(date, DayEffect.Work, "swap_work", "Làm bù", "Worked", "mẫu")
            : new CalendarDay(date, DayEffect.Off, "holiday", "Ngày nghỉ", "Day off", "mẫu"))], seed % 3 == 0 ? Split : null);
    }
}
