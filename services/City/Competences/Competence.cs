using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Competences;

/// <summary>Who may decide what, by which document, and from when to when.</summary>
public sealed record Competence
{
    public required Guid Id { get; init; }

    /// <summary>Id of the unit that holds it; null for a body of the centre.</summary>
    public string? Unit { get; init; }

    public Organ Organ { get; init; }

    /// <summary>The body of the centre, as printed.</summary>
    public string Holder { get; init; } = "";

    public required FieldOfWork Field { get; init; }

    public required string Power { get; init; }

    public required CompetenceLevel Level { get; init; }

    public required CompetenceBasis Basis { get; init; }

    /// <summary>Of a delegation: the holder's own power.</summary>
    public Guid? DelegatedFrom { get; init; }

    public Guid? DocumentId { get; init; }

    public string DocumentText { get; init; } = "";

    public required DateOnly ValidFrom { get; init; }

    /// <summary>First date on which it no longer holds; null while no end is known.</summary>
    public DateOnly? ValidTo { get; init; }

    public string EndReason { get; init; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public long Version { get; init; } = 1;

    public CompetenceState State => new(
        Id, Unit ?? "", Organ, Holder, Field, Power, Level, Basis, DelegatedFrom, DocumentId, DocumentText, ValidFrom, ValidTo, EndReason);

    public static CompetenceLevel LevelOf(UnitKind kind) =>
        kind is UnitKind.Ward or UnitKind.Commune ? CompetenceLevel.Commune : CompetenceLevel.City;

    /// <summary>True if it is a competence of the assignee: of the whole unit, of the organ named, or of any if none is named.</summary>
    public bool IsHeldBy(Assignee assignee) =>
        Unit == assignee.Unit && (Organ == assignee.Organ || Organ == Organ.Unspecified || assignee.Organ == Organ.Unspecified);

    /// <summary>Nobody delegates what he does not have, what was only delegated to him, or for longer than he has it.</summary>
    public void RequireDelegable(Competence from)
    {
        if (from.Field != Field)
        {
            throw Refuse("DELEGATION_OF_OTHER_FIELD", $"The holder's power is one in {from.Field}, not in {Field}.", from);
        }

        if (from.Basis == CompetenceBasis.Delegation)
        {
            throw Refuse("DELEGATION_OF_DELEGATED_POWER", "The power was delegated itself; who has it by delegation cannot delegate it further.", from);
        }

        if (ValidFrom < from.ValidFrom || from.ValidTo < ValidTo)
        {
            throw Refuse("DELEGATION_OUTLIVES_POWER",
                $"It would be valid from {ValidFrom:yyyy-MM-dd} to {ValidTo:yyyy-MM-dd}, the holder's own power from {from.ValidFrom:yyyy-MM-dd}"
                + (from.ValidTo is { } end ? $" to {end:yyyy-MM-dd}." : "."), from)
                .With("valid_from", from.ValidFrom).With("valid_to", from.ValidTo);
        }
    }

    /// <param name="on">First date on which it no longer holds.</param>
    public Competence End(DateOnly on, string reason)
    {
        if (on < ValidFrom)
        {
            var errors = new FieldErrors();
            errors.Add("valid_to", $"must not be before {ValidFrom:yyyy-MM-dd}, its first day");
            errors.ThrowIfAny();
        }

        return ValidTo <= on
            ? throw DomainException.Precondition("COMPETENCE_ENDS_BEFORE", $"It ends on {ValidTo:yyyy-MM-dd} anyway; a competence is never made longer.")
                .With("valid_to", ValidTo)
            : this with { ValidTo = on, EndReason = reason, Version = Version + 1 };
    }

    static DomainException Refuse(string reason, string message, Competence from) =>
        DomainException.Precondition(reason, message).With("delegated_from", $"competences/{from.Id}");
}
