using CanThoGov.Portal.Clients;
using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Text;

/// <summary>What the pages say of an overlap.</summary>
public static class OverlapText
{
    /// <summary>The city's words, without the id of a unit whose name stands beside them.</summary>
    public static string Why(Overlap.Types.Finding finding, Overlap overlap) =>
        finding.Why.Replace($" ({Names.Id(overlap.OtherLead)})", "", StringComparison.Ordinal);

    /// <summary>Seen from the assignment that the reader looks at.</summary>
    public static string Ruling(Collision collision) => (collision.Overlap.Ruling, collision.IsGivenUp) switch
    {
        (Overlap.Types.Ruling.KeepBoth, _) => "Giữ cả hai",
        (Overlap.Types.Ruling.Merge, false) => "Gộp vào nhiệm vụ này",
        (Overlap.Types.Ruling.Merge, true) => "Gộp vào nhiệm vụ kia",
        (Overlap.Types.Ruling.CancelOne, false) => "Hủy nhiệm vụ kia",
        (Overlap.Types.Ruling.CancelOne, true) => "Hủy nhiệm vụ này",
        _ => Labels.Of(collision.Overlap.Ruling).Text,
    };
}
