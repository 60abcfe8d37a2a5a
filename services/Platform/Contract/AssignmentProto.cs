using System.Globalization;
using CanThoGov.Contracts.Assignments;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.Platform.Contract;

/// <summary>How an assignment looks over gRPC; the same in every service that shows one.</summary>
public static class AssignmentProto
{
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
        Coordinators = { assignment.Coordinators.Select(ToProto) },
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
        Obstacles = { assignment.Obstacles.Select(ToProto) },
        Submissions = { assignment.Submissions.Select(ToProto) },
        Returns = { assignment.Returns.Select(ToProto) },
        CreateTime = Timestamp.FromDateTimeOffset(assignment.CreatedAt),
        IssueTime = assignment.IssuedAt.ToProto(),
        CompleteTime = assignment.CompletedAt.ToProto(),
        Pauses = { assignment.Pauses.Select(ToProto) },
        Assigner = assignment.Assigner.Length == 0 ? "" : $"units/{assignment.Assigner}",
        Accountabilities = { assignment.Accountabilities.Select(ToProto) },
        NamedHead = assignment.NamedHead?.ToProto(),
        Field = assignment.Field,
        ExtensionDeciders = { assignment.ExtensionDeciders.Select(unit => $"units/{unit}") },
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

    static Pb.Coordinator ToProto(Coordinator coordinator) => new()
    {
        Assignee = coordinator.Assignee.ToProto(),
        Part = coordinator.Part,
        AcknowledgeTime = coordinator.AcknowledgedAt.ToProto(),
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

    static Pb.Obstacle ToProto(Obstacle obstacle) => new()
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
    };

    static Pb.Submission ToProto(Submission submission) => new()
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
    };

    static Pb.Return ToProto(Return handedBack) => new()
    {
        Reason = handedBack.Reason,
        ReturnTime = Timestamp.FromDateTimeOffset(handedBack.ReturnedAt),
        ReturnedBy = handedBack.ReturnedBy,
    };
}
