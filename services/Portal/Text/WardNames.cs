using CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Portal.Text;

/// <summary>Names of the ward service: <c>units/{unit}/assignments/{assignment}</c>.</summary>
public static class WardNames
{
    public static string Of(string unitId, string assignmentId) => $"units/{unitId}/assignments/{assignmentId}";

    /// <summary><c>units/{unit}</c>.</summary>
    public static string Unit(WardAssignment work) => work.Name[..work.Name.IndexOf("/assignments/", StringComparison.Ordinal)];

    public static string Path(WardAssignment work) => Path(work.Name);

    /// <summary>The page of the assignment that a call is about.</summary>
    public static string Path(OutgoingCall call) => Path(call.WardAssignment);

    static string Path(string name) => name.Split('/') is ["units", var unit, "assignments", var assignment] ? Names.WorkPath(unit, assignment) : "/viec";
}
