using System.Globalization;
using CanThoGov.Platform.Contract;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Grpc;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Platform.Time;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Documents;

[Authorize]
public sealed class DocumentGrpcService(CityDatabase database, DocumentStore documents, BusinessClock<CityDatabase> clock)
    : Pb.DocumentService.DocumentServiceBase
{
    public override async Task<Pb.Document> GetDocument(Pb.GetDocumentRequest request, ServerCallContext context)
    {
        var id = DocumentName.Parse(request.Name, "name");
        return ToProto(await database.ReadAsync(session => documents.GetAsync(session, id), context.CancellationToken));
    }

    public override async Task<Pb.ListDocumentsResponse> ListDocuments(Pb.ListDocumentsRequest request, ServerCallContext context)
    {
        var page = Paging.Parse(request.PageSize, request.PageToken, "documents");
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        var found = await database.ReadAsync(session => documents.ListAsync(session, after, page.Size + 1), context.CancellationToken);
        return new Pb.ListDocumentsResponse
        {
            Documents = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), "documents") : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Document> CreateDocument(Pb.CreateDocumentRequest request, ServerCallContext context)
    {
        var document = Parse(request);
        return database.MutateAsync(request, context, _ => Task.FromResult(document), async (transaction, _) =>
        {
            await documents.AddAsync(transaction, document);
            return ToProto(document);
        });
    }

    public override async Task<Pb.ListProvisionsResponse> ListProvisions(Pb.ListProvisionsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = DocumentName.Parse(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "provisions", request.Parent);
        errors.ThrowIfAny();
        var after = page.After is null ? 0 : int.Parse(page.After, CultureInfo.InvariantCulture);
        var found = await database.ReadAsync(async session =>
        {
            await documents.GetAsync(session, id);
            return await documents.ListProvisionsAsync(session, id, after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListProvisionsResponse
        {
            Provisions = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size
                ? Paging.Token(found[page.Size - 1].Ordinal.ToString(CultureInfo.InvariantCulture), "provisions", request.Parent)
                : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Provision> CreateProvision(Pb.CreateProvisionRequest request, ServerCallContext context)
    {
        var provision = Parse(request);
        return database.MutateAsync(request, context,
            transaction => documents.GetAsync(transaction, provision.DocumentId),
            async (transaction, _) =>
            {
                await documents.AddProvisionAsync(transaction, provision);
                return ToProto(provision);
            });
    }

    Document Parse(Pb.CreateDocumentRequest request)
    {
        var errors = new FieldErrors();
        var document = request.Document ?? new Pb.Document();
        errors.RequestId(request.RequestId);
        errors.Optional("document.number", document.Number, 40);
        errors.Optional("document.symbol", document.Symbol, 40);
        errors.Required("document.kind", document.Kind, 100);
        var date = errors.Date("document.issue_date", document.IssueDate, required: false);
        errors.Optional("document.place", document.Place, 100);
        errors.Optional("document.issuer", document.Issuer, 300);
        errors.Optional("document.signer", document.Signer, 100);
        errors.Optional("document.signer_role", document.SignerRole, 200);
        errors.Optional("document.title", document.Title, 1000);
        Lines(errors, "document.bases", document.Bases);
        Lines(errors, "document.recipients", document.Recipients);
        errors.ThrowIfAny();
        return new Document
        {
            Id = Guid.CreateVersion7(),
            Number = document.Number.Trim(),
            Symbol = document.Symbol.Trim(),
            Kind = document.Kind,
            IssueDate = date,
            Place = document.Place,
            Issuer = document.Issuer,
            Signer = document.Signer,
            SignerRole = document.SignerRole,
            Title = document.Title,
            Bases = string.Join('\n', document.Bases),
            Recipients = string.Join('\n', document.Recipients),
            Illustrative = document.Illustrative,
            CreatedAt = clock.Now,
        };
    }

    static void Lines(FieldErrors errors, string field, IReadOnlyList<string> lines)
    {
        errors.Range(field, lines.Count, 0, 100);
        for (var i = 0; i < lines.Count; i++)
        {
            errors.Required($"{field}[{i}]", lines[i], 500);
            if (lines[i].Contains('\n', StringComparison.Ordinal))
            {
                errors.Add($"{field}[{i}]", "must be one line");
            }
        }
    }

    static Provision Parse(Pb.CreateProvisionRequest request)
    {
        var errors = new FieldErrors();
        var provision = request.Provision ?? new Pb.Provision();
        errors.RequestId(request.RequestId);
        var documentId = DocumentName.Parse(request.Parent, errors, "parent");
        errors.Required("provision.section", provision.Section, 40);
        errors.Range("provision.item", provision.Item, 0, 1000);
        errors.Required("provision.summary", provision.Summary, 4000);
        errors.ThrowIfAny();
        return new Provision
        {
            Id = Guid.CreateVersion7(),
            DocumentId = documentId,
            Section = provision.Section,
            Item = provision.Item,
            Summary = provision.Summary,
            GivesWork = provision.GivesWork,
        };
    }

    static Pb.Document ToProto(Document document) => new()
    {
        Name = $"documents/{document.Id}",
        Number = document.Number,
        Symbol = document.Symbol,
        Kind = document.Kind,
        IssueDate = document.IssueDate.ToProto(),
        Place = document.Place,
        Issuer = document.Issuer,
        Signer = document.Signer,
        SignerRole = document.SignerRole,
        Title = document.Title,
        Bases = { document.Bases.Split('\n', StringSplitOptions.RemoveEmptyEntries) },
        Recipients = { document.Recipients.Split('\n', StringSplitOptions.RemoveEmptyEntries) },
        Illustrative = document.Illustrative,
        Etag = AssignmentProto.Etag(document.Version),
        CreateTime = Timestamp.FromDateTimeOffset(document.CreatedAt),
    };

    static Pb.Provision ToProto(Provision provision) => new()
    {
        Name = $"documents/{provision.DocumentId}/provisions/{provision.Id}",
        Section = provision.Section,
        Item = provision.Item,
        Summary = provision.Summary,
        GivesWork = provision.GivesWork,
        AssignmentCount = provision.AssignmentCount,
    };
}
