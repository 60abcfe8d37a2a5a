using CanThoGov.Platform.Messaging;
using CanThoGov.Portal.SignIn;
using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Monitoring.V1;
using CanThoGov.Protos.Ward.V1;
using Grpc.Core;

namespace CanThoGov.Portal.Clients;

/// <summary>What the pages read and do, for the time of one page.</summary>
public sealed class Backend(ServiceChannels channels, ViewerCalls calls, Session session)
{
    const int PageSize = 1000;

    readonly AssignmentService.AssignmentServiceClient _assignments = new(channels.To(Service.City.Id));
    readonly ClockService.ClockServiceClient _clocks = new(channels.To(Service.City.Id));
    readonly DocumentService.DocumentServiceClient _documents = new(channels.To(Service.City.Id));
    readonly UnitService.UnitServiceClient _unitRegister = new(channels.To(Service.City.Id));
    readonly OverlapService.OverlapServiceClient _overlaps = new(channels.To(Service.City.Id));
    readonly ObstacleService.ObstacleServiceClient _obstacles = new(channels.To(Service.City.Id));
    readonly DeadlineService.DeadlineServiceClient _deadlines = new(channels.To(Service.Monitoring.Id));
    readonly ScorecardService.ScorecardServiceClient _scorecards = new(channels.To(Service.Monitoring.Id));
    readonly TraceService.TraceServiceClient _traces = new(channels.To(Service.Monitoring.Id));
    readonly ReminderService.ReminderServiceClient _reminders = new(channels.To(Service.Monitoring.Id));
    readonly WardAssignmentService.WardAssignmentServiceClient _wardAssignments = new(channels.To(Service.Ward.Id));
    readonly WorkItemService.WorkItemServiceClient _workItems = new(channels.To(Service.Ward.Id));
    readonly OutgoingCallService.OutgoingCallServiceClient _outgoing = new(channels.To(Service.Ward.Id));

    Task<Clock>? _clock;
    Task<IReadOnlyDictionary<string, Unit>>? _units;

    public Task<Clock> ClockAsync() => _clock ??= CityAsync(o => _clocks.GetClockAsync(new(), o));

    /// <summary>All units by name.</summary>
    public Task<IReadOnlyDictionary<string, Unit>> UnitsAsync() => _units ??= ReadUnitsAsync();

    async Task<IReadOnlyDictionary<string, Unit>> ReadUnitsAsync()
    {
        var units = await ViewerCalls.AllAsync<Unit>(async page =>
        {
            var answer = await CityAsync(o => _unitRegister.ListUnitsAsync(new() { PageSize = PageSize, PageToken = page }, o));
            return (answer.Units, answer.NextPageToken);
        });
        return units.ToDictionary(unit => unit.Name);
    }

    public Task<Assignment> AssignmentAsync(string id) =>
        CityAsync(o => _assignments.GetAssignmentAsync(new() { Name = $"assignments/{id}" }, o));

    public Task<DeadlineExplanation> ExplanationAsync(string id) =>
        CityAsync(o => _assignments.ExplainDeadlineAsync(new() { Name = $"assignments/{id}" }, o));

    public Task<ListAssignmentsResponse> AssignmentsAsync(ListAssignmentsRequest request) =>
        CityAsync(o => _assignments.ListAssignmentsAsync(request, o));

