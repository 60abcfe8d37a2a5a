using CanThoGov.City.Documents;
using CanThoGov.City.Units;
using CanThoGov.Contracts.Competences;
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

namespace CanThoGov.City.Competences;

[Authorize]
public sealed class CompetenceGrpcService(
    CityDatabase database, CompetenceStore competences, UnitStore units, DocumentStore documents, BusinessClock<CityDatabase> clock)
    : Pb.CompetenceService.CompetenceServiceBase
{
    public override async Task<Pb.Competence> GetCompetence(Pb.GetCompetenceRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = CompetenceName.Parse(request.Name, errors, "name");
        errors.ThrowIfAny();
        return ToProto(await database.ReadAsync(session => competences.GetAsync(session, id), context.CancellationToken));
    }

    public override async Task<Pb.ListCompetencesResponse> ListCompetences(Pb.ListCompetencesRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        string[] filters = ["competences", request.Unit, string.Join(',', request.Fields), request.OnDate];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.Enums("fields", request.Fields);
        var filter = new CompetenceFilter(
            request.Unit.Length == 0 ? null : ResourceName.Parse("units", request.Unit, errors, "unit"),
            [.. request.Fields.Select(field => (FieldOfWork)field)],
            errors.Date("on_date", request.OnDate, required: false));
        errors.ThrowIfAny();
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        var found = await database.ReadAsync(session => competences.ListAsync(session, filter, after, page.Size + 1), context.CancellationToken);
        return new Pb.ListCompetencesResponse
        {
            Competences = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), filters) : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Competence> CreateCompetence(Pb.CreateCompetenceRequest request, ServerCallContext context)
    {
        var draft = CompetenceDraft.Parse(request, Caller.Of(context).Subject, clock.Now);
        return database.MutateAsync(request, context, _ => Task.FromResult(draft), async (transaction, competence) =>
        {
            await RequireKnownAsync(transaction, competence);
            await competences.AddAsync(transaction, competence);
            return ToProto(competence);
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Competence> EndCompetence(Pb.EndCompetenceRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = CompetenceName.Parse(request.Name, errors, "name");
        errors.Required("etag", request.Etag, 40);
        var on = errors.Date("valid_to", request.ValidTo, required: true);
        errors.Required("reason", request.Reason, 2000);
        errors.RequestId(request.RequestId);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => competences.GetForChangeAsync(transaction, id), async (transaction, competence) =>
        {
            if (request.Etag != AssignmentProto.Etag(competence.Version))
            {
                throw DomainException.Changed("COMPETENCE_CHANGED", "The competence changed meanwhile. Read it again, then decide.")
                    .With("etag", AssignmentProto.Etag(competence.Version));
            }

            var ended = competence.End(on!.Value, request.Reason);
            await competences.EndAsync(transaction, ended, clock.Now);
            foreach (var delegated in await competences.ListDelegatedAsync(transaction, id, on.Value))
            {
                // One that had not begun yet never holds.
                var end = on.Value < delegated.ValidFrom ? delegated.ValidFrom : on.Value;
                await competences.EndAsync(transaction, delegated.End(end, request.Reason), clock.Now);
            }

            return ToProto(ended);
        });
    }

    async Task RequireKnownAsync(Transaction transaction, Competence competence)
    {
        if (competence.Unit is { } id)
        {
            // Shared: who dissolves it passes on what it holds by then.
            var unit = (await units.ShareAsync(transaction, [id])).SingleOrDefault() ?? throw UnitStore.NotFound(id);
            if (!unit.ExistsOn(competence.ValidFrom) || unit.ValidTo < (competence.ValidTo ?? DateOnly.MaxValue))
            {
                throw DomainException.Precondition("UNIT_NOT_IN_FORCE",
                    $"The unit {id} exists from {unit.ValidFrom:yyyy-MM-dd}{(unit.ValidTo is { } end ? $", before {end:yyyy-MM-dd}" : "")}; it holds nothing beyond.")
                    .With("unit", id);
            }

            var errors = new FieldErrors();
            if (Competence.LevelOf(unit.Kind) != competence.Level)
            {
                errors.Add("competence.level", $"is not that of a {unit.Kind}");
            }

            errors.ThrowIfAny();
        }

        if (competence.DocumentId is { } document)
        {
            await documents.GetAsync(transaction, document);
        }

        if (competence.DelegatedFrom is { } from)
        {
            competence.RequireDelegable(await competences.GetForChangeAsync(transaction, from));
        }
    }

    static Pb.Competence ToProto(Competence competence) => new()
    {
        Name = $"competences/{competence.Id}",
        Etag = AssignmentProto.Etag(competence.Version),
        Unit = competence.Unit is { } unit ? $"units/{unit}" : "",
        Organ = (Pb.Unit.Types.Organ)competence.Organ,
        Holder = competence.Holder,
        Field = (Pb.FieldOfWork)competence.Field,
        Power = competence.Power,
        Level = (Pb.Competence.Types.Level)competence.Level,
        Basis = (Pb.Competence.Types.Basis)competence.Basis,
        DelegatedFrom = competence.DelegatedFrom is { } from ? $"competences/{from}" : "",
        Document = competence.DocumentId is { } document ? $"documents/{document}" : "",
        DocumentText = competence.DocumentText,
        ValidFrom = AssignmentProto.ToProto((DateOnly?)competence.ValidFrom),
        ValidTo = competence.ValidTo.ToProto(),
        EndReason = competence.EndReason,
        CreateTime = Timestamp.FromDateTimeOffset(competence.CreatedAt),
        CreatedBy = competence.CreatedBy,
    };
}
