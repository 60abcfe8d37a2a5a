using CanThoGov.Contracts.Registers;
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
        Guid? id = request.Parent == $"documents/{ResourceName.Wildcard}" ? null : DocumentName.Parse(request.Parent, errors, "parent");
        string[] filters = ["provisions", request.Parent, request.Unassigned ? "unassigned" : ""];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        errors.ThrowIfAny();
        var found = await database.ReadAsync(async session =>
        {
            if (id is { } one)
            {
                await documents.GetAsync(session, one);
            }

            return await documents.ListProvisionsAsync(session, id, request.Unassigned, page.After is null ? null : Guid.Parse(page.After), page.Size + 1);
        }, context.CancellationToken);
        return new Pb.ListProvisionsResponse
        {
            Provisions = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), filters) : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Provision> CreateProvision(Pb.CreateProvisionRequest request, ServerCallContext context)
    {
        var provision = Parse(request);
        return database.MutateAsync(request, context,
            transaction => documents.GetForChangeAsync(transaction, provision.DocumentId),
            async (transaction, document) => document.Secrecy == Secrecy.Unspecified
                ? ToProto(await documents.AddProvisionAsync(transaction, provision))
                : throw DomainException.Precondition(
                    "DOCUMENT_SECRET", $"The document bears a mark of secrecy ({document.Secrecy}); what it says is not kept here.")
                    .With("secrecy", document.Secrecy));
    }

    Document Parse(Pb.CreateDocumentRequest request)
    {
        var errors = new FieldErrors();
        var document = request.Document ?? new Pb.Document();
        errors.RequestId(request.RequestId);
        errors.Optional("document.number", document.Number, 40);
        errors.Optional("document.symbol", document.Symbol, 40);
        errors.Optional("document.printed_number", document.PrintedNumber, 80);
        var (number, symbol) = ParseNumber(errors, document);
        errors.Required("document.kind", document.Kind, 100);
        var date = errors.Date("document.issue_date", document.IssueDate, required: false);
        errors.Optional("document.place", document.Place, 100);
        errors.Optional("document.issuer", document.Issuer, 300);
        errors.Optional("document.authority_line", document.AuthorityLine, 300);
        errors.Optional("document.signer", document.Signer, 100);
        errors.Optional("document.signer_role", document.SignerRole, 200);
        errors.Optional("document.title", document.Title, 1000);
        Lines(errors, "document.bases", document.Bases);
        Lines(errors, "document.recipients", document.Recipients);
        errors.Optional("document.archive_note", document.ArchiveNote, 500);
        errors.Enum("document.urgency", document.Urgency, required: false);
        errors.Enum("document.secrecy", document.Secrecy, required: false);
        if (document.Secrecy != Pb.Document.Types.Secrecy.Unspecified)
        {
            RequireNothingSaid(errors, document);
        }

        errors.ThrowIfAny();
        return new Document
        {
            Id = Guid.CreateVersion7(),
            Number = number,
            Symbol = symbol,
            PrintedNumber = document.PrintedNumber.Length > 0
                ? document.PrintedNumber
                : DocumentNumber.Of(number, symbol)?.ToString() ?? $"{number} {symbol}".Trim(),
            Kind = document.Kind,
            IssueDate = date,
            Place = document.Place,
            Issuer = document.Issuer.Trim(),
            AuthorityLine = document.AuthorityLine,
            Signer = document.Signer,
            SignerRole = document.SignerRole,
            Title = document.Title,
            Bases = string.Join('\n', document.Bases),
            Recipients = string.Join('\n', document.Recipients),
            ArchiveNote = document.ArchiveNote,
            Urgency = (Urgency)document.Urgency,
            Secrecy = (Secrecy)document.Secrecy,
            Illustrative = document.Illustrative,
            CreatedAt = clock.Now,
        };
    }

    /// <summary>By its parts, as printed, or both: then they must say the same.</summary>
    static (string Number, string Symbol) ParseNumber(FieldErrors errors, Pb.Document document)
    {
        var parts = DocumentNumber.Of(document.Number, document.Symbol);
        if (document.PrintedNumber.Length == 0)
        {
            return parts is null ? (document.Number.Trim(), document.Symbol.Trim()) : (parts.Number, parts.Symbol);
        }

        var printed = DocumentNumber.Parse(document.PrintedNumber);
        if (document.Number.Length == 0 && document.Symbol.Length == 0)
        {
            if (printed is null)
            {
                errors.Add("document.printed_number", "is in neither format (55-CT/TW, 36/CT-TTg): give number and symbol beside it");
            }

            return (printed?.Number ?? "", printed?.Symbol ?? "");
        }

        if (DocumentNumber.Tidy(document.PrintedNumber) is var tidy
            && (printed is null
                ? !tidy.Contains(DocumentNumber.Tidy(document.Number), StringComparison.Ordinal)
                    || !tidy.Contains(DocumentNumber.Tidy(document.Symbol), StringComparison.Ordinal)
                : printed != parts))
        {
            errors.Add("document.printed_number", "does not say the same as number and symbol");
        }

        return parts is null ? (document.Number.Trim(), document.Symbol.Trim()) : (parts.Number, parts.Symbol);
    }

    /// <summary>What is secret is not kept on a system that everybody reads.</summary>
    static void RequireNothingSaid(FieldErrors errors, Pb.Document document)
    {
        const string Rule = "must be empty for a document with a mark of secrecy";
        if (document.Title.Length > 0)
        {
            errors.Add("document.title", Rule);
        }

        if (document.Bases.Count > 0)
        {
            errors.Add("document.bases", Rule);
        }
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
        errors.Optional("provision.text", provision.Text, 8000);
        errors.Range("provision.order", provision.Order, 0, 10_000);
        errors.ThrowIfAny();
        return new Provision
        {
            Id = Guid.CreateVersion7(),
            DocumentId = documentId,
            Ordinal = provision.Order,
            Section = provision.Section,
            Item = provision.Item,
            Summary = provision.Summary,
            Text = provision.Text,
            GivesWork = provision.GivesWork,
        };
    }

    static Pb.Document ToProto(Document document) => new()
    {
        Name = $"documents/{document.Id}",
        Number = document.Number,
        Symbol = document.Symbol,
        PrintedNumber = document.PrintedNumber,
        World = (Pb.Document.Types.World)(document.InFormat?.World ?? 0),
        Kind = document.Kind,
        KindAbbreviation = DocumentKinds.AbbreviationOf(document.Kind),
        IssueDate = document.IssueDate.ToProto(),
        Place = document.Place,
        Issuer = document.Issuer,
        AuthorityLine = document.AuthorityLine,
        Signer = document.Signer,
        SignerRole = document.SignerRole,
        Title = document.Title,
        Bases = { document.Bases.Split('\n', StringSplitOptions.RemoveEmptyEntries) },
        Recipients = { document.Recipients.Split('\n', StringSplitOptions.RemoveEmptyEntries) },
        ArchiveNote = document.ArchiveNote,
        Urgency = (Pb.Document.Types.Urgency)document.Urgency,
        Secrecy = (Pb.Document.Types.Secrecy)document.Secrecy,
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
        Text = provision.Text,
        Order = provision.Ordinal,
        GivesWork = provision.GivesWork,
        AssignmentCount = provision.AssignmentCount,
    };
}
