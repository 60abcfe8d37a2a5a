using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;

namespace CanThoGov.Ward.Programmes;

/// <summary>A unit's action programme: drafted freely, adopted whole, changed afterwards by amendment only.</summary>
public sealed class Programme(ProgrammeSnapshot snapshot, long version)
{
    public ProgrammeSnapshot Snapshot { get; private set; } = snapshot;

    /// <summary>Grows by one with each change.</summary>
    public long Version { get; private set; } = version;

    public ProgrammeDrafted Drafted() => new(Snapshot, Snapshot.UpdatedAt, Version);

    public ProgrammeDrafted Redraft(string title, IReadOnlyList<ProgrammeItem> items, DateTimeOffset now)
    {
        Require(ProgrammeState.Draft, "PROGRAMME_NOT_DRAFT", "an adopted programme is changed by an amendment");
        Change(Snapshot with { Title = title, Items = items }, now);
        return Drafted();
    }

    public ProgrammeAdopted Adopt(Adoption adoption, DateTimeOffset now)
    {
        Require(ProgrammeState.Draft, "PROGRAMME_NOT_DRAFT", "a programme is adopted once");
        RequireComplete(Snapshot.Items);
        Change(Snapshot with { State = ProgrammeState.Adopted, Adoption = adoption, Edition = 1 }, now);
        return new(Snapshot, now, Version);
    }

    public ProgrammeAmended Amend(string title, IReadOnlyList<ProgrammeItem> items, Adoption adoption, DateTimeOffset now)
    {
        Require(ProgrammeState.Adopted, "PROGRAMME_NOT_ADOPTED", "a draft is changed without an amendment");
        RequireComplete(items);
        if (adoption.Date < Snapshot.Adoption!.Date)
        {
            var errors = new FieldErrors();
            errors.Add("date", $"must not be before {Snapshot.Adoption.Date:yyyy-MM-dd}, when the text in force was adopted");
            errors.ThrowIfAny();
        }

        Change(Snapshot with { Title = title, Items = items, Adoption = adoption, Edition = Snapshot.Edition + 1 }, now);
        return new(Snapshot, now, Version);
    }

    public void RequireEtag(string etag)
    {
        if (etag != AssignmentProto.Etag(Version))
        {
            throw DomainException.Changed("PROGRAMME_CHANGED", "The programme changed meanwhile. Read it again.")
                .With("etag", AssignmentProto.Etag(Version));
        }
    }

    /// <summary>Whoever adopts learns of every gap at once.</summary>
    static void RequireComplete(IReadOnlyList<ProgrammeItem> items)
    {
        var gaps = items.Count == 0 ? [("items", "there is none")] : items.SelectMany(Gaps).ToArray();
        if (gaps.Length == 0)
        {
            return;
        }

        var refusal = DomainException.Precondition("PROGRAMME_INCOMPLETE",
            $"The programme cannot be adopted: {string.Join("; ", gaps.Select(gap => $"{gap.Item1} {gap.Item2}"))}.").With("gaps", gaps.Length);
        foreach (var (subject, description) in gaps)
        {
            refusal.Violating(subject, description);
        }

        throw refusal;
    }

    static IEnumerable<(string Subject, string Description)> Gaps(ProgrammeItem item)
    {
        var path = $"items[{item.Number - 1}]";
        if (string.IsNullOrWhiteSpace(item.Content))
        {
            yield return ($"{path}.content", "say what is to be done");
        }

        if (item.Lead is { DisplayName: "", Role: "" })
        {
            yield return ($"{path}.lead", "name the official, or the role, who leads it");
        }

        if (item.DueDate is null)
        {
            yield return ($"{path}.due_date", "give a date");
        }

        if (string.IsNullOrWhiteSpace(item.CityTarget) && item.AssignmentId is null)
        {
            yield return ($"{path}.city_target", "link it to a target of the city or to an assignment");
        }

        if (string.IsNullOrWhiteSpace(item.LocalTarget))
        {
            yield return ($"{path}.local_target", "say what the unit's own part is");
        }
    }

    void Require(ProgrammeState state, string reason, string rule)
    {
        if (Snapshot.State != state)
        {
            throw DomainException.Precondition(reason, $"The programme is {Snapshot.State}; {rule}.")
                .With("state", Snapshot.State).Violating(Snapshot.Name(), $"is {Snapshot.State}");
        }
    }

    void Change(ProgrammeSnapshot snapshot, DateTimeOffset now)
    {
        Snapshot = snapshot with { UpdatedAt = now };
        Version++;
    }
}
