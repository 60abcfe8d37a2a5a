using System.Collections.Concurrent;
using CanThoGov.Calendar;
using CanThoGov.City.Calendars;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using FsCheck;
using FsCheck.Fluent;
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
/// refusal (<c>ASSIGNMENT_NOT_ISSUED</c>). Where the outcome hangs on what was before as well, the column <c>given</c> says on what. A
/// change of the table is a change of the contract: review it as one. What else is decided about obstacles has tests of its own.
/// </summary>
public abstract class LifecycleTableTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    const string Foreign = "31147-2025", Former = "31150-2025", Department = "so-noi-vu";

    /// <summary>Sequences of verbs, and how long each is.</summary>
    const int Cases = 30, Length = 30;

    static readonly string[] Columns = ["lead", "coordinator", "former", "foreign", "assigner", "department-lead", "department", "supervisor", "operator"];

    static readonly Lazy<IReadOnlyList<string>> Table =
        new(() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "lifecycle.csv")));

    readonly TCity _city;
    readonly ConcurrentDictionary<string, CityClient> _wards = new();
    DateOnly _due;
    string _document = "";

    protected LifecycleTableTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    /// <summary>The callers in the order of the columns.</summary>
    LifecycleCaller[] Callers(string lead = NinhKieu, string former = Former, string foreign = Foreign) =>
    [
        Ward("lead", lead), Ward("coordinator", CaiKhe), Ward("former", former), Ward("foreign", foreign),
        new("assigner", _city.Office, lead), new("department-lead", _city.As(Roles.CityDepartment, Department), Department),
        new("department", _city.As(Roles.CityDepartment, "thanh-uy"), lead),
        new("supervisor", _city.As(Roles.Supervisor), lead), new("operator", _city.As(Roles.Operator), lead),
    ];

    LifecycleCaller Ward(string name, string unit) => new(name, _wards.GetOrAdd(unit, one => _city.As(Roles.Ward, one)), unit);

    /// <summary>How each state is come to after the issue and after <c>given</c>, by public verbs only.</summary>
    static IReadOnlyList<(State State, string[] Path)> States { get; } =
    [
        (State.Draft, []),
        (State.Issued, []),
        (State.Acknowledged, ["lead AcknowledgeAssignment"]),
        (State.InProgress, ["lead AcknowledgeAssignment", "lead ReportProgress"]),
        (State.Submitted, ["lead AcknowledgeAssignment", "lead SubmitResult"]),
        (State.Rework, ["lead AcknowledgeAssignment", "lead SubmitResult", "assigner SendBackResult"]),
        (State.Completed, ["lead AcknowledgeAssignment", "lead SubmitResult", "assigner AcceptResult"]),
        (State.Returned, ["lead ReturnAssignment"]),
        (State.Suspended, ["lead AcknowledgeAssignment", "assigner SuspendAssignment"]),
        (State.Cancelled, ["assigner CancelAssignment"]),
    ];

    static readonly State[] Suspendable = [State.Issued, State.Acknowledged, State.InProgress, State.Rework];

    static IEnumerable<string> GivensOf(LifecycleVerb verb, State state) =>
        verb.Label == "ResumeAssignment" && state == State.Suspended ? Suspendable.Select(SuspendedIn)
        : state == State.Draft ? [""]
        : state == State.Cancelled ? verb.Givens.Prepend("").Append(NeverIssued)
        : verb.Givens.Prepend("");

    /// <summary>A draft that was cancelled; the units never saw it.</summary>
    const string NeverIssued = "never issued";

    static string SuspendedIn(State state) => $"suspended in {state}";

    static string[] PathOf(State state, string given)
    {
        string[] before = given switch
        {
            LifecycleVerbs.Acknowledged => ["coordinator AcknowledgeAssignment"],
            LifecycleVerbs.ExtensionAsked => ["lead RequestExtension"],
            LifecycleVerbs.ExtensionsGranted => ["lead RequestExtension", "assigner GrantExtension", "lead RequestExtension", "assigner GrantExtension"],
            LifecycleVerbs.TransferAsked => ["lead RequestTransfer"],
            LifecycleVerbs.ObstacleOpen => ["lead RaiseObstacle"],
            LifecycleVerbs.ObstacleAccepted => ["lead RaiseObstacle", "assigner AcceptObstacle"],
            _ => [],
        };
        var resumed = Suspendable.FirstOrDefault(one => SuspendedIn(one) == given);
        return resumed == State.Unspecified
            ? [.. before, .. States.Single(one => one.State == state).Path]
            : [.. States.Single(one => one.State == resumed).Path, "assigner SuspendAssignment"];
    }

    [Fact]
    public async Task EveryVerbInEveryState_DoesWhatTheTableSays()
    {
        Assert.Equal(Enum.GetValues<State>().Where(state => state != State.Unspecified), States.Select(one => one.State));
        await PrepareAsync();

        var lines = await Task.WhenAll(States.Select(one => TryAllAsync(one.State)));
        var seen = lines.SelectMany(rows => rows).Prepend("state,verb,given," + string.Join(',', Columns)).ToArray();

        await RequireOneEventForEachChangeAsync();
        var differences = Table.Value.Except(seen).Select(line => $"- {line}").Concat(seen.Except(Table.Value).Select(line => $"+ {line}"))
            .OrderBy(line => line[2..], StringComparer.Ordinal).ToArray();
        Assert.True(differences.Length == 0, $"What the table says (-) and what the city does (+):\n{string.Join('\n', differences)}");
        Assert.Equal(Table.Value, seen);
    }

    /// <summary>Whatever is done, in whatever order and by whomever, the table says what comes of it.</summary>
    [Fact]
    public async Task AnyVerbsInAnyOrderByAnyRole_DoWhatTheTableSays()
    {
        await PrepareAsync();
        var cells = Table.Value.Skip(1).Select(line => line.Split(','))
            .ToDictionary(row => (row[0], row[1], row[2]), row => row[3..]);
        var units = await _city.Office.Units.ListUnitsAsync(new() { PageSize = 1000 });
        string[] others = [.. units.Units.Where(unit => unit.Kind == Pb.Unit.Types.Kind.Commune)
            .Select(unit => unit.Name["units/".Length..]).Take(Length)];
        // Half of the deeds are such that the table lets them happen, so that the sequences come to every state.
        var deed = from happens in Gen.Elements(true, false) from choice in Gen.Choose(0, int.MaxValue) select (happens, choice);
        Prop.ForAll(deed.ListOf(Length).ToArbitrary(), deeds =>
        {
            var departure = FindDepartureAsync([.. deeds], cells, others).GetAwaiter().GetResult();
            return departure.Length == 0 ? true.ToProperty() : false.Label(departure);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true));
    }

    [Fact]
    public void EveryVerb_IsInTheTable() => Assert.Equal(
        Pb.AssignmentService.Descriptor.Methods.Select(method => method.Name)
            .Where(name => !name.StartsWith("Get", StringComparison.Ordinal) && !name.StartsWith("List", StringComparison.Ordinal))
            .Where(name => name is not ("ExplainDeadline" or "ExportAssignments" or "CreateAssignment" or "AnswerObstacle"))
            .Order(),
        Verbs(_ => "").All.Select(verb => verb.Rpc).Distinct().Order());

    LifecycleVerbs Verbs(Func<Pb.Assignment, string> other) => new(_due, Later, other);

    async Task PrepareAsync()
    {
        _due = Later(LocalTime.DateOf(TimeProvider.System.GetUtcNow()));
        _document = (await NewDocumentAsync(_city.Office)).Name;
    }

    DateOnly Later(DateOnly date)
    {
        var calendar = _city.Database.ReadAsync(
            session => _city.Services.GetRequiredService<CalendarStore>().CurrentAsync(session), CancellationToken.None).Result;
        return calendar.Days.AddWorkingDays(date, 5);
    }

    async Task<Pb.Assignment> NewDraftAsync(string lead, LifecycleVerbs verbs, LifecycleCaller office)
    {
        var draft = Draft(_document);
        draft.Lead.Unit = $"units/{lead}";
        draft.Deadline = new Pb.Deadline { Kind = Pb.Deadline.Types.Kind.None };
        var assignment = await office.Client.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });
        return await verbs["SetWorkingDeadline"].Call(office, assignment);
    }

    async Task<List<string>> TryAllAsync(State state)
    {
        var callers = Callers();
        var verbs = Verbs(_ => Foreign);
        var untouched = new Dictionary<(string Given, bool WasTransferred, bool IsDepartments), Pb.Assignment>();
        var tried = new List<Pb.Assignment>();
        var lines = new List<string>();
        foreach (var (verb, given) in verbs.All.SelectMany(verb => GivensOf(verb, state).Select(given => (verb, given))))
        {
            var row = new List<string>();
            foreach (var caller in callers)
            {
                var key = (given, WasTransferred: caller.Name == "former", IsDepartments: caller.Name == "department-lead");
                var assignment = untouched.TryGetValue(key, out var known)
                    ? known
                    : untouched[key] = await ReachAsync(state, given, key.WasTransferred, key.IsDepartments, callers);
                var (cell, changed) = await verb.TryAsync(caller, assignment);
                if (changed is not null)
                {
                    // Whatever was refused before would have taken a version.
                    Assert.Equal(long.Parse(assignment.Etag) + 1, long.Parse(changed.Etag));
                    untouched.Remove(key);
                    tried.Add(changed);
                }

                row.Add(cell);
            }

            lines.Add($"{state},{verb.Label},{given},{string.Join(',', row)}");
        }

        tried.AddRange(untouched.Values);
        await Task.WhenAll(tried.Select(RequireOneTraceForEachChangeAsync));
        return lines;
    }

    async Task<Pb.Assignment> ReachAsync(State state, string given, bool wasTransferred, bool isDepartments, LifecycleCaller[] callers)
    {
        var (verbs, toLead) = (Verbs(_ => Foreign), Verbs(_ => NinhKieu));
        var assignment = await NewDraftAsync(wasTransferred ? Former : isDepartments ? Department : NinhKieu, verbs, Caller("assigner"));
        if (given == NeverIssued)
        {
            assignment = await verbs["CancelAssignment"].Call(Caller("assigner"), assignment);
        }
        else if (state != State.Draft)
        {
            assignment = await verbs["IssueAssignment"].Call(Caller("assigner"), assignment);
            if (wasTransferred)
            {
                assignment = await toLead["RequestTransfer"].Call(Caller("former"), assignment);
                assignment = await verbs["GrantTransfer"].Call(Caller("assigner"), assignment);
            }

            foreach (var step in PathOf(state, given).Select(step => step.Split(' ')))
            {
                assignment = await verbs[step[1]].Call(Caller(step[0]), assignment);
            }
        }

        Assert.Equal(state, assignment.State);
        return assignment;

        LifecycleCaller Caller(string name) => callers.Single(caller => caller.Name == (isDepartments && name == "lead" ? "department-lead" : name));
    }

    /// <summary>Nobody hears of a refusal: the events of an assignment are numbered as its versions, from the issue on.</summary>
    async Task RequireOneEventForEachChangeAsync()
    {
        var events = new List<(string Subject, long Version)>();
        for (var (after, more) = (0L, true); more;)
        {
            var page = await _city.Office.Events.ListEventsAsync(new() { AfterPosition = after, PageSize = 1000 });
            events.AddRange(page.Events.Where(e => e.Subject.StartsWith("assignments/", StringComparison.Ordinal)).Select(e => (e.Subject, e.Sequence)));
            (after, more) = (page.Events.Count > 0 ? page.Events[^1].Position : after, page.Events.Count > 0);
        }

        Assert.All(events.GroupBy(e => e.Subject), of =>
            Assert.Equal(Enumerable.Range(0, of.Count()).Select(i => of.First().Version + i), of.Select(e => e.Version)));
    }

    /// <summary>A refusal leaves nothing behind: it is as its last change left it, and each version stands once in the history.</summary>
    async Task RequireOneTraceForEachChangeAsync(Pb.Assignment last)
    {
        Assert.Equal(last, await _city.Office.Assignments.GetAssignmentAsync(new() { Name = last.Name }));
        var history = await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = last.Name });
        Assert.Equal(Enumerable.Range(1, int.Parse(last.Etag)).Select(version => (long)version), history.Entries.Select(entry => entry.Version));
    }

    /// <summary>What is given before the next verb, as its callers could know it.</summary>
    sealed class Before
    {
        public State State { get; set; } = State.Draft;
        State _resumesIn;
        bool _issued, _acknowledged, _extensionAsked, _transferAsked;
        int _extensionsGranted, _obstaclesOpen, _obstacles;

        public string Of(string verb) => verb switch
        {
            _ when State == State.Cancelled && !_issued => NeverIssued,
            "AcknowledgeAssignment" when _acknowledged => LifecycleVerbs.Acknowledged,
            "RequestExtension" when _extensionsGranted >= 2 => LifecycleVerbs.ExtensionsGranted,
            "RequestExtension" or "GrantExtension" or "RefuseExtension" when _extensionAsked => LifecycleVerbs.ExtensionAsked,
            "RequestTransfer" or "GrantTransfer" or "RefuseTransfer" when _transferAsked => LifecycleVerbs.TransferAsked,
            "ResumeAssignment" when State == State.Suspended => SuspendedIn(_resumesIn),
            "AcceptObstacle" when _obstaclesOpen > 0 => LifecycleVerbs.ObstacleOpen,
            "AcceptObstacle" when _obstacles > 0 => LifecycleVerbs.ObstacleAccepted,
            _ => "",
        };

        public void Happened(string verb, string caller, State after)
        {
            _issued |= verb == "IssueAssignment";
            _resumesIn = verb == "SuspendAssignment" ? State : _resumesIn;
            _acknowledged |= caller == "coordinator" && verb is "AcknowledgeAssignment" or "SubmitContribution";
            _extensionAsked = verb == "RequestExtension" || (_extensionAsked && verb is not ("GrantExtension" or "RefuseExtension"));
            _extensionsGranted += verb == "GrantExtension" ? 1 : 0;
            _obstacles += verb == "RaiseObstacle" ? 1 : 0;
            _obstaclesOpen += verb switch { "RaiseObstacle" => 1, "AcceptObstacle" => -1, _ => 0 };
            _transferAsked = verb == "RequestTransfer" || (_transferAsked && verb is not ("GrantTransfer" or "RefuseTransfer"));
            State = after;
        }
    }

    /// <returns>Empty if all of it is in the table.</returns>
    async Task<string> FindDepartureAsync(
        (bool Happens, int Choice)[] deeds, Dictionary<(string State, string Verb, string Given), string[]> cells, string[] others)
    {
        var (lead, former, next) = (deeds[0].Choice % 3 == 0 ? Department : NinhKieu, "", 0);
        var verbs = Verbs(_ => others[next]);
        var assignment = await NewDraftAsync(lead, verbs, Callers()[4]);
        var before = new Before();
        var done = new List<string>();
        foreach (var (happens, choice) in deeds)
        {
            var possible = verbs.All.SelectMany(verb => Columns.Select((name, column) => (Verb: verb, Column: column, Cell: Expected(verb)[column])))
                .Where(one => Columns[one.Column] switch
                {
                    "lead" => lead != Department,
                    "department-lead" => lead == Department,
                    "former" => former.Length > 0,
                    _ => true,
                })
                .Where(one => !happens || (Enum.TryParse<State>(one.Cell, out _) && (one.Verb.Label != "CancelAssignment" || choice % 20 == 0)))
                .ToArray();
            if (possible.Length == 0)
            {
                continue;
            }

            var (verb, column, expected) = possible[choice % possible.Length];
            var given = before.Of(verb.Label);
            var (cell, changed) = await verb.TryAsync(Callers(lead, former.Length > 0 ? former : Former, others[next])[column], assignment);
            done.Add($"{Columns[column]} {verb.Label}: {cell}");
            if (cell != expected)
            {
                return $"In {before.State}, given '{given}', the table says {expected}. {string.Join("; ", done)}";
            }

            if (changed is not null)
            {
                before.Happened(verb.Label, Columns[column], changed.State);
                if (verb.Label == "GrantTransfer")
                {
                    // A department that led once is a department like any other.
                    (former, lead, next) = (lead == Department ? former : lead, others[next], next + 1);
                }

                assignment = changed;
            }
        }

        var now = await _city.Office.Assignments.GetAssignmentAsync(new() { Name = assignment.Name });
        return now.Equals(assignment) ? "" : $"A refusal changed it. {string.Join("; ", done)}";

        string[] Expected(LifecycleVerb verb) => cells[(before.State.ToString(), verb.Label, before.Of(verb.Label))];
    }
}
