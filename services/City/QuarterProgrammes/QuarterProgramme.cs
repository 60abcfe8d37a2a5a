using System.Globalization;
using System.Text.RegularExpressions;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.QuarterProgrammes;

public enum QuarterProgrammeState { Open = 1, Closed }

public enum QuarterItemStatus { Planned = 1, InProgress, Done, Cancelled }

/// <summary>A unit's work programme of a quarter, as <c>2026-Q1</c>.</summary>
public sealed partial record QuarterProgramme
{
    public required string Unit { get; init; }
    public required string Quarter { get; init; }
    public QuarterProgrammeState State { get; init; } = QuarterProgrammeState.Open;
    public string Title { get; init; } = "";
    public bool Illustrative { get; init; }

    /// <summary>Business time, as is the other one.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }
    public long Version { get; init; } = 1;

    // Counted when it is read.
    public int ItemCount { get; init; }
    public int DoneCount { get; init; }
    public int UnfinishedCount { get; init; }
    public int CarriedCount { get; init; }
    public int OverdueCount { get; init; }

    public string Name => NameOf(Unit, Quarter);

    public static string NameOf(string unit, string quarter) => $"units/{unit}/quarterProgrammes/{quarter}";

    public static bool IsQuarter(string text) => QuarterPattern().IsMatch(text);

    /// <summary><c>2027-Q1</c> behind <c>2026-Q4</c>.</summary>
    public static string Next(string quarter)
    {
        var (year, number) = (int.Parse(quarter.AsSpan(0, 4), CultureInfo.InvariantCulture), quarter[^1] - '0');
        return string.Create(CultureInfo.InvariantCulture, $"{(number == 4 ? year + 1 : year)}-Q{(number % 4) + 1}");
    }

    public void RequireOpen()
    {
        if (State != QuarterProgrammeState.Open)
        {
            throw DomainException.Precondition("QUARTER_CLOSED", $"The quarter {Quarter} was closed; its unfinished tasks are in {Next(Quarter)}.")
                .With("next_quarter", Next(Quarter)).Violating(Name, "is closed");
        }
    }

    public Pb.QuarterProgramme ToProto() => new()
    {
        Name = Name,
        Etag = AssignmentProto.Etag(Version),
        State = (Pb.QuarterProgramme.Types.State)State,
        Title = Title,
        Illustrative = Illustrative,
        ItemCount = ItemCount,
        DoneCount = DoneCount,
        UnfinishedCount = UnfinishedCount,
        CarriedCount = CarriedCount,
        OverdueCount = OverdueCount,
        CreateTime = Timestamp.FromDateTimeOffset(CreatedAt),
        CloseTime = ClosedAt.ToProto(),
    };

    [GeneratedRegex("^20[0-9]{2}-Q[1-4]$", RegexOptions.CultureInvariant)]
    private static partial Regex QuarterPattern();
}

/// <summary>One task of a quarter.</summary>
public sealed record QuarterItem
{
    public required Guid Id { get; init; }
    public required string Unit { get; init; }
    public required string Quarter { get; init; }

    /// <summary>Within the programme, from 1.</summary>
    public int Number { get; init; }

    public required string Content { get; init; }
    public string LeadName { get; init; } = "";
    public string LeadRole { get; init; } = "";
    public DateOnly? DueDate { get; init; }
    public QuarterItemStatus Status { get; init; }
    public string Note { get; init; } = "";

    /// <summary>Ids, separated by commas.</summary>
    public string Assignments { get; init; } = "";

    /// <summary>The same task in the quarter before; null if it began in this one.</summary>
    public Guid? CarriedFrom { get; init; }

    public string? CarriedFromQuarter { get; init; }
    public required string FirstQuarter { get; init; }
    public int CarryCount { get; init; }
    public long Version { get; init; } = 1;

    public string Name => NameOf(Quarter, Id);

    public IEnumerable<Guid> AssignmentIds() => Assignments.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse);

    /// <summary>The same task, as it goes on in the next quarter; its date stays, and shows that it is late.</summary>
    public QuarterItem CarriedOver() => this with
    {
        Id = Guid.CreateVersion7(),
        Quarter = QuarterProgramme.Next(Quarter),
        CarriedFrom = Id,
        CarriedFromQuarter = Quarter,
        CarryCount = CarryCount + 1,
        Version = 1,
    };

    public Pb.QuarterItem ToProto() => new()
    {
        Name = Name,
        Etag = AssignmentProto.Etag(Version),
        Number = Number,
        Content = Content,
        Lead = new Pb.Person { DisplayName = LeadName, Role = LeadRole },
        DueDate = DueDate.ToProto(),
        Status = (Pb.QuarterItem.Types.Status)Status,
        Note = Note,
        Assignments = { AssignmentIds().Select(id => $"assignments/{id}") },
        CarriedFrom = CarriedFrom is { } from ? NameOf(CarriedFromQuarter!, from) : "",
        FirstQuarter = FirstQuarter,
        CarryCount = CarryCount,
    };

    string NameOf(string quarter, Guid id) => $"{QuarterProgramme.NameOf(Unit, quarter)}/items/{id}";
}
