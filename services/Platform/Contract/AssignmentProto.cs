using System.Globalization;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.Platform.Contract;

/// <summary>How an assignment looks over gRPC; the same in every service that shows one.</summary>
public static class AssignmentProto
{
    static readonly TimeSpan LocalOffset = TimeSpan.FromHours(7);

    /// <param name="now">Business time of the read: the timeliness is as of then.</param>
    /// <param name="version">Of the assignment; the etag.</param>
    public static Pb.Assignment ToProto(this AssignmentSnapshot assignment, DateTimeOffset now, long version) => new()
    {
        Name = $"assignments/{assignment.Id}",
        Etag = Etag(version),
        State = assignment.State.ToProto(),
        Timeliness = assignment.TimelinessAt(now).ToProto(),
        Title = assignment.Title,
        Content = assignment.Content,
        Document = $"documents/{assignment.DocumentId}",
        Provision = assignment.ProvisionId is { } provision ? $"documents/{assignment.DocumentId}/provisions/{provision}" : "",
        Parent = assignment.ParentId is { } parent ? $"assignments/{parent}" : "",
        Lead = assignment.Lead.ToProto(),
        Coordinators = { assignment.Coordinators.Select(one => ToProto(one, assignment, now)) },
        ResponsiblePerson = assignment.ResponsiblePerson.ToProto(),
        Responsibility = assignment.Responsibility,
        ExpectedResult = assignment.ExpectedResult,
        Authority = assignment.Authority,
        CriteriaSet = (Pb.Assignment.Types.CriteriaSet)assignment.CriteriaSet,
        Deadline = assignment.Deadline.ToProto(),
        AccountableHead = assignment.AccountableHead.ToProto(),
        Illustrative = assignment.Illustrative,
        ProgressPercent = assignment.ProgressPercent,
        Extensions = { assignment.Extensions.Select(ToProto) },
        Obstacles = { assignment.Obstacles.Select(obstacle => obstacle.ToProto(assignment, now, version)) },
        Submissions = { assignment.Submissions.Select(submission => submission.ToProto(assignment.Id)) },
        Returns = { assignment.Returns.Select(ToProto) },
        CreateTime = Timestamp.FromDateTimeOffset(assignment.CreatedAt),
        IssueTime = assignment.IssuedAt.ToProto(),
        CompleteTime = assignment.CompletedAt.ToProto(),
        Pauses = { assignment.Pauses.Select(ToProto) },
        Assigner = assignment.Assigner.Length == 0 ? "" : $"units/{assignment.Assigner}",
        Accountabilities = { assignment.Accountabilities.Select(ToProto) },
        NamedHead = assignment.NamedHead?.ToProto(),
        PortfolioField = assignment.PortfolioField,
        ExtensionDeciders = { assignment.ExtensionDeciders.Select(unit => $"units/{unit}") },
        CriteriaSetVersion = assignment.CriteriaVersion,
        Transfers = { assignment.Transfers.Select(ToProto) },
        Holders = { assignment.Holders.Select(ToProto) },
        UnacknowledgedCoordinatorCount = assignment.Coordinators.Count(one => one.StateOf() == CoordinatorState.Waiting),
        UnansweredCoordinatorCount = assignment.Coordinators.Count(one => one.StateOf() != CoordinatorState.Answered),
        Batch = assignment.BatchId is { } batch ? $"batches/{batch}" : "",
        Field = (Pb.FieldOfWork)assignment.Field,
        CompetenceCheck = assignment.CompetenceCheck?.ToProto(),
        Occurrence = assignment.Occurrence?.ToProto(),
    };

    /// <summary>A resource's etag is its version.</summary>
    public static string Etag(long version) => version.ToString(CultureInfo.InvariantCulture);

    // The enums of the contract are numbered alike on both sides; a test compares them name by name.
    public static Pb.Assignment.Types.State ToProto(this AssignmentState state) => (Pb.Assignment.Types.State)state;

    public static Pb.Assignment.Types.Timeliness ToProto(this Timeliness timeliness) => (Pb.Assignment.Types.Timeliness)timeliness;

    public static Timestamp? ToProto(this DateTimeOffset? instant) => instant is { } value ? Timestamp.FromDateTimeOffset(value) : null;

