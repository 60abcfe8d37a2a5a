using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Contract;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Units;

static class UnitProto
{
    public static Pb.Unit ToProto(this Unit unit)
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
        };
        if (unit.Kind is UnitKind.Ward or UnitKind.Commune)
        {
            proto.Organs.AddRange([Pb.Unit.Types.Organ.PartyCommittee, Pb.Unit.Types.Organ.PeoplesCommittee]);
        }

        return proto;
    }
}
