using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Programmes;
using Google.Protobuf.WellKnownTypes;
using CityPb = CanThoGov.Protos.City.V1;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Platform.Contract;

/// <summary>A unit's action programme as the ward service and monitoring show it.</summary>
public static class ProgrammeProto
{
    public static Pb.Programme ToProto(this ProgrammeSnapshot programme, long version) => new()
    {
        Name = programme.Name(),
        Etag = AssignmentProto.Etag(version),
        State = (Pb.Programme.Types.State)programme.State,
        Organ = (CityPb.Unit.Types.Organ)programme.Organ,
        Document = $"documents/{programme.DocumentId}",
        Assignment = AssignmentName(programme.AssignmentId),
        Title = programme.Title,
        Items = { programme.Items.Select(ToProto) },
        Adoption = programme.Adoption?.ToProto(),
        Edition = programme.Edition,
        Illustrative = programme.Illustrative,
        CreateTime = Timestamp.FromDateTimeOffset(programme.CreatedAt),
        UpdateTime = Timestamp.FromDateTimeOffset(programme.UpdatedAt),
    };

    public static Pb.ProgrammeEdition ToEdition(this ProgrammeSnapshot programme) => new()
    {
        Edition = programme.Edition,
        Title = programme.Title,
        Items = { programme.Items.Select(ToProto) },
        Adoption = programme.Adoption!.ToProto(),
        RecordTime = Timestamp.FromDateTimeOffset(programme.UpdatedAt),
    };

    static Pb.ProgrammeItem ToProto(ProgrammeItem item) => new()
    {
        Number = item.Number,
        Content = item.Content,
        Lead = new CityPb.Person { DisplayName = item.Lead.DisplayName, Role = item.Lead.Role },
        DueDate = item.DueDate.ToProto(),
        CityTarget = item.CityTarget,
        Assignment = AssignmentName(item.AssignmentId),
        LocalTarget = item.LocalTarget,
    };

    static Pb.Adoption ToProto(this Adoption adoption) => new()
    {
        Date = AssignmentProto.ToProto((DateOnly?)adoption.Date),
        AdoptedBy = adoption.AdoptedBy,
        Number = adoption.Number,
        Reason = adoption.Reason,
    };

    static string AssignmentName(Guid? id) => id is { } assignment ? $"assignments/{assignment}" : "";
}