    public static string ToProto(this DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    public static Pb.Assignee ToProto(this Assignee assignee) =>
        new() { Unit = $"units/{assignee.Unit}", Organ = (Pb.Unit.Types.Organ)assignee.Organ };

    /// <summary>The words of the coordinating units, which are not in the assignment.</summary>
    /// <param name="shown">The assignment.</param>
    /// <param name="words">By the id of the unit that said them.</param>
    public static void ShowContributions(this Pb.Assignment shown, AssignmentSnapshot assignment, IReadOnlyDictionary<string, string> words)
    {
        foreach (var (part, i) in assignment.Coordinators.Select((part, i) => (part, i)).Where(one => one.part.Contribution is not null))
        {
            var units = part.Contribution!.UnitsOf(part.Assignee);
            shown.Coordinators[i].Contribution = string.Join("\n\n", units.Where(words.ContainsKey).Select(unit => words[unit]));
        }
    }

    static Pb.Coordinator ToProto(Coordinator coordinator, AssignmentSnapshot assignment, DateTimeOffset now) => new()
    {
        Assignee = coordinator.Assignee.ToProto(),
        Part = coordinator.Part,
        AcknowledgeTime = coordinator.AcknowledgedAt.ToProto(),
        ResponsiblePerson = coordinator.ResponsiblePerson?.ToProto(),
        DueDate = ToProto(coordinator.Due is { } due ? DateOnly.FromDateTime(due.At.ToOffset(LocalOffset).Date) : null),
        DueReason = coordinator.Due?.Reason ?? "",
        State = (Pb.Coordinator.Types.State)coordinator.StateOf(),
        DueTime = assignment.DueAtOf(coordinator).ToProto(),
        Overdue = assignment.IsOverdueAt(coordinator, now),
        ContributeTime = ToProto(coordinator.Contribution?.ReceivedAt),
        ContributedBy = coordinator.Contribution?.SubmittedBy ?? "",
    };

    static Pb.Person ToProto(this Person person) => new() { DisplayName = person.DisplayName, Role = person.Role };

    static Pb.Accountability ToProto(Accountability accountability) => new()
    {
        Head = accountability.Head.ToProto(),
        Official = accountability.OfficialId is { } official ? $"officials/{official}" : "",
        FromDate = ToProto((DateOnly?)accountability.From),
        ToDate = accountability.To.ToProto(),
        HandoverNote = accountability.HandoverNote,
    };

    static Pb.Deadline ToProto(this Deadline deadline) => new()
    {
        Kind = (Pb.Deadline.Types.Kind)deadline.Kind,
        Words = deadline.Words,
        Date = deadline.Date.ToProto(),
        WorkingDays = deadline.WorkingDays,
        Period = deadline.Period,
        SetBy = deadline.SetBy?.ToProto(),
        SetReason = deadline.SetReason,
        DueTime = deadline.DueAt.ToProto(),
        OriginalDueTime = deadline.OriginalDueAt.ToProto(),
        DueSoonTime = deadline.DueSoonAt.ToProto(),
        Revision = deadline.Revision,
        StartTime = deadline.StartedAt.ToProto(),
        ReviseTime = deadline.RevisedAt.ToProto(),
        JudgedDueTime = deadline.JudgedDueAt.ToProto(),
        Calendar = deadline.Calendar == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"calendars/{deadline.Calendar}"),
        CalendarDays = deadline.CalendarDays,
        Recurrence = (Pb.Deadline.Types.Recurrence)deadline.Recurrence,
        RecurrenceDay = deadline.RecurrenceDay,
    };

    public static Pb.Occurrence ToProto(this Occurrence occurrence) => new()
    {
        Period = occurrence.Period,
        Requester = occurrence.Requester?.ToProto(),
        RequestTime = occurrence.RequestedAt.ToProto(),
        Reason = occurrence.Reason,
    };

    static Pb.CompetenceCheck ToProto(this CompetenceCheck check) => new()
    {
        Finding = (Pb.CompetenceCheck.Types.Finding)check.Finding,
        Competence = check.CompetenceId is { } competence ? $"competences/{competence}" : "",
        Reason = check.Reason,
        CheckTime = Timestamp.FromDateTimeOffset(check.CheckedAt),
        IssuedBy = check.IssuedBy,
    };

    static Pb.Pause ToProto(Pause pause) => new()
    {
        Number = pause.Number,
        ObstacleNumber = pause.ObstacleNumber,
        WaitsFor = pause.WaitsFor,
        Reason = pause.Reason,
        StartTime = Timestamp.FromDateTimeOffset(pause.StartedAt),
        StartedBy = pause.StartedBy,
        EndTime = pause.EndedAt.ToProto(),
        EndedBy = pause.EndedBy,
    };

    static Pb.Extension ToProto(Extension extension) => new()
    {
        Number = extension.Number,
        State = (Pb.Extension.Types.State)extension.State,
        Reason = extension.Reason,
        ProposedDate = ToProto((DateOnly?)extension.ProposedDate),
        RequestTime = Timestamp.FromDateTimeOffset(extension.RequestedAt),
        RequestedBy = extension.RequestedBy,
        AskedLate = extension.AskedLate,
        DecideTime = extension.DecidedAt.ToProto(),
        DecidedBy = extension.DecidedBy,
        DecisionNote = extension.DecisionNote,
    };

