using CanThoGov.Contracts.Registers;
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
public sealed class DocumentRelationGrpcService(
    CityDatabase database, DocumentStore documents, DocumentRelationStore relations, BusinessClock<CityDatabase> clock)
    : Pb.DocumentRelationService.DocumentRelationServiceBase
{
    public override async Task<Pb.ListDocumentRelationsResponse> ListDocumentRelations(
        Pb.ListDocumentRelationsRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = DocumentName.Parse(request.Parent, errors, "parent");
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, "relations", request.Parent);
        errors.ThrowIfAny();
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        var found = await database.ReadAsync(async session =>
        {
            await documents.GetAsync(session, id);
            return await relations.ListAsync(session, id, after, page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListDocumentRelationsResponse
        {
            DocumentRelations = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), "relations", request.Parent) : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.DocumentRelation> CreateDocumentRelation(Pb.CreateDocumentRelationRequest request, ServerCallContext context)
    {
        var relation = Parse(request, Caller.Of(context).Subject);
        return database.MutateAsync(request, context, async transaction =>
        {
            await documents.GetAsync(transaction, relation.DocumentId);
            return relation.TargetId is { } target ? await documents.GetAsync(transaction, target) : null;
        }, async (transaction, _) =>
        {
            await relations.AddAsync(transaction, relation);
            return ToProto(relation);
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.DocumentRelation> DeleteDocumentRelation(Pb.DeleteDocumentRelationRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var ids = ResourceName.Parse(["documents", "relations"], request.Name, errors, "name");
        var (document, id) = (DocumentName.AsGuid(ids[0], errors, "name"), DocumentName.AsGuid(ids[1], errors, "name"));
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => documents.GetAsync(transaction, document), async (transaction, _) =>
        {
            var relation = await relations.GetAsync(transaction, document, id);
            await relations.RemoveAsync(transaction, relation, clock.Now);
            return ToProto(relation);
        });
    }

    DocumentRelation Parse(Pb.CreateDocumentRelationRequest request, string createdBy)
    {
        var errors = new FieldErrors();
        var relation = request.DocumentRelation ?? new Pb.DocumentRelation();
        errors.RequestId(request.RequestId);
        var document = DocumentName.Parse(request.Parent, errors, "parent");
        errors.Enum("document_relation.kind", relation.Kind);
        Guid? target = relation.Target.Length == 0 ? null : DocumentName.Parse(relation.Target, errors, "document_relation.target");
        errors.Optional("document_relation.printed_target", relation.PrintedTarget, 500);
        if (target is null && string.IsNullOrWhiteSpace(relation.PrintedTarget))
        {
            errors.Add("document_relation.target", "is required, or printed_target if the other document is not registered");
        }
        else if (target == document)
        {
            errors.Add("document_relation.target", "must be another document");
        }

        errors.ThrowIfAny();
        return new DocumentRelation
        {
            Id = Guid.CreateVersion7(),
            DocumentId = document,
            Kind = (DocumentRelationKind)relation.Kind,
            TargetId = target,
            PrintedTarget = relation.PrintedTarget.Trim(),
            CreatedAt = clock.Now,
            CreatedBy = createdBy,
        };
    }

    static Pb.DocumentRelation ToProto(DocumentRelation relation) => new()
    {
        Name = $"documents/{relation.DocumentId}/relations/{relation.Id}",
        Document = $"documents/{relation.DocumentId}",
        Kind = (Pb.DocumentRelation.Types.Kind)relation.Kind,
        Target = relation.TargetId is { } target ? $"documents/{target}" : "",
        PrintedTarget = relation.PrintedTarget,
        CreateTime = Timestamp.FromDateTimeOffset(relation.CreatedAt),
        CreatedBy = relation.CreatedBy,
    };
}
