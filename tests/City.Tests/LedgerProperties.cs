using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Calendars;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using FsCheck;
using FsCheck.Fluent;

namespace CanThoGov.City.Tests;

/// <summary>
/// Pauses, extensions and changed calendars, in any order, each at its time: whatever was done, the due time that is stored is the one
/// that the ledger gives when it is read from its beginning, and more time that is granted is more time.
/// The clock stands still just while an accepted obstacle waits for its answer.
/// </summary>
[Trait("Category", "Unit")]
public sealed class LedgerProperties
{
    const int Cases = 2_000;

    static readonly DateTimeOffset Start = LocalTime.At(new(2026, 1, 5), new(8, 0));

    enum Deed { Raise, Accept, Answer, Ask, Grant, Refuse, ChangeCalendar, Suspend, Resume, Return, IssueAgain }

    [Fact]
    public void WhateverHappens_TheDueTimeIsWhatTheLedgerGives() => Prop.ForAll(
        (from kind in Gen.Elements(DeadlineKind.WorkingDays, DeadlineKind.CalendarDays, DeadlineKind.FixedDate)
         from days in Gen.Choose(3, 20)
         from deeds in (from deed in Gen.Elements(Enum.GetValues<Deed>()) from hours in Gen.Choose(0, 60) select (deed, hours)).ListOf(14)
         select (kind, days, deeds)).ToArbitrary(),
        it => Holds(it.kind, it.days, it.deeds)).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true));

    static bool Holds(DeadlineKind kind, int days, IReadOnlyList<(Deed Deed, int Hours)> deeds)
    {
        var calendar = Calendar(1);
        var assignment = new Assignment(Draft(kind, days), 1);
        var now = Start;
        assignment.Issue(new(calendar), At(now));
        var original = assignment.Snapshot.Deadline.OriginalDueAt;
        foreach (var (deed, hours) in deeds)
        {
            now += TimeSpan.FromHours(hours);
            var before = assignment.Snapshot.Deadline;
            var granted = assignment.Snapshot.Extensions.Count(one => one.State == ExtensionState.Granted);
            var running = DueAt(assignment.Snapshot, calendar, now);
            try
            {
                if (deed == Deed.ChangeCalendar)
                {
                    calendar = Calendar(calendar.Number + 1);
                    // Closed or handed back, nobody has a date to meet; it is reckoned when it is issued again.
                    if (assignment.Snapshot.State != AssignmentState.Returned)
                    {
                        assignment.MoveDueTime(new(calendar), At(now));
                    }
                }
                else
                {
                    Do(deed, assignment, new(calendar), now);
                }
            }
            catch (DomainException)
            {
                // Refused in this state: nothing may have changed.
                if (assignment.Snapshot.Deadline != before)
                {
                    return false;
                }
            }

            var after = assignment.Snapshot.Deadline;
            var isReckoned = assignment.Snapshot.State == AssignmentState.Returned || after.DueAt == DueAt(assignment.Snapshot, calendar);
            var revision = before.Revision + (after.DueAt == before.DueAt ? 0 : 1);
            var isLater = assignment.Snapshot.Extensions.Count(one => one.State == ExtensionState.Granted) == granted
                || DueAt(assignment.Snapshot, calendar, now) > running;
            var stands = assignment.Snapshot.State != AssignmentState.Returned
                && assignment.Snapshot.Obstacles.Any(one => one.State == ObstacleState.Accepted);
            if (stands != (assignment.Snapshot.OpenPause() is not null) || !isLater || !isReckoned || after.OriginalDueAt != original || after.Revision != revision)
            {
                return false;
            }
        }

        return true;
    }

    static void Do(Deed deed, Assignment assignment, Schedule schedule, DateTimeOffset now)
    {
        switch (deed)
        {
            case Deed.Raise:
                assignment.RaiseObstacle(new("đất đai", new("van-phong-ubnd", ObstacleLevel.City, now)), At(now));
                break;
            case Deed.Accept:
                assignment.AcceptObstacle(assignment.Snapshot.Obstacles.Count, "Sở Nội vụ", At(now));
                break;
            case Deed.Answer:
                assignment.AnswerObstacle(assignment.Snapshot.Obstacles.Count, schedule, At(now));
                break;
            case Deed.Ask:
                var date = LocalTime.DateOf(assignment.Snapshot.Deadline.DueAt!.Value > now ? assignment.Snapshot.Deadline.DueAt.Value : now);
                while (!schedule.IsWorkingDay(date = date.AddDays(1)))
                {
                }

                assignment.RequestExtension(date, maxGranted: 100, schedule, At(now));
                break;
            case Deed.Grant or Deed.Refuse:
                assignment.DecideExtension(deed == Deed.Grant, schedule, At(now));
                break;
            case Deed.Suspend:
                assignment.Suspend(At(now));
                break;
            case Deed.Resume:
                assignment.Resume(At(now));
                break;
            case Deed.Return:
                assignment.Return(new(GroundKind.WrongCompetence), schedule, At(now));
                break;
            case Deed.IssueAgain:
                assignment.Issue(schedule, At(now));
                break;
        }
    }

    // Written out once more, without the code under test: from the snapshot's own lists.
    /// <param name="open">When a pause that has not ended is taken to end; null if it moves nothing yet.</param>
    static DateTimeOffset DueAt(AssignmentSnapshot assignment, NumberedCalendar calendar, DateTimeOffset? open = null)
    {
        var deadline = assignment.Deadline;
        DeadlineRule rule = deadline.Kind switch
        {
            DeadlineKind.WorkingDays => new DeadlineRule.AfterWorkingDays(deadline.WorkingDays),
            DeadlineKind.CalendarDays => new DeadlineRule.AfterCalendarDays(deadline.CalendarDays),
            _ => new DeadlineRule.OnDate(deadline.Date!.Value),
        };
        return Reckoning.DueAt(
            new(rule, Start,
                [.. assignment.Pauses.Select(pause => new ClockPause(pause.StartedAt, pause.EndedAt ?? open))],
                [.. assignment.Extensions.Where(one => one.State == ExtensionState.Granted).Select(one => new GrantedExtension(one.ProposedDate, one.DecidedAt!.Value))]),
            calendar.Days);
    }

    /// <summary>Another calendar for each number: other days off, the same years.</summary>
    static NumberedCalendar Calendar(long number) => new(number, new WorkingCalendar($"mẫu {number}", 2025, 2028,
        [.. Enumerable.Range(0, 900).Where(i => (i + number) % 11 == 0).Select(new DateOnly(2026, 1, 6).AddDays)
            .Where(date => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            .Select(date => new CalendarDay(date, DayEffect.Off, "holiday", "Ngày nghỉ mẫu", "Day off", "mẫu"))]));

    static Act At(DateTimeOffset now) =>
        new() { Verb = "verb", Actor = "Cán bộ Mẫu 01", Units = ["van-phong-ubnd"], Unit = "mau-a-2026", At = now, Note = "Lý do" };

    static AssignmentSnapshot Draft(DeadlineKind kind, int days) => new(
        Guid.CreateVersion7(), AssignmentState.Draft, "Dọn kênh Rạch Bần", "Nạo vét", Guid.CreateVersion7(), null, null,
        new("mau-a-2026", Organ.PeoplesCommittee), [], new("", "Chủ tịch UBND"), "Chịu trách nhiệm", "Biên bản", "", CriteriaSet.FiveClear,
        new Deadline(kind, WorkingDays: days, CalendarDays: days, Date: new DateOnly(2026, 1, 5).AddDays(days)), new("", "Chủ tịch UBND"),
        Illustrative: true, ProgressPercent: 0, [], [], [], [], Start, null, null)
    {
        Assigner = "van-phong-ubnd",
    };
}
