using CanThoGov.City.Documents;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using Google.Protobuf.WellKnownTypes;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Officials;

static class OfficialProto
{
    public static Pb.Official ToProto(this Official official, IEnumerable<Appointment> appointments) => new()
    {
        Name = $"officials/{official.Id}",
        DisplayName = official.DisplayName,
        Appointments = { appointments.Select(ToProto) },
        Illustrative = official.Illustrative,
        CreateTime = Timestamp.FromDateTimeOffset(official.CreatedAt),
    };

    public static Pb.Appointment ToProto(this Appointment appointment) => new()
    {
        Name = $"officials/{appointment.OfficialId}/appointments/{appointment.Id}",
        DisplayName = appointment.DisplayName,
        Unit = $"units/{appointment.Unit}",
        Organ = (Pb.Unit.Types.Organ)appointment.Organ,
        Role = appointment.Role,
        Head = appointment.IsHead,
        ValidFrom = AssignmentProto.ToProto((DateOnly?)appointment.ValidFrom),
        ValidTo = appointment.ValidTo.ToProto(),
        Etag = AssignmentProto.Etag(appointment.Version),
    };

    public static Pb.Handover ToProto(this Handover handover, IReadOnlyDictionary<Guid, Appointment> appointments) => new()
    {
        Name = $"units/{handover.Unit}/handovers/{handover.Id}",
        Organ = (Pb.Unit.Types.Organ)handover.Organ,
        From = handover.FromId is { } from ? appointments[from].ToProto() : null,
        To = handover.ToId is { } to ? appointments[to].ToProto() : null,
        Date = AssignmentProto.ToProto((DateOnly?)handover.Date),
        Note = handover.Note,
        AssignmentCount = handover.AssignmentCount,
        CreateTime = Timestamp.FromDateTimeOffset(handover.CreatedAt),
        CreatedBy = handover.CreatedBy,
    };
}

/// <summary>Reads <c>officials/{official}</c> and <c>officials/{official}/appointments/{appointment}</c>.</summary>
static class OfficialName
{
    public static Guid Parse(string name, FieldErrors errors, string field) =>
        DocumentName.AsGuid(ResourceName.Parse("officials", name, errors, field), errors, field);

    public static (Guid Official, Guid Appointment) ParseAppointment(string name, FieldErrors errors, string field)
    {
        var ids = ResourceName.Parse(["officials", "appointments"], name, errors, field);
        return (DocumentName.AsGuid(ids[0], errors, field), DocumentName.AsGuid(ids[1], errors, field));
    }
}
