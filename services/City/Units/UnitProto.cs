using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Contract;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Units;

static class UnitProto
{
    /// <param name="predecessors">Ids of the units whose work it goes on with.</param>
    public static Pb.Unit ToProto(this Unit unit, IEnumerable<string> predecessors)
    {
        var proto = new Pb.Unit
        {
            Name = $"units/{unit.Id}",
            DisplayName = unit.DisplayName,
            Kind = (Pb.Unit.Types.Kind)unit.Kind,
            StatisticalCode = unit.StatisticalCode,
            FormerProvince = unit.FormerProvince,
            ValidFrom = AssignmentProto.ToProto((DateOnly?)unit.ValidFrom),
            ValidTo = unit.ValidTo.ToProto(),
            Illustrative = unit.Illustrative,
            Etag = AssignmentProto.Etag(unit.Version),
            CreateTime = Timestamp.FromDateTimeOffset(unit.CreatedAt),
            Successor = unit.Successor is { } successor ? $"units/{successor}" : "",
            Predecessors = { predecessors.Select(predecessor => $"units/{predecessor}") },
            DissolvedBy = unit.DissolvedBy,
        };
        if (unit.Kind is UnitKind.Ward or UnitKind.Commune)
        {
            proto.Organs.AddRange([Pb.Unit.Types.Organ.PartyCommittee, Pb.Unit.Types.Organ.PeoplesCommittee]);
        }

        return proto;
    }
}
