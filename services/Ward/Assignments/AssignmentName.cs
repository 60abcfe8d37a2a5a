using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;

namespace CanThoGov.Ward.Assignments;

/// <summary><c>units/{unit}/assignments/{assignment}</c>.</summary>
public readonly record struct AssignmentName(string Unit, Guid Assignment)
{
    public override string ToString() => $"units/{Unit}/assignments/{Assignment}";

    /// <summary>An id that is none of the city's is the name of nothing: it is not found later.</summary>
    public static AssignmentName Parse(string name, FieldErrors errors, string field)
    {
        var ids = ResourceName.Parse(["units", "assignments"], name, errors, field);
        return new(ids[0], Guid.TryParse(ids[1], out var assignment) ? assignment : Guid.Empty);
    }
}
