using CanThoGov.Platform.Errors;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

/// <summary>Who calls, as the columns of <c>lifecycle.csv</c> name him.</summary>
/// <param name="Unit">For which he speaks; of the city's own and the oversight roles the lead, for which he does not.</param>
sealed record LifecycleCaller(string Name, CityClient Client, string Unit);

/// <summary>A verb as the table has it.</summary>
/// <param name="Label">Name of its rpc; of a decision, which has two outcomes, what is decided.</param>
/// <param name="Givens">What may have been before, where its outcome hangs on more than the state.</param>
sealed record LifecycleVerb(string Label, LifecycleVerbs.Call Call, params string[] Givens)
{
    public string Rpc => Label.Replace("Grant", "Decide", StringComparison.Ordinal).Replace("Refuse", "Decide", StringComparison.Ordinal);

    /// <returns>The new state, or the reason of the refusal.</returns>
    public async Task<(string Cell, Pb.Assignment? Assignment)> TryAsync(LifecycleCaller caller, Pb.Assignment assignment)
    {
        try
        {
            var changed = await Call(caller, assignment);
            return (changed.State.ToString(), changed);
        }
        catch (RpcException refusal)
        {
            return (RpcErrors.ReasonOf(refusal) ?? refusal.StatusCode.ToString(), null);
        }
    }
}

/// <summary>Every verb with a request that is right, so that only caller and state decide.</summary>
/// <param name="due">Of the working deadline.</param>
/// <param name="later">A working day some days after this one.</param>
/// <param name="other">Id of the unit to which the work is to be given.</param>
sealed class LifecycleVerbs(DateOnly due, Func<DateOnly, DateOnly> later, Func<Pb.Assignment, string> other)
{
    public const string Acknowledged = "coordinator acknowledged", ExtensionAsked = "extension asked",
        ExtensionsGranted = "two extensions granted", TransferAsked = "transfer asked", ObstacleOpen = "obstacle open",
        ObstacleAccepted = "obstacle accepted";

    public delegate AsyncUnaryCall<Pb.Assignment> Call(LifecycleCaller caller, Pb.Assignment assignment);

    static readonly Pb.Ground Ground = new() { Kind = Pb.Ground.Types.Kind.WrongCompetence };

    static readonly Pb.Person Person = new() { Role = "Chủ tịch UBND phường" };

