using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.CoordinationDuties;

/// <summary>With whom; numbered as in <c>canthogov.city.v1.CoordinationDuty.CounterpartKind</c>.</summary>
public enum CounterpartKind { PartyCommittee = 1, PeoplesCommittee, Ministry, FatherlandFront, MassOrganisation, Other }

/// <summary>Which way an exchange went; numbered as in <c>canthogov.city.v1.Exchange.Kind</c>.</summary>
public enum ExchangeKind { Sent = 1, Received, Meeting }

/// <summary>A unit has to coordinate with somebody outside its line.</summary>
public sealed record CoordinationDuty
{
    public required Guid Id { get; init; }

    public required string Unit { get; init; }

    /// <summary>Of the unit, if it is one of two.</summary>
    public Organ Organ { get; init; }

    public required CounterpartKind CounterpartKind { get; init; }

    /// <summary>As it is called; empty for the other organ of the unit.</summary>
    public string Counterpart { get; init; } = "";

    public required string Matter { get; init; }

    public Guid? AssignmentId { get; init; }

    public Guid? DocumentId { get; init; }

    public bool Illustrative { get; init; }

    public int ExchangeCount { get; init; }

    public DateOnly? LastExchangeOn { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string Outcome { get; init; } = "";

    public long Version { get; init; } = 1;

    /// <summary>Adds to its log.</summary>
    public (CoordinationDuty Duty, Exchange Exchange) Record(Exchange exchange)
    {
        RequireOpen();
        var numbered = exchange with { DutyId = Id, Number = ExchangeCount + 1 };
        var last = LastExchangeOn is { } known && known > exchange.Date ? known : exchange.Date;
        return (this with { ExchangeCount = numbered.Number, LastExchangeOn = last, Version = Version + 1 }, numbered);
    }

    public CoordinationDuty Close(string outcome, DateTimeOffset now)
    {
        RequireOpen();
        return this with { ClosedAt = now, Outcome = outcome, Version = Version + 1 };
    }

    void RequireOpen()
    {
        if (ClosedAt is not null)
        {
            throw DomainException.Precondition("COORDINATION_DUTY_CLOSED", $"The matter was settled at {ClosedAt:O}. Record another duty if it has come up again.")
                .Violating($"coordinationDuties/{Id}", "is closed");
        }
    }
}

/// <summary>A letter, an answer, a meeting. Never changed.</summary>
public sealed record Exchange
{
    public Guid DutyId { get; init; }

    /// <summary>Within the duty, from 1.</summary>
    public int Number { get; init; }

    public required ExchangeKind Kind { get; init; }

    public required DateOnly Date { get; init; }

    public required string Summary { get; init; }

    public string PrintedNumber { get; init; } = "";

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}
