using CanThoGov.Protos.City.V1;
using Grpc.Core;

namespace CanThoGov.Suite.Scenarios;

/// <summary>An office of the city: it keeps the registers, gives the work and judges the results.</summary>
internal sealed class CityOffice(Scenario scenario, Caller caller, Ledger ledger, Apis apis)
{
    public Task<Unit> RegisterAsync(InventedUnit unit, CancellationToken ct) => caller.CallAsync(o => apis.Units.CreateUnitAsync(new()
    {
        UnitId = unit.Id,
        Unit = new()
        {
            DisplayName = unit.DisplayName,
            Kind = Enums.Parse<Unit.Types.Kind>(unit.Kind),
            ValidFrom = unit.ValidFrom,
            Illustrative = true,
            Organs = { Unit.Types.Organ.PartyCommittee, Unit.Types.Organ.PeoplesCommittee },
        },
        RequestId = Id("unit", unit.Id),
    }, o), ct);

    public Task<Document> RegisterAsync(DocumentFact fact, CancellationToken ct)
    {
        var document = new Document
        {
            PrintedNumber = fact.Printed ?? fact.Reference ?? "",
            Number = fact.Number ?? "",
            Symbol = fact.Symbol ?? "",
            Kind = fact.Kind,
            IssueDate = fact.IssueDate ?? "",
            Place = fact.Place ?? "",
            Issuer = fact.Issuer ?? "",
            AuthorityLine = fact.AuthorityLine ?? "",
            Signer = fact.Signer ?? "",
            SignerRole = fact.SignerRole ?? "",
            Title = fact.Title ?? "",
            Recipients = { fact.Recipients },
            ArchiveNote = fact.ArchiveNote ?? "",
            Bases = { scenario.Facts.Documents.Where(other => fact.Cites.Contains(other.Id)).Select(other => other.Citation) },
        };
        return caller.CallAsync(
            o => apis.Documents.CreateDocumentAsync(new() { Document = document, RequestId = Id("document", fact.Id) }, o), ct);
    }

    /// <summary>Each document that a document names as its basis is cited by it.</summary>
    public async Task RelateAsync(DocumentFact fact, IReadOnlyDictionary<string, Document> documents, CancellationToken ct)
    {
        foreach (var cited in fact.Cites)
        {
            await caller.CallAsync(o => apis.Relations.CreateDocumentRelationAsync(new()
            {
                Parent = documents[fact.Id].Name,
                DocumentRelation = new() { Kind = DocumentRelation.Types.Kind.Cites, Target = documents[cited].Name },
                RequestId = Id("relation", fact.Id, cited),
            }, o), ct);
        }
    }

    public async Task OpenAsync(InventedCampaign invented, IReadOnlyDictionary<string, Document> documents, CancellationToken ct)
    {
        var campaign = await caller.CallAsync(o => apis.Campaigns.CreateCampaignAsync(new()
        {
            Campaign = new() { Title = invented.Title, FromDate = invented.From, ToDate = invented.To, Illustrative = true },
            RequestId = Id("campaign", invented.Title),
        }, o), ct);
        foreach (var document in invented.Documents)
        {
            await caller.CallAsync(o => apis.Campaigns.AddCampaignItemAsync(
                new() { Parent = campaign.Name, Document = documents[document].Name, RequestId = Id("campaign", invented.Title, document) }, o), ct);
        }
    }

    public Task<Provision> RegisterAsync(ProvisionFact fact, string document, CancellationToken ct) =>
        caller.CallAsync(o => apis.Documents.CreateProvisionAsync(new()
        {
            Parent = document,
            Provision = new() { Section = fact.Section, Item = fact.Item, Summary = fact.Summary, GivesWork = fact.GivesWork },
            RequestId = Id("provision", fact.Id),
        }, o), ct);

