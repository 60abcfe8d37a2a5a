using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.City.Officials;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using Grpc.Core;

namespace CanThoGov.City.Assignments;

/// <summary>
/// An assignment and what may be done to it. Each verb refuses first, then changes the state and returns the event that tells of it;
/// a draft is the city's own affair and has no events.
/// </summary>
public sealed class Assignment(AssignmentSnapshot snapshot, long version)
{
    public AssignmentSnapshot Snapshot { get; private set; } = snapshot;

    /// <summary>Grows by one with each change.</summary>
    public long Version { get; private set; } = version;

    AssignmentState State => Snapshot.State;

    bool IsClosed => State is AssignmentState.Completed or AssignmentState.Cancelled;

    bool IsInWork => State is AssignmentState.Acknowledged or AssignmentState.InProgress or AssignmentState.Rework;

    bool IsWithUnits => IsInWork || State is AssignmentState.Issued or AssignmentState.Submitted or AssignmentState.Suspended;

    public bool IsLead(string unit) => Snapshot.Lead.Unit == unit;

    public bool Concerns(string unit) => Snapshot.UnitIds().Contains(unit);

    public void SetWorkingDeadline(DateOnly date, Person setBy, string reason, Schedule schedule, Act act)
    {
        Require(State == AssignmentState.Draft, "ASSIGNMENT_NOT_DRAFT", "a working deadline is set on a draft");
        if (Snapshot.Deadline.Kind is not (DeadlineKind.None or DeadlineKind.Immediate))
        {
            throw DomainException.Precondition("DEADLINE_GIVEN_BY_DOCUMENT",
                $"The document gives the time ({Snapshot.Deadline.Kind}); a working deadline is for documents that leave it open.")
                .With("kind", Snapshot.Deadline.Kind);
        }

        RequireFutureWorkingDay("date", date, LocalTime.DateOf(act.At).AddDays(-1), schedule);
        Snapshot = Snapshot with { Deadline = Snapshot.Deadline with { Date = date, SetBy = setBy, SetReason = reason } };
        Version++;
    }

    public AssignmentIssued Issue(Schedule schedule, Act act)
    {
        Require(State is AssignmentState.Draft or AssignmentState.Returned, "ASSIGNMENT_NOT_DRAFT", "a draft or a returned one is issued");
        ClarityGate.Check(Snapshot);

        // Issued again after a return, it keeps the start that it had, and with it the due time.
        var isFirst = Snapshot.Deadline.StartedAt is null;
        var started = Snapshot with { Deadline = Snapshot.Deadline with { StartedAt = Snapshot.Deadline.StartedAt ?? act.At }, IssuedAt = act.At };
        var deadline = schedule.Reckon(started, act.At);
        if (isFirst && deadline.DueAt <= act.At)
        {
            throw DomainException.Precondition("DUE_DATE_PASSED", $"It would be due at {deadline.DueAt:O}, which has passed: nobody could meet it.")
                .With("due_time", deadline.DueAt);
        }

        Change(AssignmentState.Issued, started with { Deadline = deadline });
        return new(Snapshot, act.At, Version);
    }

    public AssignmentAcknowledged Acknowledge(Act act)
    {
        if (IsLead(act.Unit))
        {
            Require(State == AssignmentState.Issued, "ASSIGNMENT_NOT_ISSUED", "only an issued one can be acknowledged");
            Change(AssignmentState.Acknowledged, Snapshot);
            return new(Snapshot, act.Unit, act.At, Version);
        }

        Require(IsWithUnits, "ASSIGNMENT_NOT_ISSUED", "only an issued one can be acknowledged");
        if (Snapshot.Coordinators.All(one => one.Assignee.Unit != act.Unit || one.AcknowledgedAt is not null))
        {
            throw DomainException.Precondition("ALREADY_ACKNOWLEDGED", "The unit acknowledged its part before.").With("unit", act.Unit);
        }

        Change(State, Snapshot with
        {
            Coordinators = [.. Snapshot.Coordinators.Select(one =>
                one.Assignee.Unit == act.Unit ? one with { AcknowledgedAt = one.AcknowledgedAt ?? act.At } : one)],
        });
        return new(Snapshot, act.Unit, act.At, Version);
    }

    public ProgressReported ReportProgress(Act act)
    {
        RequireLead(act);
        Require(IsInWork, "ASSIGNMENT_NOT_IN_WORK", "progress is reported between acknowledgement and result");
        Change(State == AssignmentState.Rework ? State : AssignmentState.InProgress, Snapshot with { ProgressPercent = act.ProgressPercent });
        return new(Snapshot, act.ProgressPercent, act.Note, act.ClaimedAt, act.At, Version);
    }

