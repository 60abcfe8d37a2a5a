using System.Text.RegularExpressions;
using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Competences;
using CanThoGov.Contracts.Registers;
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

namespace CanThoGov.City.Units;

[Authorize]
public sealed partial class UnitGrpcService(
    CityDatabase database, UnitStore units, Succession succession, CompetenceSuccession competenceSuccession, BusinessClock<CityDatabase> clock)
    : Pb.UnitService.UnitServiceBase
{
    public override async Task<Pb.Unit> GetUnit(Pb.GetUnitRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ResourceName.Parse("units", request.Name, errors, "name");
        errors.ThrowIfAny();
        return await database.ReadAsync(
            async session => (await ShowAsync(session, [await units.GetAsync(session, id)]))[0], context.CancellationToken);
    }

    public override async Task<Pb.ListUnitsResponse> ListUnits(Pb.ListUnitsRequest request, ServerCallContext context)
    {
        string[] kinds = [.. request.Kinds.Distinct().Select(kind => ((UnitKind)kind).ToString())];
        string[] filters = ["units", .. kinds];
        var errors = new FieldErrors();
        errors.Enums("kinds", request.Kinds);
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            var found = await units.ListAsync(session, kinds, page.After, page.Size + 1);
            return new Pb.ListUnitsResponse
            {
                Units = { await ShowAsync(session, [.. found.Take(page.Size)]) },
                NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id, filters) : "",
            };
        }, context.CancellationToken);
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Unit> CreateUnit(Pb.CreateUnitRequest request, ServerCallContext context)
    {
        var unit = Parse(request);
        return database.MutateAsync(request, context, _ => Task.FromResult(unit), async (transaction, _) =>
            await units.TryAddAsync(transaction, unit)
                ? unit.ToProto([])
                : throw DomainException.Exists("UNIT_EXISTS", $"The id {unit.Id} was given before; an id is never given again.",
                    "unit", $"units/{unit.Id}"));
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.DissolveUnitResponse> DissolveUnit(Pb.DissolveUnitRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        var id = ResourceName.Parse("units", request.Name, errors, "name");
        errors.Required("etag", request.Etag, 20);
        var successor = ResourceName.Parse("units", request.Successor, errors, "successor");
        if (successor.Length > 0 && successor == id)
        {
            errors.Add("successor", "must be another unit");
        }

        errors.Required("decision", request.Decision, 300);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => units.HoldAsync(transaction, id, successor), async (transaction, held) =>
        {
            var unit = held.FirstOrDefault(one => one.Id == id) ?? throw UnitStore.NotFound(id);
            if (request.Etag != AssignmentProto.Etag(unit.Version))
            {
                throw DomainException.Changed("UNIT_CHANGED", "The unit changed meanwhile. Read it again, then decide.")
                    .With("etag", AssignmentProto.Etag(unit.Version));
            }

            var next = held.FirstOrDefault(one => one.Id == successor) ?? throw UnitStore.NotFound(successor);
            var (dissolved, e) = unit.Dissolve(next, request.Decision, LocalTime.DateOf(clock.Now), clock.Now);
            await units.DissolveAsync(transaction, dissolved);
            transaction.Publish(e);
            var act = new Act
            {
                Verb = "succeed",
                Actor = caller.Subject,
                ActorRole = caller.Role,
                Unit = id,
                At = clock.Now,
                Note = $"units/{id} → units/{successor}: {request.Decision}",
                RequestId = request.RequestId,
            };
            await competenceSuccession.PassOnAsync(transaction, e, next, act);
            return new Pb.DissolveUnitResponse
            {
                Unit = (await ShowAsync(transaction, [dissolved]))[0],
                AssignmentCount = await succession.PassOnAsync(transaction, e, act),
            };
        });
    }

    async Task<IReadOnlyList<Pb.Unit>> ShowAsync(Session session, IReadOnlyList<Unit> found)
    {
        var predecessors = await units.PredecessorsAsync(session, found.Select(unit => unit.Id));
        return [.. found.Select(unit => unit.ToProto(predecessors[unit.Id]))];
    }

    Unit Parse(Pb.CreateUnitRequest request)
    {
        var errors = new FieldErrors();
        var unit = request.Unit ?? new Pb.Unit();
        errors.RequestId(request.RequestId);
        if (!UnitId().IsMatch(request.UnitId))
        {
            errors.Add("unit_id", "must be 3 to 40 of a-z, 0-9 and -, beginning and ending with a letter or a digit");
        }

        errors.Required("unit.display_name", unit.DisplayName, 200);
        if (!Enum.IsDefined((UnitKind)unit.Kind))
        {
            errors.Add("unit.kind", "is required");
        }

        if (unit.StatisticalCode.Length > 0 && !StatisticalCode().IsMatch(unit.StatisticalCode))
        {
            errors.Add("unit.statistical_code", "must be five digits");
        }

        errors.Optional("unit.former_province", unit.FormerProvince, 100);
        var from = errors.Date("unit.valid_from", unit.ValidFrom, required: true);
        var to = errors.Date("unit.valid_to", unit.ValidTo, required: false);
        if (from >= to)
        {
            errors.Add("unit.valid_to", "must be after valid_from");
        }

        errors.ThrowIfAny();
        return new Unit
        {
            Id = request.UnitId,
            DisplayName = unit.DisplayName,
            Kind = (UnitKind)unit.Kind,
            StatisticalCode = unit.StatisticalCode,
            FormerProvince = unit.FormerProvince,
            ValidFrom = from!.Value,
            ValidTo = to,
            Illustrative = unit.Illustrative,
            CreatedAt = clock.Now,
        };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex UnitId();

    [GeneratedRegex("^[0-9]{5}$", RegexOptions.CultureInvariant)]
    private static partial Regex StatisticalCode();
}
