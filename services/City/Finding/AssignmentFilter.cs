using CanThoGov.City.Assignments;
using CanThoGov.City.Documents;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Text;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Finding;

/// <summary>At this time or later, and before that; null for no limit.</summary>
public readonly record struct Span(DateTimeOffset? From, DateTimeOffset? To)
{
    public bool IsLimited => From is not null || To is not null;
}

/// <summary>What a list of assignments is narrowed to; empty or null means all.</summary>
public sealed record AssignmentFilter
{
    const int MaxQuery = 200, MaxWords = 10;

    public IReadOnlyList<AssignmentState> States { get; init; } = [];

    public IReadOnlyList<Timeliness> Timeliness { get; init; } = [];

    /// <summary>Led or helped with by one of these.</summary>
    public string[]? Units { get; init; }

    public string? Lead { get; init; }

    public string? Coordinator { get; init; }

    /// <summary>Where <see cref="PartsOf"/> is in one of these states with its part.</summary>
    public IReadOnlyList<CoordinatorState> CoordinatorStates { get; init; } = [];

    /// <summary>Null for any coordinating unit.</summary>
    public string? PartsOf { get; init; }

    public string? Assigner { get; init; }

    public bool WithoutDrafts { get; init; }

    public Guid? Document { get; init; }

    public Guid? Provision { get; init; }

    public Guid? Parent { get; init; }

    public IReadOnlyList<DeadlineKind> DeadlineKinds { get; init; } = [];

    public Span Due { get; init; }

    public Span Issued { get; init; }

    public Span Created { get; init; }

    public bool? Illustrative { get; init; }

    public bool ObstacleOpen { get; init; }

    public bool ExtensionPending { get; init; }

    /// <summary>Folded words, of which each must occur.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>True if it leaves only work that has not ended.</summary>
    public bool IsOpenOnly =>
        (States.Count > 0 && !States.Any(IsEnded))
        || (Timeliness.Count > 0 && Timeliness.All(one => one is Contracts.Assignments.Timeliness.OnTrack
            or Contracts.Assignments.Timeliness.DueSoon or Contracts.Assignments.Timeliness.Overdue));

    public static bool IsEnded(AssignmentState state) =>
        state is AssignmentState.Completed or AssignmentState.Returned or AssignmentState.Cancelled;

    /// <param name="caller">A ward finds only what concerns its units, and no drafts.</param>
    /// <param name="path">Of the request within the one that was sent: <c>list.</c>.</param>
    public static AssignmentFilter Parse(Pb.ListAssignmentsRequest request, Caller caller, FieldErrors errors, string path = "")
    {
        errors.Enums($"{path}states", request.States);
        errors.Enums($"{path}timeliness", request.Timeliness);
        errors.Enums($"{path}deadline_kinds", request.DeadlineKinds);
        errors.Enums($"{path}coordinator_states", request.CoordinatorStates);
        var unit = Unit(request.Unit, "unit");
        return new AssignmentFilter
        {
            States = [.. request.States.Select(state => (AssignmentState)state)],
            Timeliness = [.. request.Timeliness.Select(timeliness => (Timeliness)timeliness)],
            Units = unit is null ? caller.IsWard ? [.. caller.Units] : null : caller.SeesUnit(unit) ? [unit] : [],
            Lead = Unit(request.Lead, "lead"),
            Coordinator = Unit(request.Coordinator, "coordinator"),
            CoordinatorStates = [.. request.CoordinatorStates.Select(state => (CoordinatorState)state)],
            PartsOf = unit,
            Assigner = Unit(request.Assigner, "assigner"),
            WithoutDrafts = caller.IsWard,
            Document = request.Document.Length == 0 ? null : DocumentName.Parse(request.Document, errors, $"{path}document"),
            Provision = request.Provision.Length == 0
                ? null
                : DocumentName.ParseProvision(request.Provision, errors, $"{path}provision").Provision,
            Parent = request.Parent.Length == 0 ? null : AssignmentName.Parse(request.Parent, errors, $"{path}parent"),
            DeadlineKinds = [.. request.DeadlineKinds.Select(kind => (DeadlineKind)kind)],
            Due = Between(request.DueFrom, request.DueTo, "due"),
            Issued = Between(request.IssuedFrom, request.IssuedTo, "issued"),
            Created = Between(request.CreatedFrom, request.CreatedTo, "created"),
            Illustrative = request.HasIllustrative ? request.Illustrative : null,
            ObstacleOpen = request.ObstacleOpen,
            ExtensionPending = request.ExtensionPending,
            Words = Query(),
        };

        string? Unit(string name, string field) => name.Length == 0 ? null : ResourceName.Parse("units", name, errors, path + field);

        Span Between(Timestamp? from, Timestamp? to, string field)
        {
            var span = new Span(errors.Time($"{path}{field}_from", from), errors.Time($"{path}{field}_to", to));
            if (span.From >= span.To)
            {
                errors.Add($"{path}{field}_to", $"must be after {field}_from");
            }

            return span;
        }

        IReadOnlyList<string> Query()
        {
            errors.Optional($"{path}query", request.Query, MaxQuery);
            if (request.Query.Length is 0 or > 2 * MaxQuery)
            {
                return [];
            }

            string[] words = [.. Folding.Words(request.Query).Distinct(StringComparer.Ordinal)];
            if (words.Length is 0 or > MaxWords)
            {
                errors.Add($"{path}query", $"has {words.Length} words; it must have 1 to {MaxWords}, of letters and digits");
            }

            return words;
        }
    }
}
