using CanThoGov.City.Assignments;
using CanThoGov.City.Documents;
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

namespace CanThoGov.City.Campaigns;

[Authorize]
public sealed class CampaignGrpcService(
    CityDatabase database, CampaignStore campaigns, DocumentStore documents, AssignmentStore assignments, BusinessClock<CityDatabase> clock)
    : Pb.CampaignService.CampaignServiceBase
{
    public override async Task<Pb.Campaign> GetCampaign(Pb.GetCampaignRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ParseName(request.Name, errors, "name");
        errors.ThrowIfAny();
        return ToProto(await database.ReadAsync(session => campaigns.GetAsync(session, id), context.CancellationToken));
    }

    public override async Task<Pb.ListCampaignsResponse> ListCampaigns(Pb.ListCampaignsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "campaigns", request.Date);
        var date = errors.Date("date", request.Date, required: false);
        errors.ThrowIfAny();
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        var found = await database.ReadAsync(
            session => campaigns.ListAsync(session, date, after, page.Size + 1), context.CancellationToken);
        return new Pb.ListCampaignsResponse
        {
            Campaigns = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), "campaigns", request.Date) : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Campaign> CreateCampaign(Pb.CreateCampaignRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var proto = request.Campaign ?? new Pb.Campaign();
        var (from, to) = Check(errors, "campaign.", proto.Title, proto.FromDate, proto.ToDate, proto.Note);
        errors.ThrowIfAny();
        var campaign = new Campaign
        {
            Id = Guid.CreateVersion7(),
            Title = proto.Title,
            FromDate = from,
            ToDate = to,
            Note = proto.Note,
            Illustrative = proto.Illustrative,
            CreatedAt = clock.Now,
        };
        return database.MutateAsync(request, context, _ => Task.FromResult(campaign), async (transaction, _) =>
        {
            await campaigns.AddAsync(transaction, campaign);
            return ToProto(campaign);
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Campaign> UpdateCampaign(Pb.UpdateCampaignRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var id = ParseName(request.Name, errors, "name");
        errors.Required("etag", request.Etag, 40);
        var (from, to) = Check(errors, "", request.Title, request.FromDate, request.ToDate, request.Note);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => campaigns.GetForChangeAsync(transaction, id), async (transaction, campaign) =>
        {
            if (request.Etag != AssignmentProto.Etag(campaign.Version))
            {
                throw DomainException.Changed("CAMPAIGN_CHANGED", "The campaign changed meanwhile. Read it again, then decide.")
                    .With("etag", AssignmentProto.Etag(campaign.Version));
            }

            var changed = campaign with
            {
                Title = request.Title,
                FromDate = from,
                ToDate = to,
                Note = request.Note,
                Version = campaign.Version + 1,
            };
            await campaigns.UpdateAsync(transaction, changed, clock.Now);
            return ToProto(changed);
        });
    }

    public override async Task<Pb.ListCampaignItemsResponse> ListCampaignItems(Pb.ListCampaignItemsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ParseName(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "items", request.Parent);
        errors.ThrowIfAny();
        var caller = Caller.Of(context);
        var found = await database.ReadAsync(async session =>
        {
            await campaigns.GetAsync(session, id);
            return await campaigns.ListItemsAsync(session, id, caller.IsWard ? [.. caller.Units] : null, ParseItem(page.After), page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListCampaignItemsResponse
        {
            CampaignItems = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(NameOf(found[page.Size - 1]), "items", request.Parent) : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.CampaignItem> AddCampaignItem(Pb.AddCampaignItemRequest request, ServerCallContext context)
    {
        var (id, item) = Parse(request.Parent, request.Document, request.Assignment, request.RequestId);
        return database.MutateAsync(request, context, transaction => campaigns.GetForChangeAsync(transaction, id), async (transaction, campaign) =>
        {
            var title = await TitleAsync(transaction, item);
            await campaigns.AddItemAsync(transaction, campaign, item, clock.Now);
            return ToProto(item with { Title = title });
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.CampaignItem> RemoveCampaignItem(Pb.RemoveCampaignItemRequest request, ServerCallContext context)
    {
        var (id, item) = Parse(request.Parent, request.Document, request.Assignment, request.RequestId);
        return database.MutateAsync(request, context, transaction => campaigns.GetForChangeAsync(transaction, id), async (transaction, campaign) =>
        {
            await campaigns.RemoveItemAsync(transaction, campaign, item, clock.Now);
            return ToProto(item with { Title = await TitleAsync(transaction, item) });
        });
    }

    async Task<string> TitleAsync(Transaction transaction, CampaignItem item) => item switch
    {
        { DocumentId: { } document } => (await documents.GetAsync(transaction, document)).Title,
        { AssignmentId: { } assignment } => (await assignments.FindAsync(transaction, assignment))?.Snapshot.Title
            ?? throw AssignmentName.NotFound(assignment.ToString()),
        _ => "",
    };

    static (Guid Campaign, CampaignItem Item) Parse(string parent, string document, string assignment, string requestId)
    {
        var errors = new FieldErrors();
        errors.RequestId(requestId);
        var id = ParseName(parent, errors, "parent");
        Guid? documentId = document.Length == 0 ? null : DocumentName.Parse(document, errors, "document");
        Guid? assignmentId = assignment.Length == 0 ? null : AssignmentName.Parse(assignment, errors, "assignment");
        if (documentId is null == assignmentId is null)
        {
            errors.Add("document", "must be given, or the assignment, and not both");
        }

        errors.ThrowIfAny();
        return (id, new CampaignItem { DocumentId = documentId, AssignmentId = assignmentId });
    }

    static (DateOnly From, DateOnly To) Check(FieldErrors errors, string path, string title, string from, string to, string note)
    {
        errors.Required(path + "title", title, 200);
        var (first, last) = (errors.Date(path + "from_date", from, required: true), errors.Date(path + "to_date", to, required: true));
        if (first > last)
        {
            errors.Add(path + "to_date", "must not be before from_date");
        }

        errors.Optional(path + "note", note, 2000);
        return (first ?? default, last ?? default);
    }

    static Guid ParseName(string name, FieldErrors errors, string field) =>
        DocumentName.AsGuid(ResourceName.Parse("campaigns", name, errors, field), errors, field);

    static string NameOf(CampaignItem item) =>
        item.DocumentId is { } document ? $"documents/{document}" : $"assignments/{item.AssignmentId}";

    static CampaignItem? ParseItem(string? name) => name?.Split('/') switch
    {
        ["documents", var id] => new() { DocumentId = Guid.Parse(id) },
        ["assignments", var id] => new() { AssignmentId = Guid.Parse(id) },
        _ => null,
    };

    static Pb.Campaign ToProto(Campaign campaign) => new()
    {
        Name = $"campaigns/{campaign.Id}",
        Title = campaign.Title,
        FromDate = AssignmentProto.ToProto((DateOnly?)campaign.FromDate),
        ToDate = AssignmentProto.ToProto((DateOnly?)campaign.ToDate),
        Note = campaign.Note,
        Illustrative = campaign.Illustrative,
        Etag = AssignmentProto.Etag(campaign.Version),
        CreateTime = Timestamp.FromDateTimeOffset(campaign.CreatedAt),
    };

    static Pb.CampaignItem ToProto(CampaignItem item) => new()
    {
        Document = item.DocumentId is { } document ? $"documents/{document}" : "",
        Assignment = item.AssignmentId is { } assignment ? $"assignments/{assignment}" : "",
        Title = item.Title,
    };
}
