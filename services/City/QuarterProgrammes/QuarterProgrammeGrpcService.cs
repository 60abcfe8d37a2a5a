using System.Globalization;
using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Units;
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

namespace CanThoGov.City.QuarterProgrammes;

[Authorize]
public sealed class QuarterProgrammeGrpcService(
    CityDatabase database, QuarterProgrammeStore programmes, UnitStore units, AssignmentStore assignments, BusinessClock<CityDatabase> clock)
    : Pb.QuarterProgrammeService.QuarterProgrammeServiceBase
{
    const int TitleLength = 500, ContentLength = 1000, NoteLength = 2000, MaxAssignments = 20;

    DateOnly Today => LocalTime.DateOf(clock.Now);

    public override async Task<Pb.QuarterProgramme> GetQuarterProgramme(Pb.GetQuarterProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (unit, quarter) = ParseName(request.Name, errors, "name");
        errors.ThrowIfAny();
        var found = Caller.Of(context).SeesUnit(unit)
            ? await database.ReadAsync(session => programmes.FindAsync(session, unit, quarter, Today), context.CancellationToken)
            : null;
        return (found ?? throw QuarterProgrammeStore.NotFound(unit, quarter)).ToProto();
    }

    public override async Task<Pb.ListQuarterProgrammesResponse> ListQuarterProgrammes(
        Pb.ListQuarterProgrammesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var unit = ResourceName.Parse("units", request.Parent, errors, "parent", wildcard: true);
        if (request.Quarter.Length > 0)
        {
            CheckQuarter(request.Quarter, errors, "quarter");
        }

        string[] filters = ["quarterProgrammes", request.Parent, request.Quarter];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var quarter = request.Quarter.Length == 0 ? null : request.Quarter;
        var found = await database.ReadAsync(session => programmes.ListAsync(
            session, VisibleUnits(unit, context), quarter, QuarterCursor.Parse(page.After), page.Size + 1, Today), context.CancellationToken);
        return new Pb.ListQuarterProgrammesResponse
        {
            QuarterProgrammes = { found.Take(page.Size).Select(one => one.ToProto()) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(new QuarterCursor(found[page.Size - 1].Unit, found[page.Size - 1].Quarter).ToString(), filters)
                : "",
        };
    }

    public override async Task<Pb.ListQuarterItemsResponse> ListQuarterItems(Pb.ListQuarterItemsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var (unit, quarter) = ParseName(request.Parent, errors, "parent", wildcard: true);
        errors.Enums("statuses", request.Statuses);
        string[] filters = ["quarterItems", request.Parent, string.Join(',', request.Statuses)];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var after = QuarterCursor.Parse(page.After);
        var found = await database.ReadAsync(session => programmes.ListItemsAsync(
            session, VisibleUnits(unit, context), quarter, [.. request.Statuses.Select(status => (QuarterItemStatus)status)], after?.Unit ?? "",
            after is { } cursor ? int.Parse(cursor.Key, CultureInfo.InvariantCulture) : 0, page.Size + 1), context.CancellationToken);
        return new Pb.ListQuarterItemsResponse
        {
            Items = { found.Take(page.Size).Select(item => item.ToProto()) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(new QuarterCursor(
                    found[page.Size - 1].Unit, found[page.Size - 1].Number.ToString(CultureInfo.InvariantCulture)).ToString(), filters)
                : "",
        };
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.QuarterProgramme> CreateQuarterProgramme(Pb.CreateQuarterProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var unit = ResourceName.Parse("units", request.Parent, errors, "parent");
        CheckQuarter(request.Quarter, errors, "quarter");
        errors.Optional("quarter_programme.title", request.QuarterProgramme?.Title, TitleLength);
        errors.ThrowIfAny();
        return database.MutateAsync(
            request, context,
            async transaction =>
            {
                RequireOwn(unit, DomainException.NotFound("UNIT_NOT_FOUND", "unit", request.Parent), context);
                return await units.GetAsync(transaction, unit);
            },
            async (transaction, _) =>
            {
                var programme = new QuarterProgramme
                {
                    Unit = unit,
                    Quarter = request.Quarter,
                    Title = request.QuarterProgramme?.Title ?? "",
                    Illustrative = request.QuarterProgramme?.Illustrative ?? false,
                    CreatedAt = clock.Now,
                };
                return await programmes.TryAddAsync(transaction, programme)
                    ? programme.ToProto()
                    : throw DomainException.Exists("QUARTER_PROGRAMME_EXISTS", $"The unit has a programme for {programme.Quarter} already.",
                        "quarterly programme", programme.Name);
            });
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.QuarterItem> CreateQuarterItem(Pb.CreateQuarterItemRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var (unit, quarter) = ParseName(request.Parent, errors, "parent");
        var item = ParseItem(request.QuarterItem, errors, required: false) with { Unit = unit, Quarter = quarter, FirstQuarter = quarter };
        errors.ThrowIfAny();
        return database.MutateAsync(
            request, context, transaction => GetOwnAsync(transaction, unit, quarter, context), async (transaction, programme) =>
            {
                programme.RequireOpen();
                await RequireAssignmentsAsync(transaction, item, context);
                await programmes.AddItemAsync(transaction, item);
                return (await programmes.FindItemAsync(transaction, unit, quarter, item.Id))!.ToProto();
            });
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.QuarterItem> UpdateQuarterItem(Pb.UpdateQuarterItemRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        errors.Required("etag", request.Etag, 40);
        var ids = ResourceName.Parse(["units", "quarterProgrammes", "items"], request.Name, errors, "name");
        var given = ParseItem(request.QuarterItem, errors, required: true);
        errors.ThrowIfAny();
        var (unit, quarter, id) = (ids[0], ids[1], Guid.TryParse(ids[2], out var parsed) ? parsed : Guid.Empty);
        return database.MutateAsync(
            request, context, transaction => GetOwnAsync(transaction, unit, quarter, context), async (transaction, programme) =>
            {
                var item = await programmes.FindItemAsync(transaction, unit, quarter, id)
                    ?? throw DomainException.NotFound("QUARTER_ITEM_NOT_FOUND", "task", request.Name);
                programme.RequireOpen();
                if (request.Etag != AssignmentProto.Etag(item.Version))
                {
                    throw DomainException.Changed("QUARTER_ITEM_CHANGED", "The task changed meanwhile. Read it again.");
                }

                var changed = item with
                {
                    Content = given.Content,
                    LeadName = given.LeadName,
                    LeadRole = given.LeadRole,
                    DueDate = given.DueDate,
                    Status = given.Status,
                    Note = given.Note,
                    Assignments = given.Assignments,
                    Version = item.Version + 1,
                };
                await RequireAssignmentsAsync(transaction, changed, context);
                await programmes.UpdateItemAsync(transaction, changed);
                return changed.ToProto();
            });
    }

    [Authorize(Roles = Roles.Units)]
    public override Task<Pb.CloseQuarterResponse> CloseQuarter(Pb.CloseQuarterRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        errors.Required("etag", request.Etag, 40);
        var (unit, quarter) = ParseName(request.Name, errors, "name");
        errors.ThrowIfAny();
        return database.MutateAsync(
            request, context, transaction => GetOwnAsync(transaction, unit, quarter, context), async (transaction, programme) =>
            {
                programme.RequireOpen();
                if (request.Etag != AssignmentProto.Etag(programme.Version))
                {
                    throw DomainException.Changed("QUARTER_PROGRAMME_CHANGED", "The programme changed meanwhile. Read it again.");
                }

                var unfinished = await CarryOverAsync(transaction, programme);
                await programmes.CloseAsync(transaction, programme, clock.Now);
                return new Pb.CloseQuarterResponse
                {
                    Closed = (await programmes.FindAsync(transaction, unit, quarter, Today))!.ToProto(),
                    Next = (await programmes.FindAsync(transaction, unit, QuarterProgramme.Next(quarter), Today))!.ToProto(),
                    CarriedCount = unfinished,
                };
            });
    }

    async Task<int> CarryOverAsync(Transaction transaction, QuarterProgramme programme)
    {
        var next = QuarterProgramme.Next(programme.Quarter);
        await programmes.TryAddAsync(transaction, programme with { Quarter = next, CreatedAt = clock.Now, Version = 1 });
        var following = (await programmes.FindForChangeAsync(transaction, programme.Unit, next, Today))!;
        if (following.State != QuarterProgrammeState.Open)
        {
            throw DomainException.Precondition("NEXT_QUARTER_CLOSED", $"The quarter {next} was closed already: nothing can be carried over to it.")
                .Violating(following.Name, "is closed");
        }

        var unfinished = await programmes.ListUnfinishedAsync(transaction, programme);
        foreach (var item in unfinished)
        {
            await programmes.AddItemAsync(transaction, item.CarriedOver());
        }

        return unfinished.Count;
    }

    /// <param name="required">A status has to be given.</param>
    static QuarterItem ParseItem(Pb.QuarterItem? given, FieldErrors errors, bool required)
    {
        const string Field = "quarter_item";
        var item = given ?? new Pb.QuarterItem();
        errors.Required($"{Field}.content", item.Content, ContentLength);
        var lead = AssignmentDraft.ParsePerson(item.Lead, errors, $"{Field}.lead");
        var due = errors.Date($"{Field}.due_date", item.DueDate, required: false);
        errors.Enum($"{Field}.status", item.Status, required);
        if (item.Status == Pb.QuarterItem.Types.Status.Cancelled)
        {
            errors.Required($"{Field}.note", item.Note, NoteLength);
        }
        else
        {
            errors.Optional($"{Field}.note", item.Note, NoteLength);
        }

        errors.Range($"{Field}.assignments", item.Assignments.Count, 0, MaxAssignments);
        var ids = item.Assignments.Select((name, i) => AssignmentName.Parse(name, errors, $"{Field}.assignments[{i}]")).Distinct().ToArray();
        return new QuarterItem
        {
            Id = Guid.CreateVersion7(),
            Unit = "",
            Quarter = "",
            FirstQuarter = "",
            Content = item.Content,
            LeadName = lead.DisplayName,
            LeadRole = lead.Role,
            DueDate = due,
            Status = item.Status == Pb.QuarterItem.Types.Status.Unspecified ? QuarterItemStatus.Planned : (QuarterItemStatus)item.Status,
            Note = item.Note,
            Assignments = string.Join(',', ids),
        };
    }

    async Task RequireAssignmentsAsync(Session session, QuarterItem item, ServerCallContext context)
    {
        foreach (var id in item.AssignmentIds())
        {
            var assignment = await assignments.FindAsync(session, id);
            var isVisible = assignment is not null
                && (!Caller.Of(context).IsWard || (assignment.Snapshot.IssuedAt is not null && assignment.Concerns(item.Unit)));
            if (!isVisible)
            {
                throw AssignmentName.NotFound(id.ToString());
            }
        }
    }

    async Task<QuarterProgramme> GetOwnAsync(Transaction transaction, string unit, string quarter, ServerCallContext context)
    {
        RequireOwn(unit, QuarterProgrammeStore.NotFound(unit, quarter), context);
        return await programmes.FindForChangeAsync(transaction, unit, quarter, Today) ?? throw QuarterProgrammeStore.NotFound(unit, quarter);
    }

    /// <summary>What is a foreign unit's does not exist for a ward, and is not to be changed by anybody else.</summary>
    static void RequireOwn(string unit, DomainException notFound, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        if (!caller.SeesUnit(unit))
        {
            throw notFound;
        }

        caller.RequireUnit($"units/{unit}", new FieldErrors(), "name");
    }

    /// <param name="unit">An id, or <c>-</c> for all.</param>
    static string[]? VisibleUnits(string unit, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        return unit != ResourceName.Wildcard ? caller.SeesUnit(unit) ? [unit] : [] : caller.IsWard ? [.. caller.Units] : null;
    }

    static (string Unit, string Quarter) ParseName(string name, FieldErrors errors, string field, bool wildcard = false)
    {
        var ids = ResourceName.Parse(["units", "quarterProgrammes"], name, errors, field, wildcard);
        if (ids[1].Length > 0)
        {
            CheckQuarter(ids[1], errors, field);
        }

        return (ids[0], ids[1]);
    }

    static void CheckQuarter(string quarter, FieldErrors errors, string field)
    {
        if (!QuarterProgramme.IsQuarter(quarter))
        {
            errors.Add(field, "must give a quarter YYYY-Qn");
        }
    }
}
