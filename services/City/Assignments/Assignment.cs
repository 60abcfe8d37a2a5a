using CanThoGov.Calendar;
using CanThoGov.City.Competences;
using CanThoGov.City.Obstacles;
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

    /// <summary>Whether it has ended for good.</summary>
    public bool IsClosed => State is AssignmentState.Completed or AssignmentState.Cancelled;

    bool IsInWork => State is AssignmentState.Acknowledged or AssignmentState.InProgress or AssignmentState.Rework;

    /// <summary>It was issued, and units have it in hand.</summary>
    public bool IsWithUnits => IsInWork || State is AssignmentState.Issued or AssignmentState.Submitted or AssignmentState.Suspended;

    public bool IsLead(string unit) => Snapshot.Lead.Unit == unit;

    /// <summary>Not handed in yet: it can be given back, or to another unit.</summary>
    bool IsReturnable => State is AssignmentState.Issued or AssignmentState.Acknowledged or AssignmentState.InProgress;

    /// <summary>It led once: it goes on reading what it must be able to account for.</summary>
    public bool WasLedBy(string unit) => Snapshot.Holders.Any(holder => holder.Lead.Unit == unit);

    public bool Concerns(string unit) => Snapshot.UnitIds().Contains(unit);

    public void SetWorkingDeadline(WorkingDeadline deadline, Schedule schedule, Act act)
    {
        Require(State == AssignmentState.Draft, "ASSIGNMENT_NOT_DRAFT", "a working deadline is set on a draft");
        if (Snapshot.Deadline.Kind is not (DeadlineKind.None or DeadlineKind.Immediate))
        {
            throw DomainException.Precondition("DEADLINE_GIVEN_BY_DOCUMENT",
                $"The document gives the time ({Snapshot.Deadline.Kind}); a working deadline is for documents that leave it open.")
                .With("kind", Snapshot.Deadline.Kind);
        }

        schedule.RequireWorkingDay("date", deadline.Date, after: LocalTime.DateOf(act.At).AddDays(-1));
        Snapshot = Snapshot with
        {
            Deadline = Snapshot.Deadline with { Date = deadline.Date, SetBy = deadline.SetBy, SetReason = deadline.Reason },
        };
        Version++;
    }

    /// <param name="competence">What was found about the lead unit's competence. Without it nothing is issued that names a field.</param>
    public AssignmentIssued Issue(Schedule schedule, Act act, CompetenceAnswer? competence = null)
    {
        Require(State is AssignmentState.Draft or AssignmentState.Returned, "ASSIGNMENT_NOT_DRAFT", "a draft or a returned one is issued");
        var clear = ClarityGate.Check(Snapshot);
        var check = CompetenceAnswer.Require(competence, Snapshot.Field);

        // Issued again after a return, it keeps the start that it had, and with it the due time.
        var isFirst = Snapshot.Deadline.StartedAt is null;
        var started = clear with { Deadline = Snapshot.Deadline with { StartedAt = Snapshot.Deadline.StartedAt ?? act.At }, IssuedAt = act.At };
        var deadline = schedule.Reckon(started, act.At);
        if (isFirst && deadline.DueAt <= act.At)
        {
            throw DomainException.Precondition("DUE_DATE_PASSED", $"It would be due at {deadline.DueAt:O}, which has passed: nobody could meet it.")
                .With("due_time", deadline.DueAt);
        }

        if (isFirst)
        {
            Coordination.CheckDueTimes(started with { Deadline = deadline }, act.At);
        }

        var issued = started with { Deadline = deadline, CompetenceCheck = check };
        Change(AssignmentState.Issued, Holders.Begin(isFirst ? issued : ObstacleRules.StandStillAgain(issued, act), act.At));
        return new(Snapshot, act.At, Version);
    }

    /// <param name="person">Who answers for the part of a coordinating unit; null leaves it to who was named before.</param>
    public AssignmentAcknowledged Acknowledge(Act act, Person? person = null)
    {
        if (IsLead(act.Unit))
        {
            if (person is not null)
            {
                var errors = new FieldErrors();
                errors.Add("responsible_person", "is for a coordinating unit; that of the lead is named at the issue");
                errors.ThrowIfAny();
            }

            Require(State == AssignmentState.Issued, "ASSIGNMENT_NOT_ISSUED", "only an issued one can be acknowledged");
            Change(AssignmentState.Acknowledged, Coordination.TakeNote(Snapshot, act));
            return new(Snapshot, act.Unit, act.At, Version);
        }

        Require(IsWithUnits, "ASSIGNMENT_NOT_ISSUED", "only an issued one can be acknowledged");
        Change(State, Coordination.Acknowledge(Snapshot, person, act));
        return new(Snapshot, act.Unit, act.At, Version);
    }

    /// <param name="person">Who answers for the part of the coordinating unit; null leaves it to who was named before.</param>
    public ContributionSubmitted Contribute(Person? person, Act act)
    {
        var contributed = Coordination.Contribute(Snapshot, person, act);
        Require(IsWithUnits, "ASSIGNMENT_NOT_IN_WORK", "coordinating units answer while the work is open");
        Change(State, contributed);
        return new(Snapshot, act.Unit, act.Note, act.At, Version);
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
            Snapshot.Submissions.Count + 1, SubmissionState.Pending, act.Note, act.At, act.ClaimedAt, act.Actor)
        {
            Attachments = act.Attachments,
        };
        Change(AssignmentState.Submitted, Snapshot with { Submissions = [.. Snapshot.Submissions, submission] });
        return new(Snapshot, act.At, Version);
    }

    public ResultAccepted AcceptResult(Schedule schedule, Act act)
    {
        Judge(SubmissionState.Accepted, act);
        // Judged by its receipt, so a clock that stands still ran on then.
        var judged = schedule.RunOn(Snapshot, Snapshot.Submissions[^1].ReceivedAt, act);
        Change(AssignmentState.Completed,
            Holders.End(judged with { CompletedAt = act.At, ProgressPercent = 100 }, HolderEnd.Completed, act.Note, act.At));
        return new(Snapshot, act.At, Version);
    }

    public ResultSentBack SendBackResult(Act act)
    {
        Judge(SubmissionState.SentBack, act);
        Change(AssignmentState.Rework, Snapshot);
        return new(Snapshot, act.Note, act.At, Version);
    }

    public AssignmentReturned Return(Ground ground, Schedule schedule, Act act)
    {
        RequireLead(act);
        Require(IsReturnable, "ASSIGNMENT_NOT_RETURNABLE", "only work that was not handed in yet is handed back");
        Change(AssignmentState.Returned, Holders.End(schedule.RunOn(Snapshot, act.At, act), HolderEnd.Returned, act.Note, act.At, ground) with
        {
            Returns = [.. Snapshot.Returns, new Return(act.Note, act.At, act.Actor, ground)],
        });
        return new(Snapshot, act.At, Version);
    }

    public TransferRequested RequestTransfer(Assignee to, Ground ground, Act act)
    {
        RequireLead(act);
        Require(IsReturnable, "ASSIGNMENT_NOT_TRANSFERABLE", "only work that was not handed in yet is given to another unit");
        Change(State, Transfers.Ask(Snapshot, to, ground, act));
        return new(Snapshot, act.At, Version);
    }

    /// <param name="responsible">Who does it in the unit that gets the work; null refuses.</param>
    /// <param name="named">The head of that unit, as the decision names it.</param>
    /// <param name="head">The head whom the register knows; null if it knows none.</param>
    /// <param name="competence">What was found about that unit's competence. Without it no work is given on that names a field.</param>
    public TransferDecided DecideTransfer(
        Person? responsible, Person named, Appointment? head, Act act, CompetenceAnswer? competence = null)
    {
        if (!act.Units.Contains(Snapshot.Assigner))
        {
            throw new DomainException(StatusCode.PermissionDenied, "NOT_ASSIGNER", "Only the unit that gave the work gives it to another one.")
                .With("assigner", Snapshot.Assigner);
        }

        var pending = Transfers.PendingOf(Snapshot)
            ?? throw DomainException.Precondition("NO_TRANSFER_PENDING", "No request to give the work to another unit waits for a decision.");
        Require(!IsClosed, "ASSIGNMENT_CLOSED", "it has ended already");
        if (responsible is null)
        {
            Change(State, Transfers.Refuse(Snapshot, pending, act));
            return new(Snapshot, Granted: false, act.At, Version);
        }

        Require(IsReturnable, "ASSIGNMENT_NOT_TRANSFERABLE", "only work that was not handed in yet is given to another unit");
        var check = CompetenceAnswer.Require(competence, Snapshot.Field);
        var granted = Transfers.Grant(Snapshot, pending, responsible, act) with { CompetenceCheck = check };
        Change(AssignmentState.Issued, AccountableHead.AtNewLead(granted, head, named, LocalTime.DateOf(act.At)));
        return new(Snapshot, Granted: true, act.At, Version);
    }

    /// <returns>Null for a draft, of which nobody but the city knows.</returns>
    public AssignmentCancelled? Cancel(Schedule schedule, Act act)
    {
        RequireNotOwn(act);
        Require(!IsClosed, "ASSIGNMENT_CLOSED", "it has ended already");
        var wasDraft = State == AssignmentState.Draft;
        Change(AssignmentState.Cancelled, Holders.End(schedule.RunOn(Snapshot, act.At, act), HolderEnd.Cancelled, act.Note, act.At) with
        {
            SuspendedAt = null,
            ResumesIn = null,
        });
        return wasDraft ? null : new(Snapshot, act.Note, act.At, Version);
    }

    public AssignmentSuspended Suspend(Act act)
    {
        RequireNotOwn(act);
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
        Change(State, Extensions.Ask(Snapshot, proposed, maxGranted, schedule, act));
        return new(Snapshot, act.At, Version);
    }

    public ExtensionDecided DecideExtension(bool grant, Schedule schedule, Act act)
    {
        RequireNotOwn(act);
        Extensions.RequireDecider(Snapshot, act.Units);
        var pending = Extensions.RequirePending(Snapshot);
        Require(!IsClosed, "ASSIGNMENT_CLOSED", "it has ended already");
        Change(State, grant ? Extensions.Grant(Snapshot, pending, schedule, act) : Extensions.Refuse(Snapshot, pending, schedule, act));
        return new(Snapshot, grant, act.At, Version);
    }

    public ObstacleRaised RaiseObstacle(RaisedObstacle raised, Act act)
    {
        Require(IsWithUnits, "ASSIGNMENT_NOT_IN_WORK", "obstacles are raised while the work is open");
        Take(ObstacleRules.Raise(Snapshot, raised, act));
        return new(Snapshot, act.At, Version);
    }

    public ObstacleAccepted AcceptObstacle(int number, string waitsFor, Act act)
    {
        RequireNotOwn(act);
        var accepted = ObstacleRules.Accept(Snapshot, number, waitsFor, act);
        Require(IsWithUnits, "ASSIGNMENT_NOT_IN_WORK", "obstacles are dealt with while the work is open");
        Take(accepted);
        return new(Snapshot, number, act.At, Version);
    }

    public ObstacleAnswered AnswerObstacle(int number, Schedule schedule, Act act)
    {
        Take(ObstacleRules.Answer(Snapshot, number, schedule, act));
        return new(Snapshot, number, act.At, Version);
    }

    /// <summary>What became of it by a rule of its own; the lifecycle stays where it is.</summary>
    public void Take(AssignmentSnapshot changed) => Change(State, changed);

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

    /// <summary>A unit was dissolved; another one goes on where it stood.</summary>
    /// <param name="head">Of the successor; null if the register knows none.</param>
    /// <returns>Null for a draft, of which nobody but the city knows.</returns>
    public AssignmentSucceeded? Succeed(string from, string to, string decision, Appointment? head, Act act)
    {
        Change(State, Succession.Of(Snapshot, from, to, decision, head, act));
        return Snapshot.IssuedAt is null ? null : new(Snapshot, from, to, act.At, Version);
    }

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

    void Judge(SubmissionState judgement, Act act)
    {
        RequireNotOwn(act);
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

    /// <summary>Nobody judges, stops or ends his own work: who speaks for the lead decides on it only if he speaks for the assigner as well.</summary>
    void RequireNotOwn(Act act)
    {
        if (act.Units.Contains(Snapshot.Lead.Unit) && !act.Units.Contains(Snapshot.Assigner))
        {
            throw new DomainException(StatusCode.PermissionDenied, "OWN_WORK", "The unit leads the work; others decide on it.")
                .With("lead_unit", Snapshot.Lead.Unit).With("assigner", Snapshot.Assigner);
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
}