    /// <param name="now">Business time of the read.</param>
    /// <param name="version">Of the assignment; the etag.</param>
    public static Pb.Obstacle ToProto(this Obstacle obstacle, AssignmentSnapshot assignment, DateTimeOffset now, long version) => new()
    {
        Number = obstacle.Number,
        State = (Pb.Obstacle.Types.State)obstacle.State,
        Field = obstacle.Field,
        Description = obstacle.Description,
        RaiseTime = Timestamp.FromDateTimeOffset(obstacle.RaisedAt),
        RaisedBy = obstacle.RaisedBy,
        Answer = obstacle.Answer,
        AnswerTime = obstacle.AnsweredAt.ToProto(),
        AnsweredBy = obstacle.AnsweredBy,
        Name = string.Create(CultureInfo.InvariantCulture, $"assignments/{assignment.Id}/obstacles/{obstacle.Number}"),
        Etag = Etag(version),
        FieldOfWork = (Pb.FieldOfWork)obstacle.FieldOfWork,
        Unit = obstacle.Unit.Length == 0 ? "" : $"units/{obstacle.Unit}",
        AnsweringUnit = obstacle.AnsweringUnit.Length == 0 ? "" : $"units/{obstacle.AnsweringUnit}",
        Level = (Pb.ObstacleLevel)obstacle.Level,
        DueTime = obstacle.DueAt.ToProto(),
        Overdue = obstacle.DueAt < now,
        WithinOwnCompetence = obstacle.WithinOwnCompetence,
        WorkItem = obstacle.WorkItem,
        Provision = obstacle.Provision,
        Proposal = obstacle.Proposal?.ToProto(),
        ReopenCount = obstacle.ReopenCount,
        ResolveTime = obstacle.ResolvedAt.ToProto(),
        ResolvedBy = obstacle.ResolvedBy,
    };

    public static Pb.CentreProposal ToProto(this CentreProposal proposal) => new()
    {
        Addressee = proposal.Addressee,
        Document = proposal.DocumentId is { } document ? $"documents/{document}" : "",
        DocumentText = proposal.DocumentText,
        Date = ToProto((DateOnly?)proposal.Date),
    };

    static Pb.Submission ToProto(this Submission submission, Guid assignment) => new()
    {
        Number = submission.Number,
        State = (Pb.Submission.Types.State)submission.State,
        Result = submission.Result,
        ReceiveTime = Timestamp.FromDateTimeOffset(submission.ReceivedAt),
        ClaimedTime = submission.ClaimedAt.ToProto(),
        SubmittedBy = submission.SubmittedBy,
        JudgeTime = submission.JudgedAt.ToProto(),
        JudgedBy = submission.JudgedBy,
        JudgementNote = submission.JudgementNote,
        Attachments = { submission.Attachments.Select(id => $"assignments/{assignment}/attachments/{id}") },
    };

    static Pb.Return ToProto(Return handedBack) => new()
    {
        Reason = handedBack.Reason,
        ReturnTime = Timestamp.FromDateTimeOffset(handedBack.ReturnedAt),
        ReturnedBy = handedBack.ReturnedBy,
        Ground = handedBack.Ground?.ToProto(),
    };

    static Pb.Transfer ToProto(Transfer transfer) => new()
    {
        Number = transfer.Number,
        State = (Pb.Transfer.Types.State)transfer.State,
        From = $"units/{transfer.From}",
        To = transfer.To.ToProto(),
        Ground = transfer.Ground.ToProto(),
        Reason = transfer.Reason,
        RequestTime = Timestamp.FromDateTimeOffset(transfer.RequestedAt),
        RequestedBy = transfer.RequestedBy,
        DecideTime = transfer.DecidedAt.ToProto(),
        DecidedBy = transfer.DecidedBy,
        DecisionNote = transfer.DecisionNote,
    };

    static Pb.Holder ToProto(Holder holder) => new()
    {
        Lead = holder.Lead.ToProto(),
        ResponsiblePerson = holder.ResponsiblePerson.ToProto(),
        StartTime = Timestamp.FromDateTimeOffset(holder.StartedAt),
        EndTime = holder.EndedAt.ToProto(),
        End = (Pb.Holder.Types.End)(holder.End ?? 0),
        Ground = holder.Ground?.ToProto(),
        Reason = holder.Reason,
        ProgressPercent = holder.ProgressPercent,
    };
}