    public ResultSubmitted SubmitResult(Act act)
    {
        RequireLead(act);
        Require(IsInWork, "ASSIGNMENT_NOT_IN_WORK", "a result is handed in after acknowledgement");
        var submission = new Submission(
            Snapshot.Submissions.Count + 1, SubmissionState.Pending, act.Note, act.At, act.ClaimedAt, act.Actor);
        Change(AssignmentState.Submitted, Snapshot with { Submissions = [.. Snapshot.Submissions, submission] });
        return new(Snapshot, act.At, Version);
    }

    public ResultAccepted AcceptResult(Schedule schedule, Act act)
    {
        Judge(SubmissionState.Accepted, act);
        // Judged by its receipt, so a clock that stands still ran on then.
        var judged = RunOn(Snapshot, Snapshot.Submissions[^1].ReceivedAt, schedule, act);
        Change(AssignmentState.Completed, judged with { CompletedAt = act.At, ProgressPercent = 100 });
        return new(Snapshot, act.At, Version);
    }

    public ResultSentBack SendBackResult(Act act)
    {
        Judge(SubmissionState.SentBack, act);
        Change(AssignmentState.Rework, Snapshot);
        return new(Snapshot, act.Note, act.At, Version);
    }

    public AssignmentReturned Return(Schedule schedule, Act act)
    {
        RequireLead(act);
        Require(State is AssignmentState.Issued or AssignmentState.Acknowledged or AssignmentState.InProgress,
            "ASSIGNMENT_NOT_RETURNABLE", "only work that was not handed in yet is handed back");
        Change(AssignmentState.Returned, RunOn(Snapshot, act.At, schedule, act) with
        {
            Returns = [.. Snapshot.Returns, new Return(act.Note, act.At, act.Actor)],
        });
        return new(Snapshot, act.At, Version);
    }

    /// <returns>Null for a draft, of which nobody but the city knows.</returns>
    public AssignmentCancelled? Cancel(Schedule schedule, Act act)
    {
        Require(!IsClosed, "ASSIGNMENT_CLOSED", "it has ended already");
        var wasDraft = State == AssignmentState.Draft;
        Change(AssignmentState.Cancelled, RunOn(Snapshot, act.At, schedule, act) with { SuspendedAt = null, ResumesIn = null });
        return wasDraft ? null : new(Snapshot, act.Note, act.At, Version);
    }

    public AssignmentSuspended Suspend(Act act)
    {
        Require(IsInWork || State == AssignmentState.Issued, "ASSIGNMENT_NOT_SUSPENDABLE", "only open work without a pending result is suspended");
        Change(AssignmentState.Suspended, Snapshot with { SuspendedAt = act.At, ResumesIn = State });
        return new(Snapshot, act.Note, act.At, Version);
    }

    public AssignmentResumed Resume(Act act)
    {
        Require(State == AssignmentState.Suspended, "ASSIGNMENT_NOT_SUSPENDED", "only suspended work is resumed");
        Change(Snapshot.ResumesIn!.Value, Snapshot with { SuspendedAt = null, ResumesIn = null });
        return new(Snapshot, act.At, Version);
    }

    /// <param name="maxGranted">How often more time may be granted.</param>
    public ExtensionRequested RequestExtension(DateOnly proposed, int maxGranted, Schedule schedule, Act act)
    {
        RequireLead(act);
        Require(IsInWork || State == AssignmentState.Issued, "ASSIGNMENT_NOT_IN_WORK", "more time is asked for while the work is open");
        var due = Snapshot.Deadline.DueAt
            ?? throw DomainException.Precondition("NO_DUE_DATE", "The assignment has no due date that could be moved.");
        if (PendingExtension is not null)
        {
            throw DomainException.Precondition("EXTENSION_PENDING", "A request for more time waits for its decision already.");
        }

        if (Snapshot.Extensions.Count(extension => extension.State == ExtensionState.Granted) >= maxGranted)
        {
            throw DomainException.Precondition("EXTENSIONS_EXHAUSTED", $"More time was granted {maxGranted} times, which is as often as it may be.")
                .With("max_granted", maxGranted);
        }

        var (dueDate, today) = (LocalTime.DateOf(due), LocalTime.DateOf(act.At));
        RequireFutureWorkingDay("proposed_date", proposed, dueDate > today ? dueDate : today, schedule);
        var extension = new Extension(
            Snapshot.Extensions.Count + 1, ExtensionState.Requested, act.Note, proposed, act.At, act.Actor,
            AskedLate: (Snapshot.StandsAt() ?? act.At) > due);
        Change(State, Snapshot with { Extensions = [.. Snapshot.Extensions, extension] });
        return new(Snapshot, act.At, Version);
    }