    /// <summary>In the order of the table.</summary>
    public IReadOnlyList<LifecycleVerb> All { get; } =
    [
        new("SetWorkingDeadline", (caller, one) => caller.Client.Assignments.SetWorkingDeadlineAsync(new()
        {
            Name = one.Name,
            Etag = one.Etag,
            Date = Text(due),
            SetBy = Person,
            Reason = "Văn bản không nêu thời hạn",
            RequestId = NewId(),
        })),
        new("IssueAssignment", (caller, one) => caller.Client.Assignments.IssueAssignmentAsync(
            new() { Name = one.Name, Etag = one.Etag, RequestId = NewId() })),
        new("AcknowledgeAssignment", (caller, one) => caller.Client.Assignments.AcknowledgeAssignmentAsync(
            new() { Name = one.Name, Unit = UnitOf(caller), RequestId = NewId() }), Acknowledged),
        new("SubmitContribution", (caller, one) => caller.Client.Assignments.SubmitContributionAsync(
            new() { Name = one.Name, Unit = UnitOf(caller), Contribution = "Đã cử 20 người", ResponsiblePerson = Person, RequestId = NewId() })),
        new("ReportProgress", (caller, one) => caller.Client.Assignments.ReportProgressAsync(
            new() { Name = one.Name, Unit = UnitOf(caller), Percent = 40, Report = "Đã nạo vét 400 m", RequestId = NewId() })),
        new("SubmitResult", (caller, one) => caller.Client.Assignments.SubmitResultAsync(
            new() { Name = one.Name, Unit = UnitOf(caller), Result = "Biên bản nghiệm thu", RequestId = NewId() })),
        new("AcceptResult", (caller, one) => caller.Client.Assignments.AcceptResultAsync(
            new() { Name = one.Name, Etag = one.Etag, RequestId = NewId() })),
        new("SendBackResult", (caller, one) => caller.Client.Assignments.SendBackResultAsync(
            new() { Name = one.Name, Etag = one.Etag, Reason = "Thiếu biên bản", RequestId = NewId() })),
        new("ReturnAssignment", (caller, one) => caller.Client.Assignments.ReturnAssignmentAsync(
            new() { Name = one.Name, Unit = UnitOf(caller), Ground = Ground, Reason = "Không thuộc thẩm quyền", RequestId = NewId() })),
        new("RequestTransfer", (caller, one) => caller.Client.Assignments.RequestTransferAsync(new()
        {
            Name = one.Name,
            Unit = UnitOf(caller),
            To = new() { Unit = $"units/{other(one)}" },
            Ground = Ground,
            Reason = "Thuộc địa bàn khác",
            RequestId = NewId(),
        }), TransferAsked),
        new("GrantTransfer", (caller, one) => caller.Client.Assignments.DecideTransferAsync(
            new() { Name = one.Name, Etag = one.Etag, Grant = true, ResponsiblePerson = Person, RequestId = NewId() }), TransferAsked),
        new("RefuseTransfer", (caller, one) => caller.Client.Assignments.DecideTransferAsync(
            new() { Name = one.Name, Etag = one.Etag, Note = "Đúng thẩm quyền của phường", RequestId = NewId() }), TransferAsked),
        new("CancelAssignment", (caller, one) => caller.Client.Assignments.CancelAssignmentAsync(
            new() { Name = one.Name, Etag = one.Etag, Reason = "Văn bản bị thay thế", RequestId = NewId() })),
        new("SuspendAssignment", (caller, one) => caller.Client.Assignments.SuspendAssignmentAsync(
            new() { Name = one.Name, Etag = one.Etag, Reason = "Chờ quy hoạch", RequestId = NewId() })),
        new("ResumeAssignment", (caller, one) => caller.Client.Assignments.ResumeAssignmentAsync(
            new() { Name = one.Name, Etag = one.Etag, RequestId = NewId() })),
        new("RequestExtension", (caller, one) => caller.Client.Assignments.RequestExtensionAsync(new()
        {
            Name = one.Name,
            Unit = UnitOf(caller),
            Reason = "Triều cường",
            ProposedDate = Text(later(one.Deadline?.DueTime is { } time ? DateOnly.FromDateTime(time.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(7)).Date) : due)),
            RequestId = NewId(),
        }), ExtensionAsked, ExtensionsGranted),
        new("GrantExtension", (caller, one) => caller.Client.Assignments.DecideExtensionAsync(
            new() { Name = one.Name, Etag = one.Etag, Grant = true, RequestId = NewId() }), ExtensionAsked),
        new("RefuseExtension", (caller, one) => caller.Client.Assignments.DecideExtensionAsync(
            new() { Name = one.Name, Etag = one.Etag, Note = "Thời hạn của trung ương", RequestId = NewId() }), ExtensionAsked),
        new("RaiseObstacle", (caller, one) => caller.Client.Assignments.RaiseObstacleAsync(
            new() { Name = one.Name, Unit = UnitOf(caller), Field = "đất đai", Description = "Vướng mặt bằng", RequestId = NewId() })),
        new("AcceptObstacle", (caller, one) => caller.Client.Assignments.AcceptObstacleAsync(new()
        {
            Name = one.Name,
            Etag = one.Etag,
            Number = one.Obstacles.FirstOrDefault(obstacle => obstacle.State == Pb.Obstacle.Types.State.Open)?.Number ?? 1,
            WaitsFor = "Sở Nội vụ",
            Reason = "Vượt thẩm quyền của phường",
            RequestId = NewId(),
        }), ObstacleOpen, ObstacleAccepted),
    ];

    public LifecycleVerb this[string label] => All.Single(verb => verb.Label == label);

    static string UnitOf(LifecycleCaller caller) => $"units/{caller.Unit}";

    static string NewId() => Guid.NewGuid().ToString("N");

    static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
