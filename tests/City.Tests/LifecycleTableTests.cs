using CanThoGov.Calendar;
using CanThoGov.City.Calendars;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Pb = CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class LifecycleTableTests_Sqlite(CityOnSqlite city)
    : LifecycleTableTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class LifecycleTableTests_Postgres(CityOnPostgres city)
    : LifecycleTableTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>
/// <c>lifecycle.csv</c> says what each verb does in each state, for each caller: the new state (<c>InProgress</c>), or the reason of the
/// refusal (<c>ASSIGNMENT_NOT_ISSUED</c>). A change of the table is a change of the contract: review it as one.
/// What is decided about extensions and obstacles hangs on what was asked or raised, not on the state; their own tests have it.
/// </summary>
public abstract class LifecycleTableTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string Foreign = "31147-2025";

    readonly TCity _city;
    readonly (string Name, CityClient Client)[] _callers;
    DateOnly _due;
    string _document = "";

    protected LifecycleTableTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
        _callers =
        [
            ("lead", city.As(Roles.Ward, NinhKieu)), ("coordinator", city.As(Roles.Ward, CaiKhe)), ("foreign", city.As(Roles.Ward, Foreign)),
            ("office", city.Office),
        ];
    }

    delegate AsyncUnaryCall<Pb.Assignment> Verb(CityClient caller, Pb.Assignment assignment);

    CityClient Lead => _callers[0].Client;

    CityClient Office => _callers[3].Client;

    /// <summary>In the order of the table.</summary>
    (string Rpc, Verb Call)[] Verbs =>
    [
        ("SetWorkingDeadline", SetWorkingDeadline), ("IssueAssignment", Issue), ("AcknowledgeAssignment", Acknowledge), ("SubmitContribution", Contribute),
        ("ReportProgress", ReportProgress), ("SubmitResult", SubmitResult), ("AcceptResult", Accept), ("SendBackResult", SendBack),
        ("ReturnAssignment", Return), ("RequestTransfer", RequestTransfer), ("DecideTransfer", RefuseTransfer),
        ("CancelAssignment", Cancel), ("SuspendAssignment", Suspend), ("ResumeAssignment", Resume),
        ("RequestExtension", (caller, one) => caller.Assignments.RequestExtensionAsync(new()
        {
            Name = one.Name,
            Unit = UnitOf(caller),
            Reason = "Triều cường",
            ProposedDate = Text(Later(_due)),
            RequestId = NewId(),
        })),
        ("RaiseObstacle", (caller, one) => caller.Assignments.RaiseObstacleAsync(
            new() { Name = one.Name, Unit = UnitOf(caller), Field = "đất đai", Description = "Vướng mặt bằng", RequestId = NewId() })),
    ];

    /// <summary>How each state is come to from a draft with a working deadline, by public verbs only.</summary>
    (State State, (CityClient By, Verb Verb)[] Path)[] States =>
    [
        (State.Draft, []),
        (State.Issued, [(Office, Issue)]),
        (State.Acknowledged, [(Office, Issue), (Lead, Acknowledge)]),
        (State.InProgress, [(Office, Issue), (Lead, Acknowledge), (Lead, ReportProgress)]),
        (State.Submitted, [(Office, Issue), (Lead, Acknowledge), (Lead, SubmitResult)]),
        (State.Rework, [(Office, Issue), (Lead, Acknowledge), (Lead, SubmitResult), (Office, SendBack)]),
        (State.Completed, [(Office, Issue), (Lead, Acknowledge), (Lead, SubmitResult), (Office, Accept)]),
        (State.Returned, [(Office, Issue), (Lead, Return)]),
        (State.Suspended, [(Office, Issue), (Lead, Acknowledge), (Office, Suspend)]),
        (State.Cancelled, [(Office, Issue), (Office, Cancel)]),
    ];

    [Fact]
    public async Task EveryVerbInEveryState_DoesWhatTheTableSays()
    {
        Assert.Equal(Enum.GetValues<State>().Where(state => state != State.Unspecified), States.Select(one => one.State));
        _due = Later(LocalTime.DateOf(TimeProvider.System.GetUtcNow()));
        _document = (await NewDocumentAsync(Office)).Name;

        var lines = await Task.WhenAll(States.Select(one => TryAllAsync(one.State, one.Path)));
        var seen = lines.SelectMany(rows => rows).Prepend("state,verb," + string.Join(',', _callers.Select(caller => caller.Name))).ToArray();

        var table = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "lifecycle.csv"));
        var differences = table.Except(seen).Select(line => $"- {line}").Concat(seen.Except(table).Select(line => $"+ {line}"))
            .OrderBy(line => line[2..], StringComparer.Ordinal).ToArray();
        Assert.True(differences.Length == 0, $"What the table says (-) and what the city does (+):\n{string.Join('\n', differences)}");
        Assert.Equal(table, seen);
    }

    [Fact]
    public void EveryVerb_IsInTheTable() => Assert.Equal(
        Pb.AssignmentService.Descriptor.Methods.Select(method => method.Name)
            .Where(name => !name.StartsWith("Get", StringComparison.Ordinal) && !name.StartsWith("List", StringComparison.Ordinal))
            .Where(name => name is not ("ExplainDeadline" or "ExportAssignments") && name != "CreateAssignment" && !name.Contains("Extension", StringComparison.Ordinal) && !name.Contains("Obstacle", StringComparison.Ordinal))
            .Order(),
        Verbs.Select(verb => verb.Rpc).Where(name => name is not ("RequestExtension" or "RaiseObstacle")).Order());

    async Task<IEnumerable<string>> TryAllAsync(State state, (CityClient By, Verb Verb)[] path)
    {
        var lines = new List<string>();
        Seen? fresh = null;
        foreach (var (rpc, verb) in Verbs)
        {
            var cells = new List<string>();
            foreach (var (_, caller) in _callers)
            {
                fresh ??= await ReachAsync(state, path);
                var (cell, refused) = await TryAsync(verb, caller, fresh.Assignment);
                if (refused && await ReadAsync(fresh) is var now && !now.IsSameAs(fresh))
                {
                    cell += $" but changed it: {now.Assignment.State}, etag {now.Assignment.Etag}, {now.HistoryLength} in history, {now.Events} new events";
                    refused = false;
                }

                cells.Add(cell);
                fresh = refused ? fresh : null;
            }

            lines.Add($"{state},{rpc},{string.Join(',', cells)}");
        }

        return lines;
    }

    static async Task<(string Cell, bool Refused)> TryAsync(Verb verb, CityClient caller, Pb.Assignment assignment)
    {
        try
        {
            return ((await verb(caller, assignment)).State.ToString(), false);
        }
        catch (RpcException refusal)
        {
            return (RpcErrors.ReasonOf(refusal) ?? refusal.StatusCode.ToString(), true);
        }
    }

    async Task<Seen> ReachAsync(State state, (CityClient By, Verb Verb)[] path)
    {
        var draft = Draft(_document);
        draft.Deadline = new Pb.Deadline { Kind = Pb.Deadline.Types.Kind.None };
        var assignment = await Office.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });
        assignment = await SetWorkingDeadline(Office, assignment);
        foreach (var (by, verb) in path)
        {
            assignment = await verb(by, assignment);
        }

        Assert.Equal(state, assignment.State);
        var head = (await Office.Events.ListEventsAsync(new() { PageSize = 1 })).HeadPosition;
        return await ReadAsync(new(assignment, 0, 0, head));
    }

    sealed record Seen(Pb.Assignment Assignment, int HistoryLength, int Events, long Head)
    {
        public bool IsSameAs(Seen before) => Assignment.Equals(before.Assignment) && HistoryLength == before.HistoryLength && Events == 0;
    }

    /// <summary>As it is now, with the number of its events since it was read before.</summary>
    async Task<Seen> ReadAsync(Seen before)
    {
        var name = before.Assignment.Name;
        var assignment = Office.Assignments.GetAssignmentAsync(new() { Name = name });
        var history = Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = name });
        var log = Office.Events.ListEventsAsync(new() { AfterPosition = before.Head, PageSize = 1000 });
        return new(
            await assignment, (await history).Entries.Count, (await log).Events.Count(e => e.Subject == name), (await log).HeadPosition);
    }

    // A ward speaks for one unit and need not name it. The office names the lead, for which it does not speak.
    string UnitOf(CityClient caller) => caller == Office ? $"units/{NinhKieu}" : "";

    DateOnly Later(DateOnly date)
    {
        var calendar = _city.Database.ReadAsync(
            session => _city.Services.GetRequiredService<CalendarStore>().CurrentAsync(session), CancellationToken.None).Result;
        return calendar.Days.AddWorkingDays(date, 5);
    }

    static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    AsyncUnaryCall<Pb.Assignment> SetWorkingDeadline(CityClient caller, Pb.Assignment one) => caller.Assignments.SetWorkingDeadlineAsync(new()
    {
        Name = one.Name,
        Etag = one.Etag,
        Date = Text(_due),
        SetBy = new Pb.Person { Role = "Chánh Văn phòng" },
        Reason = "Văn bản không nêu thời hạn",
        RequestId = NewId(),
    });

    static AsyncUnaryCall<Pb.Assignment> Issue(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.IssueAssignmentAsync(new() { Name = one.Name, Etag = one.Etag, RequestId = NewId() });

    AsyncUnaryCall<Pb.Assignment> Acknowledge(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.AcknowledgeAssignmentAsync(new() { Name = one.Name, Unit = UnitOf(caller), RequestId = NewId() });

    AsyncUnaryCall<Pb.Assignment> Contribute(CityClient caller, Pb.Assignment one) => caller.Assignments.SubmitContributionAsync(new()
    {
        Name = one.Name,
        Unit = UnitOf(caller),
        Contribution = "Đã cử 20 người",
        ResponsiblePerson = new Pb.Person { Role = "Phó Chủ tịch UBND phường" },
        RequestId = NewId(),
    });

    AsyncUnaryCall<Pb.Assignment> ReportProgress(CityClient caller, Pb.Assignment one) => caller.Assignments.ReportProgressAsync(
        new() { Name = one.Name, Unit = UnitOf(caller), Percent = 40, Report = "Đã nạo vét 400 m", RequestId = NewId() });

    AsyncUnaryCall<Pb.Assignment> SubmitResult(CityClient caller, Pb.Assignment one) => caller.Assignments.SubmitResultAsync(
        new() { Name = one.Name, Unit = UnitOf(caller), Result = "Biên bản nghiệm thu", RequestId = NewId() });

    static AsyncUnaryCall<Pb.Assignment> Accept(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.AcceptResultAsync(new() { Name = one.Name, Etag = one.Etag, RequestId = NewId() });

    static AsyncUnaryCall<Pb.Assignment> SendBack(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.SendBackResultAsync(new() { Name = one.Name, Etag = one.Etag, Reason = "Thiếu biên bản", RequestId = NewId() });

    AsyncUnaryCall<Pb.Assignment> Return(CityClient caller, Pb.Assignment one) => caller.Assignments.ReturnAssignmentAsync(
        new() { Name = one.Name, Unit = UnitOf(caller), Ground = WrongCompetence, Reason = "Không thuộc thẩm quyền", RequestId = NewId() });

    AsyncUnaryCall<Pb.Assignment> RequestTransfer(CityClient caller, Pb.Assignment one) => caller.Assignments.RequestTransferAsync(new()
    {
        Name = one.Name,
        Unit = UnitOf(caller),
        To = new() { Unit = $"units/{Foreign}" },
        Ground = WrongCompetence,
        Reason = "Thuộc địa bàn khác",
        RequestId = NewId(),
    });

    static AsyncUnaryCall<Pb.Assignment> RefuseTransfer(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.DecideTransferAsync(new() { Name = one.Name, Etag = one.Etag, Note = "Đúng thẩm quyền", RequestId = NewId() });

    static AsyncUnaryCall<Pb.Assignment> Cancel(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.CancelAssignmentAsync(new() { Name = one.Name, Etag = one.Etag, Reason = "Văn bản bị thay thế", RequestId = NewId() });

    static AsyncUnaryCall<Pb.Assignment> Suspend(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.SuspendAssignmentAsync(new() { Name = one.Name, Etag = one.Etag, Reason = "Chờ quy hoạch", RequestId = NewId() });

    static AsyncUnaryCall<Pb.Assignment> Resume(CityClient caller, Pb.Assignment one) =>
        caller.Assignments.ResumeAssignmentAsync(new() { Name = one.Name, Etag = one.Etag, RequestId = NewId() });
}