    /// <summary>Creates the unit's copy, sets the working deadline if the document leaves the time open, and issues it.</summary>
    /// <returns>The issued assignment.</returns>
    public async Task<Assignment> IssueAsync(string id, string unit, Assignment draft, CancellationToken ct)
    {
        var created = await CreateAsync(id, unit, draft, ct);
        var etag = created.Etag;
        if (scenario.OverlayOf(id).WorkingDeadline is { } deadline)
        {
            var dated = await caller.CallAsync(o => apis.Assignments.SetWorkingDeadlineAsync(new()
            {
                Name = created.Name,
                Etag = etag,
                Date = deadline.Date,
                SetBy = new() { Role = deadline.SetByRole },
                Reason = Marks.Illustrative(deadline.Reason),
                RequestId = Id("deadline", id, unit),
            }, o), ct);
            etag = dated.Etag;
        }

        return await caller.CallAsync(o => apis.Assignments.IssueAssignmentAsync(
            new() { Name = created.Name, Etag = etag, RequestId = Id("issue", id, unit) }, o), ct);
    }

    /// <summary>Tries to issue work whose time is only words; the clarity gate must refuse.</summary>
    /// <returns>The refusal.</returns>
    public async Task<string> TryIssueWithoutDeadlineAsync(string id, string unit, Assignment draft, CancellationToken ct)
    {
        var created = await CreateAsync(id, unit, draft, ct);
        try
        {
            await caller.CallAsync(o => apis.Assignments.IssueAssignmentAsync(
                new() { Name = created.Name, Etag = created.Etag, RequestId = Id("issue unclear", id, unit) }, o), ct);
        }
        catch (RpcException e) when (Caller.ReasonOf(e) == "NOT_CLEAR")
        {
            return e.Status.Detail;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.FailedPrecondition)
        {
            return "đã được giao trong lần chạy trước";   // a repeated run: the draft has moved on
        }

        throw new ScenarioException($"{id} was issued to {unit} without a date: the clarity gate is open.");
    }

    /// <summary>A decision on an assignment as it stands now.</summary>
    /// <param name="key">Makes the request id.</param>
    public async Task DecideAsync(ScenarioAction action, Assignment now, IReadOnlyList<string> key, CancellationToken ct)
    {
        var (name, etag, note, id) = (now.Name, now.Etag, Marks.Illustrative(action.Text), RequestId.For([.. key]));
        await caller.CallAsync(o => action.Do switch
        {
            Deed.Accept => apis.Assignments.AcceptResultAsync(new() { Name = name, Etag = etag, Note = note, RequestId = id }, o),
            Deed.SendBack => apis.Assignments.SendBackResultAsync(new() { Name = name, Etag = etag, Reason = note, RequestId = id }, o),
            Deed.Reissue => apis.Assignments.IssueAssignmentAsync(new() { Name = name, Etag = etag, Note = note, RequestId = id }, o),
            Deed.DecideExtension => apis.Assignments.DecideExtensionAsync(
                new() { Name = name, Etag = etag, Grant = action.Grant, Note = note, RequestId = id }, o),
            Deed.AnswerObstacle => apis.Assignments.AnswerObstacleAsync(
                new() { Name = name, Etag = etag, Number = action.Item ?? 1, Answer = note, RequestId = id }, o),
            _ => throw new ScenarioException($"{action.Do} is nothing that the city decides."),
        }, ct);
        ledger.Add(name, action.Do);
    }

    Task<Assignment> CreateAsync(string id, string unit, Assignment draft, CancellationToken ct) => caller.CallAsync(
        o => apis.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = Id("assignment", id, unit) }, o), ct);

    string Id(params ReadOnlySpan<string> parts) => RequestId.For([scenario.Name, .. parts]);
}

internal static class Enums
{
    /// <summary>The generated name of a proto enum value: <c>ON_REQUEST</c> is <c>OnRequest</c>.</summary>
    public static T Parse<T>(string value)
        where T : struct, Enum => Enum.Parse<T>(value.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
