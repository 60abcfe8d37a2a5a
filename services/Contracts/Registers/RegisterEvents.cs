namespace CanThoGov.Contracts.Registers;

public enum UnitKind { Ward = 1, Commune, PartyCommittee, PeoplesCommittee, Department, Office }

/// <summary>A unit exists. Published by the city.</summary>
/// <param name="ValidTo">First date on which it no longer exists; null while it does.</param>
public sealed record UnitRegistered(
    string Id, string DisplayName, UnitKind Kind, string StatisticalCode, string FormerProvince, DateOnly ValidFrom, DateOnly? ValidTo,
    bool Illustrative, DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"units/{Id}";

    public IReadOnlyList<string> Units() => [Id];
}

/// <summary>A unit exists no longer. Published by the city, with an <c>assignment-succeeded</c> for each assignment that it passed on.</summary>
/// <param name="ValidTo">First date on which it no longer exists.</param>
/// <param name="Successor">Id of the unit that goes on with its work.</param>
/// <param name="Decision">By which it was dissolved, as printed.</param>
public sealed record UnitDissolved(
    string Id, string DisplayName, UnitKind Kind, DateOnly ValidFrom, DateOnly ValidTo, string Successor, string Decision, bool Illustrative,
    DateTimeOffset OccurredAt, long Version) : IEvent
{
    public string Subject() => $"units/{Id}";

    public IReadOnlyList<string> Units() => Concerned.Of(Id, Successor);
}

/// <param name="Off">True for a day off, false for a day worked that would be off.</param>
/// <param name="Basis">The law or notice that ordered it.</param>
public sealed record PublishedDay(DateOnly Date, bool Off, string Kind, string NameVi, string NameEn, string Basis);

/// <summary>A time of each working day in which work is done, by local time.</summary>
public sealed record PublishedHours(TimeOnly From, TimeOnly To);

/// <summary>A version of the city's working-day calendar is in force. Published by the city.</summary>
/// <param name="Days">What differs from the plain week.</param>
/// <param name="Version">Number of the calendar; the highest is in force.</param>
public sealed record CalendarPublished(
    string CalendarVersion, int FirstYear, int LastYear, IReadOnlyList<PublishedDay> Days, DateTimeOffset OccurredAt, long Version) : IEvent
{
    /// <summary>In order of time; the same on every working day.</summary>
    public IReadOnlyList<PublishedHours> Hours { get; init; } = [];

    public string Subject() => "calendars/city";

    public IReadOnlyList<string> Units() => [];
}

/// <summary>A document that gives work was registered. Published by the city.</summary>
public sealed record DocumentRegistered(
    Guid Id, string Number, string Symbol, string Kind, DateOnly? IssueDate, string Issuer, string Title, bool Illustrative,
    DateTimeOffset OccurredAt, long Version) : IEvent
{
    /// <summary>Number and symbol as printed together.</summary>
    public string PrintedNumber { get; init; } = "";

    public string Place { get; init; } = "";

    /// <summary>In whose name it is signed, as printed.</summary>
    public string AuthorityLine { get; init; } = "";

    public string Signer { get; init; } = "";

    public string SignerRole { get; init; } = "";

    public Urgency Urgency { get; init; }

    public Secrecy Secrecy { get; init; }

    public string Subject() => $"documents/{Id}";

    public IReadOnlyList<string> Units() => [];
}

/// <summary>The simulated business clock moved. Published by the city; each service follows and says so.</summary>
/// <param name="Version">Revision of the clock.</param>
public sealed record ClockAdvanced(DateTimeOffset Now, long Version) : IEvent
{
    public string Subject() => "clock";

    public IReadOnlyList<string> Units() => [];
}
