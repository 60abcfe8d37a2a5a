using CanThoGov.Calendar;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using CityPb = CanThoGov.Protos.City.V1;
using Pb = CanThoGov.Protos.Monitoring.V1;
using WardPb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Monitoring.Programmes;

[Authorize]
public sealed class UnitProgrammeGrpcService(
    MonitoringDatabase database, UnitProgrammeStore programmes, ProgrammeReviewStore reviews, BusinessClock<MonitoringDatabase> clock)
    : Pb.UnitProgrammeService.UnitProgrammeServiceBase
{
    const int MaxFinding = 4000, MaxPerson = 200;

    public override async Task<Pb.ListUnitProgrammesResponse> ListUnitProgrammes(Pb.ListUnitProgrammesRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        errors.Enums("states", request.States);
        var filter = new UnitProgrammeFilter(
            ParseId("documents", request.Document, errors, "document"), ParseId("batches", request.Batch, errors, "batch"),
            caller.IsWard ? [.. caller.Units] : null, [.. request.States.Select(state => (UnitProgrammeState)state)]);
        if (request is { Document: "", Batch: "" })
        {
            errors.Add("document", "is required, because there is no batch either");
        }

        string[] filters = ["unitProgrammes", request.Document, request.Batch, string.Join(',', request.States)];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
        {
            var counts = await programmes.CountAsync(session, filter);
            var found = await programmes.ListAsync(session, filter, UnitProgrammeCursor.Parse(page.After), page.Size + 1);
            return new Pb.ListUnitProgrammesResponse
            {
                UnitProgrammes = { found.Take(page.Size).Select(ToProto) },
                NextPageToken = found.Count > page.Size
                    ? Paging.Token(new UnitProgrammeCursor(found[page.Size - 1].Unit, found[page.Size - 1].Organ.ToString()).ToString(), filters)
                    : "",
                NoneCount = counts.GetValueOrDefault(UnitProgrammeState.None),
                DraftCount = counts.GetValueOrDefault(UnitProgrammeState.Draft),
                AdoptedCount = counts.GetValueOrDefault(UnitProgrammeState.Adopted),
            };
        }, context.CancellationToken);
    }

    public override async Task<WardPb.Programme> GetReportedProgramme(Pb.GetReportedProgrammeRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var ids = ResourceName.Parse(["units", "programmes"], request.Name, errors, "name");
        errors.ThrowIfAny();
        return await database.ReadAsync(async session =>
            Caller.Of(context).SeesUnit(ids[0]) && Guid.TryParse(ids[1], out var id) && await programmes.FindAsync(session, ids[0], id) is var (programme, version)
                ? programme.ToProto(version)
                : throw DomainException.NotFound("PROGRAMME_NOT_FOUND", "programme", request.Name), context.CancellationToken);
    }

    public override async Task<Pb.ListProgrammeReviewsResponse> ListProgrammeReviews(
        Pb.ListProgrammeReviewsRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var errors = new FieldErrors();
        var unit = request.Unit.Length == 0 ? null : ResourceName.Parse("units", request.Unit, errors, "unit");
        var document = ParseId("documents", request.Document, errors, "document");
        string[] filters = ["programmeReviews", request.Unit, request.Document];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        string[]? units = unit is null ? caller.IsWard ? [.. caller.Units] : null : caller.SeesUnit(unit) ? [unit] : [];
        Guid? before = page.After is null ? null : Guid.Parse(page.After);
        var found = await database.ReadAsync(
            session => reviews.ListAsync(session, units, document, before, page.Size + 1), context.CancellationToken);
        return new Pb.ListProgrammeReviewsResponse
        {
            Reviews = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), filters) : "",
        };
    }

    [Authorize(Roles = Roles.City + "," + Roles.Supervisor)]
    public override Task<Pb.ProgrammeReview> CreateProgrammeReview(Pb.CreateProgrammeReviewRequest request, ServerCallContext context)
    {
        var review = Parse(request, Caller.Of(context));
        return database.MutateAsync(request, context,
            async transaction => await programmes.ConcernsAsync(transaction, review.Unit, review.DocumentId)
                ? review
                : throw DomainException.NotFound(
                    "UNIT_PROGRAMME_NOT_FOUND", "programme or work by documents/" + review.DocumentId, $"units/{review.Unit}"),
            async (transaction, _) =>
            {
                await reviews.AddAsync(transaction, review);
                return ToProto(review);
            });
    }

    ProgrammeReview Parse(Pb.CreateProgrammeReviewRequest request, Caller caller)
    {
        var errors = new FieldErrors();
        var review = request.ProgrammeReview ?? new Pb.ProgrammeReview();
        errors.RequestId(request.RequestId);
        var unit = ResourceName.Parse("units", review.Unit, errors, "programme_review.unit");
        var document = ResourceName.Parse("documents", review.Document, errors, "programme_review.document");
        errors.Optional("programme_review.checked_by.display_name", review.CheckedBy?.DisplayName, MaxPerson);
        errors.Optional("programme_review.checked_by.role", review.CheckedBy?.Role, MaxPerson);
        if (review.CheckedBy is null or { DisplayName: "", Role: "" })
        {
            errors.Add("programme_review.checked_by", "must name who checked, or the role");
        }

        errors.Required("programme_review.finding", review.Finding, MaxFinding);
        var date = errors.Date("programme_review.check_date", review.CheckDate, required: true);
        if (date > LocalTime.DateOf(clock.Now))
        {
            errors.Add("programme_review.check_date", "must not be after today");
        }

        errors.ThrowIfAny();
        return new ProgrammeReview
        {
            Id = Guid.CreateVersion7(),
            Unit = unit,
            DocumentId = Guid.TryParse(document, out var id) ? id : Guid.Empty,
            CheckerName = review.CheckedBy!.DisplayName,
            CheckerRole = review.CheckedBy.Role,
            CheckDate = date!.Value,
            Finding = review.Finding,
            Satisfactory = review.Satisfactory,
            RecordedBy = caller.Subject,
            CreatedAt = clock.Now,
        };
    }

    /// <summary>Null for an empty name; an id that no resource has is the name of nothing.</summary>
    static Guid? ParseId(string collection, string name, FieldErrors errors, string field) =>
        name.Length == 0 ? null : Guid.TryParse(ResourceName.Parse(collection, name, errors, field), out var id) ? id : Guid.Empty;

    static Pb.UnitProgramme ToProto(UnitProgramme standing) => new()
    {
        Unit = $"units/{standing.Unit}",
        UnitDisplayName = standing.DisplayName ?? "",
        Organ = (CityPb.Unit.Types.Organ)standing.Organ,
        Document = $"documents/{standing.DocumentId}",
        State = (Pb.UnitProgramme.Types.State)standing.State,
        DueTime = standing.DueAt.ToProto(),
        Programme = standing.Id is { } id ? $"units/{standing.Unit}/programmes/{id}" : "",
        Title = standing.Title ?? "",
        ItemCount = standing.ItemCount,
        DraftTime = standing.CreatedAt.ToProto(),
        Adoption = standing.AdoptionDate is null ? null : new WardPb.Adoption
        {
            Date = standing.AdoptionDate.ToProto(),
            AdoptedBy = standing.AdoptedBy,
            Number = standing.AdoptionNumber,
        },
        Edition = standing.Edition,
        ReviewCount = standing.ReviewCount,
        LastReviewDate = standing.LastReviewDate.ToProto(),
    };

    static Pb.ProgrammeReview ToProto(ProgrammeReview review) => new()
    {
        Name = $"programmeReviews/{review.Id}",
        Unit = $"units/{review.Unit}",
        Document = $"documents/{review.DocumentId}",
        CheckedBy = new CityPb.Person { DisplayName = review.CheckerName, Role = review.CheckerRole },
        CheckDate = AssignmentProto.ToProto((DateOnly?)review.CheckDate),
        Finding = review.Finding,
        Satisfactory = review.Satisfactory,
        RecordedBy = review.RecordedBy,
        CreateTime = Timestamp.FromDateTimeOffset(review.CreatedAt),
    };
}