    /// <summary>Oldest first.</summary>
    public Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string id) => ViewerCalls.AllAsync<HistoryEntry>(async page =>
    {
        var answer = await CityAsync(o => _assignments.ListAssignmentHistoryAsync(
            new() { Parent = $"assignments/{id}", PageSize = PageSize, PageToken = page }, o));
        return (answer.Entries, answer.NextPageToken);
    });

    /// <summary>What it collides with now.</summary>
    public async Task<IReadOnlyList<Overlap>> OverlapsAsync(string assignment) =>
        (await CityAsync(o => _overlaps.CheckOverlapsAsync(new() { Assignment = assignment }, o))).Overlaps;

    /// <summary>What was ruled about it; newest first.</summary>
    public async Task<IReadOnlyList<Overlap>> RulingsAsync(string assignment) =>
        (await CityAsync(o => _overlaps.ListOverlapsAsync(new() { Parent = assignment }, o))).Overlaps;

    /// <summary>An obstacle of an assignment, with its steps.</summary>
    /// <param name="name"><c>assignments/{assignment}/obstacles/{obstacle}</c>.</param>
    public Task<Obstacle> ObstacleAsync(string name) => CityAsync(o => _obstacles.GetObstacleAsync(new() { Name = name }, o));

    public Task<Document> DocumentAsync(string id) => CityAsync(o => _documents.GetDocumentAsync(new() { Name = $"documents/{id}" }, o));

    public Task<IReadOnlyList<Document>> DocumentsAsync() => ViewerCalls.AllAsync<Document>(async page =>
    {
        var answer = await CityAsync(o => _documents.ListDocumentsAsync(new() { PageSize = PageSize, PageToken = page }, o));
        return (answer.Documents, answer.NextPageToken);
    });

    public Task<IReadOnlyList<Provision>> ProvisionsAsync(string document) => ViewerCalls.AllAsync<Provision>(async page =>
    {
        var answer = await CityAsync(o => _documents.ListProvisionsAsync(
            new() { Parent = $"documents/{document}", PageSize = PageSize, PageToken = page }, o));
        return (answer.Provisions, answer.NextPageToken);
    });

    public Task<CityOverview> OverviewAsync() => MonitoringAsync(o => _scorecards.GetCityOverviewAsync(new(), o));

    public Task<Scorecard> ScorecardAsync(string unit) =>
        MonitoringAsync(o => _scorecards.GetScorecardAsync(new() { Name = $"scorecards/{unit}" }, o));

    public Task<IReadOnlyList<Scorecard>> ScorecardsAsync() => ViewerCalls.AllAsync<Scorecard>(async page =>
    {
        var answer = await MonitoringAsync(o => _scorecards.ListScorecardsAsync(new() { PageSize = PageSize, PageToken = page }, o));
        return (answer.Scorecards, answer.NextPageToken);
    });

    /// <summary>The first of those that passed or are near, by due time.</summary>
    public async Task<IReadOnlyList<Protos.Monitoring.V1.Deadline>> PressingAsync(int count) =>
        (await MonitoringAsync(o => _deadlines.ListDeadlinesAsync(new()
        {
            PageSize = count,
            Timeliness = { Assignment.Types.Timeliness.Overdue, Assignment.Types.Timeliness.DueSoon },
        }, o))).Deadlines;

    public Task<ListTracesResponse> TracesAsync(ListTracesRequest request) => MonitoringAsync(o => _traces.ListTracesAsync(request, o));

    public Task<Trace> TraceAsync(string id) => MonitoringAsync(o => _traces.GetTraceAsync(new() { Name = $"traces/{id}" }, o));

    /// <summary>What a page can do without: null while the service does not answer.</summary>
    public static async Task<T?> IfThereAsync<T>(Task<T> reading) where T : class
    {
        try
        {
            return await reading;
        }
        catch (BackendException e) when (e.Code is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return null;
        }
    }

    // ---- Of a unit, in the ward service ---------------------------------------------------------------------------------------

    /// <summary>Of all units that the viewer sees; newest first.</summary>
    public Task<ListWardAssignmentsResponse> WardAssignmentsAsync(string pageToken, int count) => WardAsync(o =>
        _wardAssignments.ListWardAssignmentsAsync(new() { Parent = "units/-", PageSize = count, PageToken = pageToken }, o));

    public Task<WardAssignment> WardAssignmentAsync(string name) =>
        WardAsync(o => _wardAssignments.GetWardAssignmentAsync(new() { Name = name }, o));

    public Task<IReadOnlyList<WorkItem>> WorkItemsAsync(string wardAssignment) => ViewerCalls.AllAsync<WorkItem>(async page =>
    {
        var answer = await WardAsync(o => _workItems.ListWorkItemsAsync(new() { Parent = wardAssignment, PageSize = PageSize, PageToken = page }, o));
        return (answer.WorkItems, answer.NextPageToken);
    });

    /// <summary>Calls on their way to the city, and those that it refused; oldest first.</summary>
    /// <param name="unit"><c>units/{unit}</c>, or <c>units/-</c>.</param>
    public Task<IReadOnlyList<OutgoingCall>> UndeliveredCallsAsync(string unit) => ViewerCalls.AllAsync<OutgoingCall>(async page =>
    {
        var answer = await WardAsync(o => _outgoing.ListOutgoingCallsAsync(new()
        {
            Parent = unit,
            PageSize = PageSize,
            PageToken = page,
            States = { OutgoingCall.Types.State.Pending, OutgoingCall.Types.State.Refused },
        }, o));
        return (answer.OutgoingCalls, answer.NextPageToken);
    });

    // ---- What a viewer does ---------------------------------------------------------------------------------------------------

    /// <summary>Whether the services know the bearer of the token: asks the city.</summary>
    public Task CheckAsync(Viewer viewer) => calls.CallAsync(Service.City, viewer, o => _clocks.GetClockAsync(new(), o));

    public Task<Assignment> DoAsync(Func<AssignmentService.AssignmentServiceClient, CallOptions, AsyncUnaryCall<Assignment>> call) =>
        CityAsync(o => call(_assignments, o));

    public Task<Obstacle> OnObstacleAsync(Func<ObstacleService.ObstacleServiceClient, CallOptions, AsyncUnaryCall<Obstacle>> call) =>
        CityAsync(o => call(_obstacles, o));

    public Task<Overlap> RuleAsync(RuleOverlapRequest request) => CityAsync(o => _overlaps.RuleOverlapAsync(request, o));

    public Task<Document> CreateDocumentAsync(CreateDocumentRequest request) => CityAsync(o => _documents.CreateDocumentAsync(request, o));

    public Task<Provision> CreateProvisionAsync(CreateProvisionRequest request) => CityAsync(o => _documents.CreateProvisionAsync(request, o));

    public Task<Reminder> RemindAsync(CreateReminderRequest request) => MonitoringAsync(o => _reminders.CreateReminderAsync(request, o));

    public Task<OutgoingCall> SendAsync(Func<WardAssignmentService.WardAssignmentServiceClient, CallOptions, AsyncUnaryCall<OutgoingCall>> call) =>
        WardAsync(o => call(_wardAssignments, o));

    public Task<WorkItem> WorkAsync(Func<WorkItemService.WorkItemServiceClient, CallOptions, AsyncUnaryCall<WorkItem>> call) =>
        WardAsync(o => call(_workItems, o));

    Task<T> CityAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call) => calls.CallAsync(Service.City, session.Viewer, call);

    Task<T> WardAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call) => calls.CallAsync(Service.Ward, session.Viewer, call);

    Task<T> MonitoringAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call) => calls.CallAsync(Service.Monitoring, session.Viewer, call);
}
