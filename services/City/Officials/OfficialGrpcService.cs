using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Documents;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Officials;

[Authorize]
public sealed class OfficialGrpcService(
    CityDatabase database, OfficialStore officials, AccountableHeads accountable, UnitStore units, BusinessClock<CityDatabase> clock)
    : Pb.OfficialService.OfficialServiceBase
{
    const int MaxNote = 500;

    public override async Task<Pb.Official> GetOfficial(Pb.GetOfficialRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = OfficialName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        var caller = Caller.Of(context);
        return await database.ReadAsync(async session =>
        {
            var official = await officials.GetAsync(session, id);
            var appointments = await officials.ListAppointmentsAsync(session, [id], SeenBy(caller));
            return caller.IsWard && appointments.Count == 0 ? throw OfficialStore.NotFound(id) : official.ToProto(appointments);
        }, context.CancellationToken);
    }

    public override async Task<Pb.ListOfficialsResponse> ListOfficials(Pb.ListOfficialsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        string[] filters = ["officials", request.Unit, request.Date, request.HeadsOnly ? "heads" : ""];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        var seen = SeenBy(Caller.Of(context));
        var filter = new OfficialFilter(
            request.Unit.Length == 0 ? null : ResourceName.Parse("units", request.Unit, errors, "unit"),
            errors.Date("date", request.Date, required: false), request.HeadsOnly, seen);
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            var found = await officials.ListAsync(session, filter, page.After is null ? Guid.Empty : Guid.Parse(page.After), page.Size + 1);
            var shown = found.Take(page.Size).ToArray();
            var appointments = (await officials.ListAppointmentsAsync(session, shown.Select(one => one.Id), seen)).ToLookup(one => one.OfficialId);
            return new Pb.ListOfficialsResponse
            {
                Officials = { shown.Select(one => one.ToProto(appointments[one.Id])) },
                NextPageToken = found.Count > page.Size ? Paging.Token(shown[^1].Id.ToString(), filters) : "",
            };
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Official> CreateOfficial(Pb.CreateOfficialRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        errors.Required("official.display_name", request.Official?.DisplayName, 200);
        errors.ThrowIfAny();
        var official = new Official
        {
            Id = Guid.CreateVersion7(),
            DisplayName = request.Official!.DisplayName.Trim(),
            Illustrative = request.Official.Illustrative,
            CreatedAt = clock.Now,
        };
        return database.MutateAsync(request, context, _ => Task.FromResult(official), async (transaction, _) =>
        {
            await officials.AddAsync(transaction, official);
            return official.ToProto([]);
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Appointment> CreateAppointment(Pb.CreateAppointmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var id = OfficialName.Parse(request.Parent, errors, "parent");
        var proto = request.Appointment ?? new Pb.Appointment();
        var appointment = Parse(errors, "appointment.", id, proto.Unit, proto.Organ, proto.Role, "valid_from", proto.ValidFrom, proto.ValidTo);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => KnownAsync(transaction, appointment), async (transaction, known) =>
        {
            await officials.AddAppointmentAsync(transaction, known);
            return known.ToProto();
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Appointment> AppointHead(Pb.AppointHeadRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        errors.Optional("note", request.Note, MaxNote);
        var id = OfficialName.Parse(request.Official, errors, "official");
        var parsed = Parse(errors, "", id, request.Unit, request.Organ, request.Role, "date", request.Date, request.ValidTo) with { IsHead = true };
        RequireNotInFuture(errors, "date", parsed.ValidFrom);
        RequireNotInFuture(errors, "valid_to", parsed.ValidTo);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => KnownAsync(transaction, parsed), async (transaction, next) =>
        {
            var heads = await officials.HoldHeadsAsync(transaction, next.Unit);
            var ended = heads.Appoint(next);
            if (ended is not null)
            {
                RequireNote(request.Note, ended);
                await officials.EndAppointmentAsync(transaction, ended);
            }

            await officials.AddAppointmentAsync(transaction, next);
            if (next.ValidTo is null)
            {
                await accountable.HandOverAsync(
                    transaction, next.Unit, next.Organ, heads, ended, next, next.ValidFrom, ActOf(context, request.RequestId, request.Note));
            }

            return next.ToProto();
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Appointment> EndAppointment(Pb.EndAppointmentRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var (official, id) = OfficialName.ParseAppointment(request.Name, errors, "name");
        errors.Required("etag", request.Etag, 40);
        var date = errors.Date("date", request.Date, required: true);
        errors.Required("note", request.Note, MaxNote);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, async transaction =>
        {
            var found = await officials.GetAppointmentAsync(transaction, official, id);
            var heads = await officials.HoldHeadsAsync(transaction, found.Unit);
            return (Appointment: await officials.GetAppointmentAsync(transaction, official, id), Heads: heads);
        }, async (transaction, held) =>
        {
            var (appointment, heads) = held;
            RequireEndable(appointment, request.Etag, date!.Value);
            var ended = appointment.IsHead
                ? heads.End(appointment, date.Value)
                : appointment with { ValidTo = date, Version = appointment.Version + 1 };
            await officials.EndAppointmentAsync(transaction, ended);
            if (ended.IsHead)
            {
                await accountable.HandOverAsync(
                    transaction, ended.Unit, ended.Organ, heads, ended, null, date.Value, ActOf(context, request.RequestId, request.Note));
            }

            return ended.ToProto();
        });
    }

    public override async Task<Pb.ListHandoversResponse> ListHandovers(Pb.ListHandoversRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("units", request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "handovers", request.Parent);
        errors.ThrowIfAny();
        if (!Caller.Of(context).SeesUnit(unit))
        {
            throw DomainException.NotFound("UNIT_NOT_FOUND", "unit", request.Parent);
        }

        return await database.ReadAsync(async session =>
        {
            await units.GetAsync(session, unit);
            var found = await officials.ListHandoversAsync(session, unit, page.After is null ? null : Guid.Parse(page.After), page.Size + 1);
            var shown = found.Take(page.Size).ToArray();
            var ids = shown.SelectMany(one => new[] { one.FromId, one.ToId }).OfType<Guid>().Distinct();
            var appointments = (await officials.ListAppointmentsAsync(session, ids)).ToDictionary(one => one.Id);
            return new Pb.ListHandoversResponse
            {
                Handovers = { shown.Select(one => one.ToProto(appointments)) },
                NextPageToken = found.Count > page.Size ? Paging.Token(shown[^1].Id.ToString(), "handovers", request.Parent) : "",
            };
        }, context.CancellationToken);
    }

    async Task<Appointment> KnownAsync(Transaction transaction, Appointment appointment)
    {
        var official = await officials.GetAsync(transaction, appointment.OfficialId);
        await units.GetAsync(transaction, appointment.Unit);
        return appointment with { DisplayName = official.DisplayName };
    }

    static Appointment Parse(
        FieldErrors errors, string path, Guid official, string unit, Pb.Unit.Types.Organ organ, string role, string fromField, string from, string to)
    {
        var unitId = ResourceName.Parse("units", unit, errors, path + "unit");
        errors.Enum(path + "organ", organ, required: false);
        errors.Required(path + "role", role, 200);
        var validFrom = errors.Date(path + fromField, from, required: true);
        var validTo = errors.Date(path + "valid_to", to, required: false);
        if (validFrom >= validTo)
        {
            errors.Add(path + "valid_to", $"must be after {fromField}");
        }

        return new Appointment
        {
            Id = Guid.CreateVersion7(),
            OfficialId = official,
            Unit = unitId,
            Organ = (Organ)organ,
            Role = role,
            ValidFrom = validFrom ?? default,
            ValidTo = validTo,
        };
    }

    void RequireNotInFuture(FieldErrors errors, string field, DateOnly? date)
    {
        if (date > LocalTime.DateOf(clock.Now))
        {
            errors.Add(field, "must not be after today: a head changes on the day, not ahead of it");
        }
    }

    static void RequireNote(string note, Appointment ended)
    {
        if (string.IsNullOrWhiteSpace(note))
        {
            throw DomainException.Precondition("HANDOVER_NOTE_MISSING", $"Say what {ended.DisplayName} handed over, or why not.")
                .With("head", $"officials/{ended.OfficialId}");
        }
    }

    void RequireEndable(Appointment appointment, string etag, DateOnly date)
    {
        if (etag != AssignmentProto.Etag(appointment.Version))
        {
            throw OfficialStore.Changed().With("etag", AssignmentProto.Etag(appointment.Version));
        }

        if (appointment.ValidTo <= date)
        {
            throw DomainException.Precondition("APPOINTMENT_ENDED", $"It ends on {appointment.ValidTo:yyyy-MM-dd} already.")
                .With("valid_to", appointment.ValidTo);
        }

        var errors = new FieldErrors();
        if (date <= appointment.ValidFrom)
        {
            errors.Add("date", $"must be after {appointment.ValidFrom:yyyy-MM-dd}");
        }

        if (appointment.IsHead)
        {
            RequireNotInFuture(errors, "date", date);
        }

        errors.ThrowIfAny();
    }

    Act ActOf(ServerCallContext context, string requestId, string note)
    {
        var caller = Caller.Of(context);
        return new Act
        {
            Verb = "change-accountable-head",
            Actor = caller.Subject,
            ActorRole = caller.Role,
            At = clock.Now,
            Note = note,
            RequestId = requestId,
        };
    }

    static string[]? SeenBy(Caller caller) => caller.IsWard ? [.. caller.Units] : null;
}
