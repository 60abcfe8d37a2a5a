using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using CanThoGov.Ward.Assignments;
using CanThoGov.Ward.Units;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Programmes;

[Authorize]
public sealed class ProgrammeGrpcService(
    WardDatabase database, ProgrammeStore programmes, WardAssignmentStore assignments, ServedUnits served, BusinessClock<WardDatabase> clock)
    : Pb.ProgrammeService.ProgrammeServiceBase
{
    const int TitleLength = 500, AdopterLength = 200, NumberLength = 60, ReasonLength = 2000;

    public override async Task<Pb.Programme> GetProgramme(Pb.GetProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (unit, id) = ParseName(request.Name, errors, "name");
        errors.ThrowIfAny();
        return ToProto(await database.ReadAsync(session => GetVisibleAsync(session, unit, id, context), context.CancellationToken));
    }

    public override async Task<Pb.ListProgrammesResponse> ListProgrammes(Pb.ListProgrammesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("units", request.Parent, errors, "parent", wildcard: true);
        var document = ProgrammeText.ParseId("documents", request.Document, errors, "document");
        string[] filters = ["programmes", request.Parent, request.Document];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        Guid? before = page.After is null ? null : Guid.Parse(page.After);
        var found = await database.ReadAsync(async session => await programmes.ListAsync(
            session, await served.VisibleAsync(session, Caller.Of(context), unit), document, before, page.Size + 1), context.CancellationToken);
        return new Pb.ListProgrammesResponse
        {
            Programmes = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Snapshot.Id.ToString(), filters) : "",
        };
    }

    public override async Task<Pb.ListProgrammeEditionsResponse> ListProgrammeEditions(
        Pb.ListProgrammeEditionsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (unit, id) = ParseName(request.Parent, errors, "parent");
        string[] filters = ["programmeEditions", request.Parent];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : int.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await database.ReadAsync(async session =>
        {
            await GetVisibleAsync(session, unit, id, context);
            return await programmes.ListEditionsAsync(session, id, after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListProgrammeEditionsResponse
        {
            Editions = { found.Take(page.Size).Select(one => one.ToEdition()) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Edition.ToString(CultureInfo.InvariantCulture), filters)
                : "",
        };
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.Programme> CreateProgramme(Pb.CreateProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("units", request.Parent, errors, "parent");
        var requested = request.Programme ?? new Pb.Programme();
        errors.Required("programme.title", requested.Title, TitleLength);
        var organ = (Organ)requested.Organ;
        if (!Enum.IsDefined(organ))
        {
            errors.Add("programme.organ", "is none of the known organs");
        }

        var document = ProgrammeText.ParseId("documents", requested.Document, errors, "programme.document");
        var assignment = ProgrammeText.ParseId("assignments", requested.Assignment, errors, "programme.assignment");
        if (requested is { Document: "", Assignment: "" })
        {
            errors.Add("programme.document", "is required, because there is no assignment either");
        }

        var items = ProgrammeText.ParseItems(requested.Items, errors, "programme.items");
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(
            request, context,
            transaction => served.VisibleAsync(transaction, Caller.Of(context), unit),
            async (transaction, _) =>
            {
                var now = clock.Now;
                var programme = new Programme(new ProgrammeSnapshot(
                    Guid.CreateVersion7(), unit, organ, await DocumentOfAsync(transaction, unit, assignment, document), assignment,
                    requested.Title, ProgrammeState.Draft, items, Adoption: null, Edition: 0, requested.Illustrative, now, now), version: 1);
                await RequireOwnAsync(transaction, unit, items);
                await programmes.AddAsync(transaction, programme);
                await Journal.AddAsync(
                    transaction, context.Method, programme.Snapshot.Name(), programme.Version, Caller.Of(context), request.RequestId);
                return ToProto(programme);
            });
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.Programme> UpdateProgramme(Pb.UpdateProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("title", request.Title, TitleLength);
        var items = ProgrammeText.ParseItems(request.Items, errors, "items");
        return ChangeAsync(request, context, errors, request.Name, request.Etag, request.RequestId, items,
            programme => programme.Redraft(request.Title, items, clock.Now));
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.Programme> AdoptProgramme(Pb.AdoptProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var adoption = ParseAdoption(request.Date, request.AdoptedBy, request.Number, reason: "", errors);
        return ChangeAsync(request, context, errors, request.Name, request.Etag, request.RequestId, [],
            programme => programme.Adopt(adoption, clock.Now));
    }

    [Authorize(Roles = Roles.Ward)]
    public override Task<Pb.Programme> AmendProgramme(Pb.AmendProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.Required("title", request.Title, TitleLength);
        errors.Required("reason", request.Reason, ReasonLength);
        var items = ProgrammeText.ParseItems(request.Items, errors, "items");
        var adoption = ParseAdoption(request.Date, request.AdoptedBy, request.Number, request.Reason, errors);
        return ChangeAsync(request, context, errors, request.Name, request.Etag, request.RequestId, items,
            programme => programme.Amend(request.Title, items, adoption, clock.Now));
    }

    Task<Pb.Programme> ChangeAsync<TRequest>(
        TRequest request, ServerCallContext context, FieldErrors errors, string name, string etag, string requestId,
        IReadOnlyList<ProgrammeItem> items, Func<Programme, IProgrammeEvent> verb) where TRequest : IMessage
    {
        var (unit, id) = ParseName(name, errors, "name");
        errors.Required("etag", etag, 40);
        errors.RequestId(requestId);
        errors.ThrowIfAny();
        return database.MutateAsync(
            request, context, transaction => GetVisibleAsync(transaction, unit, id, context), async (transaction, programme) =>
            {
                programme.RequireEtag(etag);
                var e = verb(programme);
                await RequireOwnAsync(transaction, unit, items);
                await programmes.UpdateAsync(transaction, programme, e);
                await Journal.AddAsync(transaction, context.Method, name, programme.Version, Caller.Of(context), requestId);
                return ToProto(programme);
            });
    }

    Adoption ParseAdoption(string date, string adoptedBy, string number, string reason, FieldErrors errors)
    {
        var adopted = errors.Date("date", date, required: true);
        if (adopted > LocalTime.DateOf(clock.Now))
        {
            errors.Add("date", "must not be after today");
        }

        errors.Required("adopted_by", adoptedBy, AdopterLength);
        errors.Required("number", number, NumberLength);
        return new(adopted ?? default, adoptedBy, number, reason);
    }

    /// <summary>The document that the assignment comes from, as the unit's copy has it, or the one that is given.</summary>
    async Task<Guid> DocumentOfAsync(Session session, string unit, Guid? assignment, Guid? document)
    {
        if (assignment is not { } id)
        {
            return document!.Value;
        }

        var source = (await assignments.GetAsync(session, new(unit, id))).Assignment.DocumentId;
        if (document is not null && document != source)
        {
            var errors = new FieldErrors();
            errors.Add("programme.document", "must be that of the assignment, or empty");
            errors.ThrowIfAny();
        }

        return source;
    }

    async Task RequireOwnAsync(Session session, string unit, IReadOnlyList<ProgrammeItem> items)
    {
        foreach (var id in items.Select(item => item.AssignmentId).OfType<Guid>().Distinct())
        {
            await assignments.GetAsync(session, new AssignmentName(unit, id));
        }
    }

    async Task<Programme> GetVisibleAsync(Session session, string unit, Guid id, ServerCallContext context) =>
        await served.IncludeVisibleAsync(session, unit, Caller.Of(context)) && await programmes.FindAsync(session, unit, id) is { } found
            ? found
            : throw DomainException.NotFound("PROGRAMME_NOT_FOUND", "programme", $"units/{unit}/programmes/{id}");

    static (string Unit, Guid Id) ParseName(string name, FieldErrors errors, string field)
    {
        var ids = ResourceName.Parse(["units", "programmes"], name, errors, field);
        return (ids[0], Guid.TryParse(ids[1], out var id) ? id : Guid.Empty);
    }

    static Pb.Programme ToProto(Programme programme) => programme.Snapshot.ToProto(programme.Version);
}