    /// <param name="units">Ids of the units that the caller speaks for.</param>
    public ExtensionDecided DecideExtension(bool grant, IReadOnlyList<string> units, Schedule schedule, Act act)
    {
        if (!units.Any(unit => unit == Snapshot.Assigner || Snapshot.ExtensionDeciders.Contains(unit)))
        {
            throw new DomainException(StatusCode.PermissionDenied, "NOT_ASSIGNER",
                "Only the unit that gave the work, or one that it empowers, decides about more time.").With("assigner", Snapshot.Assigner);
        }

        var pending = PendingExtension
            ?? throw DomainException.Precondition("NO_EXTENSION_PENDING", "No request for more time waits for a decision.");
        Require(!IsClosed, "ASSIGNMENT_CLOSED", "it has ended already");
        if (grant && LocalTime.At(pending.ProposedDate, LocalTime.EndOfBusiness) <= act.At)
        {
            throw DomainException.Precondition("EXTENSION_DATE_PASSED", $"The proposed date {pending.ProposedDate:yyyy-MM-dd} has passed by now.")
                .With("proposed_date", pending.ProposedDate);
        }

        var decided = pending with
        {
            State = grant ? ExtensionState.Granted : ExtensionState.Refused,
            DecidedAt = act.At,
            DecidedBy = act.Actor,
            DecisionNote = act.Note,
        };
        var after = Snapshot with
        {
            Extensions = [.. Snapshot.Extensions.Take(Snapshot.Extensions.Count - 1), decided],
            // Who asks after the time has passed gets a new date to work to, but stays judged by the one that was missed.
            Deadline = grant && pending.AskedLate
                ? Snapshot.Deadline with { JudgedDueAt = Snapshot.Deadline.JudgedDueAt ?? Snapshot.Deadline.DueAt }
                : Snapshot.Deadline,
        };
        Change(State, after with { Deadline = schedule.Reckon(after, act.At) });
        return new(Snapshot, grant, act.At, Version);
    }

    public ObstacleRaised RaiseObstacle(string field, Act act)
    {
        Require(IsWithUnits, "ASSIGNMENT_NOT_IN_WORK", "obstacles are raised while the work is open");
        var obstacle = new Obstacle(Snapshot.Obstacles.Count + 1, ObstacleState.Open, field, act.Note, act.At, act.Actor);
        Change(State, Snapshot with { Obstacles = [.. Snapshot.Obstacles, obstacle] });
        return new(Snapshot, act.At, Version);
    }

    /// <summary>Beyond the unit's competence: the clock stands still while it waits for somebody else.</summary>
    public ObstacleAccepted AcceptObstacle(int number, string waitsFor, Act act)
    {
        var obstacle = FindObstacle(number);
        Require(IsWithUnits, "ASSIGNMENT_NOT_IN_WORK", "obstacles are dealt with while the work is open");
        if (obstacle.State != ObstacleState.Open)
        {
            throw DomainException.Precondition("OBSTACLE_NOT_OPEN", $"The obstacle is {obstacle.State}.").With("number", number);
        }

        var pause = new Pause(Snapshot.Pauses.Count + 1, number, waitsFor, act.Note, act.At, act.Actor);
        Change(State, With(obstacle with { State = ObstacleState.Accepted }) with
        {
            Pauses = Snapshot.Deadline.DueAt is null || Snapshot.OpenPause() is not null ? Snapshot.Pauses : [.. Snapshot.Pauses, pause],
        });
        return new(Snapshot, number, act.At, Version);
    }

    public ObstacleAnswered AnswerObstacle(int number, Schedule schedule, Act act)
    {
        var obstacle = FindObstacle(number);
        if (obstacle.State == ObstacleState.Answered)
        {
            throw DomainException.Precondition("OBSTACLE_NOT_OPEN", "The obstacle was answered before.").With("number", number);
        }

        var answered = With(obstacle with { State = ObstacleState.Answered, Answer = act.Note, AnsweredAt = act.At, AnsweredBy = act.Actor });
        var waits = answered.Obstacles.Any(one => one.State == ObstacleState.Accepted);
        Change(State, waits ? answered : RunOn(answered, act.At, schedule, act));
        return new(Snapshot, number, act.At, Version);
    }

