using CanThoGov.Calendar;
using CanThoGov.City.Assignments;
using CanThoGov.City.Documents;
using CanThoGov.City.Officials;
using CanThoGov.City.Units;
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

namespace CanThoGov.City.Portfolios;

[Authorize]
public sealed class PortfolioGrpcService(
    CityDatabase database, PortfolioStore portfolios, OfficialStore officials, UnitStore units, DocumentStore documents,
    AssignmentStore assignments, BusinessClock<CityDatabase> clock) : Pb.PortfolioService.PortfolioServiceBase
{
    const int MaxUnits = 200;

    [Authorize(Roles = Roles.AllButWard)]
    public override async Task<Pb.Portfolio> GetPortfolio(Pb.GetPortfolioRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = ParseName(request.Name, errors, "name");
        errors.ThrowIfAny();
        return ToProto(await database.ReadAsync(session => portfolios.GetAsync(session, id), context.CancellationToken));
    }

    [Authorize(Roles = Roles.AllButWard)]
    public override async Task<Pb.ListPortfoliosResponse> ListPortfolios(Pb.ListPortfoliosRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        string[] filters = ["portfolios", request.Official, request.Date];
        var page = Paging.Parse(errors, request.PageSize, request.PageToken, filters);
        Guid? official = request.Official.Length == 0 ? null : OfficialName.Parse(request.Official, errors, "official");
        var date = errors.Date("date", request.Date, required: false);
        errors.ThrowIfAny();
        var after = page.After is null ? Guid.Empty : Guid.Parse(page.After);
        var found = await database.ReadAsync(
            session => portfolios.ListAsync(session, official, date, after, page.Size + 1), context.CancellationToken);
        return new Pb.ListPortfoliosResponse
        {
            Portfolios = { found.Take(page.Size).Select(ToProto) },
            NextPageToken = found.Count > page.Size ? Paging.Token(found[page.Size - 1].Id.ToString(), filters) : "",
        };
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Portfolio> CreatePortfolio(Pb.CreatePortfolioRequest request, ServerCallContext context)
    {
        var portfolio = Parse(request);
        return database.MutateAsync(request, context, transaction => KnownAsync(transaction, portfolio), async (transaction, known) =>
        {
            await portfolios.AddAsync(transaction, known);
            return ToProto(known);
        });
    }

    [Authorize(Roles = Roles.CityOffice)]
    public override Task<Pb.Portfolio> EndPortfolio(Pb.EndPortfolioRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var id = ParseName(request.Name, errors, "name");
        errors.Required("etag", request.Etag, 40);
        var date = errors.Date("date", request.Date, required: true);
        errors.ThrowIfAny();
        return database.MutateAsync(request, context, transaction => portfolios.GetForChangeAsync(transaction, id), async (transaction, portfolio) =>
        {
            RequireEndable(portfolio, request.Etag, date!.Value);
            var ended = portfolio with { ValidTo = date, Version = portfolio.Version + 1 };
            await portfolios.EndAsync(transaction, ended, clock.Now);
            return ToProto(ended);
        });
    }

    public override async Task<Pb.LeaderExplanation> ExplainLeader(Pb.ExplainLeaderRequest request, ServerCallContext context)
    {
        var errors = new FieldErrors();
        var id = AssignmentName.Parse(request.Assignment, errors, "assignment");
        var date = errors.Date("date", request.Date, required: false) ?? LocalTime.DateOf(clock.Now);
        errors.ThrowIfAny();
        var caller = Caller.Of(context);
        return await database.ReadAsync(async session =>
        {
            var assignment = await assignments.FindAsync(session, id);
            if (assignment is null || (caller.IsWard && (assignment.Snapshot.IssuedAt is null || !caller.Units.Any(assignment.Concerns))))
            {
                throw AssignmentName.NotFound(id.ToString());
            }

            var found = await portfolios.ConcerningAsync(session, assignment.Snapshot, date);
            return new Pb.LeaderExplanation
            {
                Assignment = request.Assignment,
                Date = AssignmentProto.ToProto((DateOnly?)date),
                Portfolio = found.Count == 0 ? null : ToProto(found[0]),
                Others = { found.Skip(1).Select(ToProto) },
            };
        }, context.CancellationToken);
    }

    async Task<Portfolio> KnownAsync(Transaction transaction, Portfolio portfolio)
    {
        var official = await officials.GetAsync(transaction, portfolio.OfficialId);
        foreach (var unit in portfolio.Units)
        {
            await units.GetAsync(transaction, unit);
        }

        if (portfolio.DocumentId is { } document)
        {
            await documents.GetAsync(transaction, document);
        }

        return portfolio with { DisplayName = official.DisplayName };
    }

    Portfolio Parse(Pb.CreatePortfolioRequest request)
    {
        var errors = new FieldErrors();
        errors.RequestId(request.RequestId);
        var proto = request.Portfolio ?? new Pb.Portfolio();
        var official = OfficialName.Parse(proto.Official, errors, "portfolio.official");
        errors.Enum("portfolio.kind", proto.Kind);
        errors.Optional("portfolio.title", proto.Title, 200);
        if (proto.Kind == Pb.Portfolio.Types.Kind.Agency == proto.Title.Length > 0)
        {
            errors.Add("portfolio.title", "is required for a field or an area, and must be empty for an agency");
        }

        string[] unitIds = [.. proto.Units.Select((unit, i) => ResourceName.Parse("units", unit, errors, $"portfolio.units[{i}]")).Distinct()];
        var (least, most) = proto.Kind switch
        {
            Pb.Portfolio.Types.Kind.Agency => (1, 1),
            Pb.Portfolio.Types.Kind.Area => (1, MaxUnits),
            _ => (0, 0),
        };
        errors.Range("portfolio.units", unitIds.Length, least, most);
        var from = errors.Date("portfolio.valid_from", proto.ValidFrom, required: true);
        var to = errors.Date("portfolio.valid_to", proto.ValidTo, required: false);
        if (from >= to)
        {
            errors.Add("portfolio.valid_to", "must be after valid_from");
        }

        Guid? document = proto.Document.Length == 0 ? null : DocumentName.Parse(proto.Document, errors, "portfolio.document");
        errors.ThrowIfAny();
        return new Portfolio
        {
            Id = Guid.CreateVersion7(),
            OfficialId = official,
            Kind = (PortfolioKind)proto.Kind,
            Title = proto.Title.Trim(),
            Units = unitIds,
            ValidFrom = from!.Value,
            ValidTo = to,
            DocumentId = document,
            CreatedAt = clock.Now,
        };
    }

    static void RequireEndable(Portfolio portfolio, string etag, DateOnly date)
    {
        if (etag != AssignmentProto.Etag(portfolio.Version))
        {
            throw DomainException.Changed("PORTFOLIO_CHANGED", "The portfolio changed meanwhile. Read it again, then decide.")
                .With("etag", AssignmentProto.Etag(portfolio.Version));
        }

        if (portfolio.ValidTo <= date)
        {
            throw DomainException.Precondition("PORTFOLIO_ENDED", $"It ends on {portfolio.ValidTo:yyyy-MM-dd} already.")
                .With("valid_to", portfolio.ValidTo);
        }

        var errors = new FieldErrors();
        if (date <= portfolio.ValidFrom)
        {
            errors.Add("date", $"must be after {portfolio.ValidFrom:yyyy-MM-dd}");
        }

        errors.ThrowIfAny();
    }

    static Guid ParseName(string name, FieldErrors errors, string field) =>
        DocumentName.AsGuid(ResourceName.Parse("portfolios", name, errors, field), errors, field);

    static Pb.Portfolio ToProto(Portfolio portfolio) => new()
    {
        Name = $"portfolios/{portfolio.Id}",
        Official = $"officials/{portfolio.OfficialId}",
        DisplayName = portfolio.DisplayName,
        Kind = (Pb.Portfolio.Types.Kind)portfolio.Kind,
        Title = portfolio.Title,
        Units = { portfolio.Units.Select(unit => $"units/{unit}") },
        ValidFrom = AssignmentProto.ToProto((DateOnly?)portfolio.ValidFrom),
        ValidTo = portfolio.ValidTo.ToProto(),
        Document = portfolio.DocumentId is { } document ? $"documents/{document}" : "",
        Etag = AssignmentProto.Etag(portfolio.Version),
        CreateTime = Timestamp.FromDateTimeOffset(portfolio.CreatedAt),
    };
}
