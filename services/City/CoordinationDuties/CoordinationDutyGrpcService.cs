using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Documents;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.CoordinationDuties;

[Authorize]
public sealed class CoordinationDutyGrpcService(
    CityDatabase database, CoordinationDutyStore duties, UnitStore units, AssignmentStore assignments, DocumentStore documents,
    BusinessClock<CityDatabase> clock) : Pb.CoordinationDutyService.CoordinationDutyServiceBase
{
    const string Collection = "coordinationDuties";

    public override async Task<Pb.CoordinationDuty> GetCoordinationDuty(Pb.GetCoordinationDutyRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        return ToProto(await database.ReadAsync(session => GetVisibleAsync(session, id, Caller.Of(context)), context.CancellationToken));
    }

    public override async Task<Pb.ListCoordinationDutiesResponse> ListCoordinationDuties(
        Pb.ListCoordinationDutiesRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        string[] filters =
        [
            Collection, request.Unit, string.Join(',', request.CounterpartKinds), request.Assignment, $"{request.OpenOnly}",
        ];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.Enums("counterpart_kinds", request.CounterpartKinds);
        var unit = request.Unit.Length == 0 ? null : ResourceName.Parse("units", request.Unit, errors, "unit");
        var filter = new DutyFilter(
            unit is null ? caller.IsWard ? [.. caller.Units] : null : caller.SeesUnit(unit) ? [unit] : [],
            [.. request.CounterpartKinds.Select(kind => ((CounterpartKind)kind).ToString())],
            request.Assignment.Length == 0 ? null : AssignmentName.Parse(request.Assignment, errors, "assignment"),
            request.OpenOnly);
        errors.ThrowIfAny();

        Guid? before = page.After is null ? null : Guid.Parse(page.After);
        var found = await database.ReadAsync(session => duties.ListAsync(session, filter, before, page.Size + 1), context.CancellationToken);
        return new Pb.ListCoordinationDutiesResponse
        {
            CoordinationDuties = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), filters) : "",
        };
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.CoordinationDuty> CreateCoordinationDuty(Pb.CreateCoordinationDutyRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var duty = Parse(request, caller);
        return database.MutateAsync(request, context, transaction => RequireKnownAsync(transaction, duty, caller), async (transaction, unit) =>
        {
            RequireCounterpart(duty, unit);
            await duties.AddAsync(transaction, duty);
            return ToProto(duty);
        });
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.Exchange> RecordExchange(Pb.RecordExchangeRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        var id = Parse(request.Parent, errors, "parent");
        var requested = request.Exchange ?? new Pb.Exchange();
        errors.Enum("exchange.kind", requested.Kind);
        var date = errors.Date("exchange.date", requested.Date, required: true);
        if (date > LocalTime.DateOf(clock.Now))
        {
            errors.Add("exchange.date", "lies in the future");
        }

        errors.Required("exchange.summary", requested.Summary, 4000);
        errors.Optional("exchange.printed_number", requested.PrintedNumber, 100);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => GetOwnAsync(transaction, id, caller), async (transaction, duty) =>
        {
            var (changed, exchange) = duty.Record(new Exchange
            {
                Kind = (ExchangeKind)requested.Kind,
                Date = date!.Value,
                Summary = requested.Summary,
                PrintedNumber = requested.PrintedNumber,
                RecordedAt = clock.Now,
                RecordedBy = caller.Subject,
            });
            await duties.UpdateAsync(transaction, changed);
            await duties.AddExchangeAsync(transaction, exchange);
            return ToProto(exchange);
        });
    }

    public override async Task<Pb.ListExchangesResponse> ListExchanges(Pb.ListExchangesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = Parse(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "exchanges", request.Parent);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : int.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await database.ReadAsync(async session =>
        {
            await GetVisibleAsync(session, id, Caller.Of(context));
            return await duties.ListExchangesAsync(session, id, after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListExchangesResponse
        {
            Exchanges = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Number.ToString(CultureInfo.InvariantCulture), "exchanges", request.Parent)
                : "",
        };
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.CoordinationDuty> CloseCoordinationDuty(Pb.CloseCoordinationDutyRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = Parse(request.Name, errors, "name");
        errors.Required("etag", request.Etag, 20);
        errors.Required("outcome", request.Outcome, 2000);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => GetOwnAsync(transaction, id, Caller.Of(context)), async (transaction, duty) =>
        {
            if (request.Etag != AssignmentProto.Etag(duty.Version))
            {
                throw CoordinationDutyStore.Changed().With("etag", AssignmentProto.Etag(duty.Version));
            }

            var closed = duty.Close(request.Outcome, clock.Now);
            await duties.UpdateAsync(transaction, closed);
            return ToProto(closed);
        });
    }

    CoordinationDuty Parse(Pb.CreateCoordinationDutyRequest request, Caller caller)
    {
        var errors = new FieldErrors();
        var requested = request.CoordinationDuty ?? new Pb.CoordinationDuty();
        var unit = caller.RequireUnit(requested.Unit, errors, "coordination_duty.unit");
        errors.Enum("coordination_duty.organ", requested.Organ, required: false);
        errors.Enum("coordination_duty.counterpart_kind", requested.CounterpartKind);
        errors.Optional("coordination_duty.counterpart", requested.Counterpart, 200);
        errors.Required("coordination_duty.matter", requested.Matter, 1000);
        Guid? assignment = requested.Assignment.Length == 0
            ? null : AssignmentName.Parse(requested.Assignment, errors, "coordination_duty.assignment");
        Guid? document = requested.Document.Length == 0 ? null : DocumentName.Parse(requested.Document, errors, "coordination_duty.document");
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return new CoordinationDuty
        {
            Id = Guid.CreateVersion7(),
            Unit = unit,
            Organ = (Organ)requested.Organ,
            CounterpartKind = (CounterpartKind)requested.CounterpartKind,
            Counterpart = requested.Counterpart,
            Matter = requested.Matter,
            AssignmentId = assignment,
            DocumentId = document,
            Illustrative = requested.Illustrative,
            CreatedAt = clock.Now,
            CreatedBy = caller.Subject,
        };
    }

    async Task<Unit> RequireKnownAsync(Transaction transaction, CoordinationDuty duty, Caller caller)
    {
        if (duty.AssignmentId is { } id
            && (await assignments.FindAsync(transaction, id) is not { } assignment || (caller.IsWard && !assignment.Concerns(duty.Unit))))
        {
            throw AssignmentName.NotFound(id.ToString());
        }

        if (duty.DocumentId is { } document)
        {
            await documents.GetAsync(transaction, document);
        }

        return await units.GetAsync(transaction, duty.Unit);
    }

    // Within a ward or commune the party committee coordinates with the People's Committee, and the other way round.
    static void RequireCounterpart(CoordinationDuty duty, Unit unit)
    {
        var other = duty.CounterpartKind switch
        {
            CounterpartKind.PartyCommittee => Organ.PartyCommittee,
            CounterpartKind.PeoplesCommittee => Organ.PeoplesCommittee,
            _ => Organ.Unspecified,
        };
        var isWithin = other != Organ.Unspecified && unit.Kind is UnitKind.Ward or UnitKind.Commune && duty.Counterpart.Length == 0;
        var errors = new FieldErrors();
        if (isWithin && duty.Organ is Organ.Unspecified)
        {
            errors.Add("coordination_duty.organ", "is required: the counterpart is the other organ of the unit");
        }
        else if (isWithin && duty.Organ == other)
        {
            errors.Add("coordination_duty.counterpart_kind", "is the organ itself; it coordinates with the other one");
        }
        else if (!isWithin && duty.Counterpart.Length == 0)
        {
            errors.Add("coordination_duty.counterpart", "is required");
        }

        errors.ThrowIfAny();
    }

    async Task<CoordinationDuty> GetVisibleAsync(Session session, Guid id, Caller caller) =>
        await duties.FindAsync(session, id) is { } duty && caller.SeesUnit(duty.Unit) ? duty : throw NotFound(id);

    async Task<CoordinationDuty> GetOwnAsync(Transaction transaction, Guid id, Caller caller) =>
        await duties.FindForChangeAsync(transaction, id) switch
        {
            { } duty when caller.SpeaksFor(duty.Unit) => duty,
            { } duty when caller.SeesUnit(duty.Unit) => throw new DomainException(
                StatusCode.PermissionDenied, "UNIT_NOT_ALLOWED", $"The caller does not speak for 'units/{duty.Unit}'.").With("unit", $"units/{duty.Unit}"),
            _ => throw NotFound(id),
        };

    static Guid Parse(string name, FieldErrors errors, string field) =>
        DocumentName.AsGuid(ResourceName.Parse(Collection, name, errors, field), errors, field);

    static DomainException NotFound(Guid id) =>
        DomainException.NotFound("COORDINATION_DUTY_NOT_FOUND", "coordination duty", $"{Collection}/{id}");

    static Pb.CoordinationDuty ToProto(CoordinationDuty duty) => new()
    {
        Name = $"{Collection}/{duty.Id}",
        Etag = AssignmentProto.Etag(duty.Version),
        Unit = $"units/{duty.Unit}",
        Organ = (Pb.Unit.Types.Organ)duty.Organ,
        CounterpartKind = (Pb.CoordinationDuty.Types.CounterpartKind)duty.CounterpartKind,
        Counterpart = duty.Counterpart,
        Matter = duty.Matter,
        Assignment = duty.AssignmentId is { } assignment ? $"assignments/{assignment}" : "",
        Document = duty.DocumentId is { } document ? $"documents/{document}" : "",
        Illustrative = duty.Illustrative,
        ExchangeCount = duty.ExchangeCount,
        LastExchangeDate = duty.LastExchangeOn.ToProto(),
        CreateTime = Timestamp.FromDateTimeOffset(duty.CreatedAt),
        CreatedBy = duty.CreatedBy,
        CloseTime = duty.ClosedAt.ToProto(),
        Outcome = duty.Outcome,
    };

    static Pb.Exchange ToProto(Exchange exchange) => new()
    {
        Number = exchange.Number,
        Kind = (Pb.Exchange.Types.Kind)exchange.Kind,
        Date = AssignmentProto.ToProto((DateOnly?)exchange.Date),
        Summary = exchange.Summary,
        PrintedNumber = exchange.PrintedNumber,
        RecordTime = Timestamp.FromDateTimeOffset(exchange.RecordedAt),
        RecordedBy = exchange.RecordedBy,
    };
}