    /// <summary>Reckons the due time by another calendar.</summary>
    /// <returns>Null if it is due when it was; then the version stays.</returns>
    public DueTimeMoved? MoveDueTime(Schedule schedule, Act act)
    {
        var before = Snapshot.Deadline;
        var deadline = schedule.Reckon(Snapshot, act.At);
        if (deadline.DueAt == before.DueAt && deadline.DueSoonAt == before.DueSoonAt)
        {
            Snapshot = Snapshot with { Deadline = deadline };
            return null;
        }

        Change(State, Snapshot with { Deadline = deadline });
        return new(Snapshot, before.DueAt!.Value, act.At, Version);
    }

    /// <summary>Before it is issued.</summary>
    /// <param name="head">Whom the register knows as the head of the lead unit on that day; null for nobody.</param>
    public void NameHead(Appointment? head, DateOnly on) => Snapshot = AccountableHead.AtIssue(Snapshot, head, on);

    /// <summary>The lead unit has another head, or none.</summary>
    /// <returns>Null if that is who is accountable already.</returns>
    public AccountableHeadChanged? ChangeHead(Appointment? head, DateOnly on, Act act)
    {
        if (AccountableHead.AtHandover(Snapshot, head, on, act.Note) is not { } changed)
        {
            return null;
        }

        Change(State, changed);
        return new(Snapshot, act.At, Version);
    }

    /// <summary>The due time stays as it is, whatever the calendar of that number says.</summary>
    public Assignment Keeping(long calendar) => new(Snapshot with { Deadline = Snapshot.Deadline with { Calendar = calendar } }, Version);

    Obstacle FindObstacle(int number) => Snapshot.Obstacles.FirstOrDefault(one => one.Number == number)
        ?? throw DomainException.NotFound("OBSTACLE_NOT_FOUND", "obstacle", number.ToString(CultureInfo.InvariantCulture));

    AssignmentSnapshot With(Obstacle changed) =>
        Snapshot with { Obstacles = [.. Snapshot.Obstacles.Select(one => one.Number == changed.Number ? changed : one)] };

    /// <summary>The clock, if it stands still, runs on from then and keeps what was consumed.</summary>
    static AssignmentSnapshot RunOn(AssignmentSnapshot snapshot, DateTimeOffset at, Schedule schedule, Act act)
    {
        if (snapshot.OpenPause() is not { } open)
        {
            return snapshot;
        }

        var ended = open with { EndedAt = at > open.StartedAt ? at : open.StartedAt, EndedBy = act.Actor };
        var running = snapshot with { Pauses = [.. snapshot.Pauses.Take(snapshot.Pauses.Count - 1), ended] };
        return running with { Deadline = schedule.Reckon(running, act.At) };
    }

    Extension? PendingExtension => Snapshot.Extensions.LastOrDefault() is { State: ExtensionState.Requested } pending ? pending : null;

    void Judge(SubmissionState judgement, Act act)
    {
        Require(State == AssignmentState.Submitted, "NO_RESULT_TO_JUDGE", "only a result that was handed in is judged");
        var judged = Snapshot.Submissions[^1] with
        {
            State = judgement,
            JudgedAt = act.At,
            JudgedBy = act.Actor,
            JudgementNote = act.Note,
        };
        Snapshot = Snapshot with { Submissions = [.. Snapshot.Submissions.Take(Snapshot.Submissions.Count - 1), judged] };
    }

    void Change(AssignmentState state, AssignmentSnapshot snapshot)
    {
        Snapshot = snapshot with { State = state };
        Version++;
    }

    void RequireLead(Act act)
    {
        if (!IsLead(act.Unit))
        {
            throw new DomainException(StatusCode.PermissionDenied, "NOT_LEAD_UNIT", "Only the lead unit may do this; the unit coordinates.")
                .With("unit", act.Unit).With("lead_unit", Snapshot.Lead.Unit);
        }
    }

    void Require(bool allowed, string reason, string rule)
    {
        if (!allowed)
        {
            throw DomainException.Precondition(reason, $"The assignment is {State}; {rule}.")
                .With("state", State).Violating($"assignments/{Snapshot.Id}", $"is {State}");
        }
    }

    static void RequireFutureWorkingDay(string field, DateOnly date, DateOnly after, Schedule schedule)
    {
        var errors = new FieldErrors();
        if (date <= after)
        {
            errors.Add(field, $"must be after {after:yyyy-MM-dd}");
        }
        else if (!schedule.IsWorkingDay(date))
        {
            errors.Add(field, $"is not a working day: {date:yyyy-MM-dd}");
        }

        errors.ThrowIfAny();
    }
}
