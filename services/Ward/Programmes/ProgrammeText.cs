using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Programmes;

/// <summary>Reads the items of a programme from a request, naming everything that is wrong with them at once.</summary>
static class ProgrammeText
{
    const int MaxItems = 100, ContentLength = 1000, TargetLength = 500, PersonLength = 200;

    public static IReadOnlyList<ProgrammeItem> ParseItems(IReadOnlyList<Pb.ProgrammeItem> items, FieldErrors errors, string field)
    {
        errors.Range(field, items.Count, 0, MaxItems);
        return [.. items.Select((item, i) => Parse(item, i + 1, errors, $"{field}[{i}]"))];
    }

    /// <summary>Of a name like <c>documents/{document}</c>; null if it is empty.</summary>
    public static Guid? ParseId(string collection, string name, FieldErrors errors, string field) =>
        name.Length == 0 ? null : Guid.TryParse(ResourceName.Parse(collection, name, errors, field), out var id) ? id : Guid.Empty;

    static ProgrammeItem Parse(Pb.ProgrammeItem item, int number, FieldErrors errors, string field)
    {
        errors.Optional($"{field}.content", item.Content, ContentLength);
        errors.Optional($"{field}.lead.display_name", item.Lead?.DisplayName, PersonLength);
        errors.Optional($"{field}.lead.role", item.Lead?.Role, PersonLength);
        errors.Optional($"{field}.city_target", item.CityTarget, TargetLength);
        errors.Optional($"{field}.local_target", item.LocalTarget, TargetLength);
        return new(
            number, item.Content, new Person(item.Lead?.DisplayName ?? "", item.Lead?.Role ?? ""),
            errors.Date($"{field}.due_date", item.DueDate, required: false), item.CityTarget,
            ParseId("assignments", item.Assignment, errors, $"{field}.assignment"), item.LocalTarget);
    }
}
