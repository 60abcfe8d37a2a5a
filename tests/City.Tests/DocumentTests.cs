using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Kind = CanThoGov.Protos.City.V1.DocumentRelation.Types.Kind;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class DocumentTests_Sqlite(CityOnSqlite city) : DocumentTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class DocumentTests_Postgres(CityOnPostgres city) : DocumentTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>The register of documents: headers, provisions, lineage, campaigns.</summary>
public abstract class DocumentTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    static readonly string Issuer = "Ban cán sự đảng mẫu " + NewId();

    readonly TCity _city;

    protected DocumentTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Office => _city.Office;

    CityClient Ward => _city.As(Roles.Ward, NinhKieu);

    [Fact]
    public async Task R01_Create_WithTheHeaderOfDirective631_KeepsItAsPrinted()
    {
        var header = new Pb.Document
        {
            PrintedNumber = "631 -CT/BCSD",
            Kind = "Chỉ thị",
            IssueDate = "2024-11-29",
            Place = "Cần Thơ",
            Issuer = Issuer,
            AuthorityLine = "T/M BAN CÁN SỰ ĐẢNG",
            Signer = "Trần Việt Trường",
            SignerRole = "BÍ THƯ",
            Title = "về việc tăng cường kỷ luật, kỷ cương hành chính",
            Bases = { "Quy định số 144-QĐ/TW, ngày 09/5/2024 của Bộ Chính trị" },
            Recipients = { "UBND TP", "UBND quận, huyện" },
            ArchiveNote = "Lưu: Văn phòng UBND thành phố (2, 3E)",
            Urgency = Pb.Document.Types.Urgency.Urgent,
        };
        var created = await CreateAsync(header);

        var read = await Ward.Documents.GetDocumentAsync(new() { Name = created.Name });
        Assert.Equal(created, read);
        Assert.Equal(("631", "CT/BCSD", Pb.Document.Types.World.Party, "CT"), (read.Number, read.Symbol, read.World, read.KindAbbreviation));
        var expected = header.Clone();
        expected.MergeFrom(new Pb.Document
        {
            Name = read.Name,
            Number = "631",
            Symbol = "CT/BCSD",
            World = Pb.Document.Types.World.Party,
            KindAbbreviation = "CT",
            Etag = read.Etag,
            CreateTime = read.CreateTime,
        });
        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task R01_Create_WithNumberAndSymbol_PutsThePrintedOneTogether()
    {
        var decree = await CreateAsync(new() { Kind = "Nghị định", Number = "73/2023", Symbol = "NĐ-CP", IssueDate = "2023-09-29", Issuer = Issuer });
        Assert.Equal(("73/2023/NĐ-CP", Pb.Document.Types.World.State, ""), (decree.PrintedNumber, decree.World, decree.KindAbbreviation));
        var odd = await CreateAsync(new() { Kind = "Công văn", Number = "12", Symbol = "TTr/SNV/2026", Issuer = Issuer });
        Assert.Equal(("12", "TTr/SNV/2026", Pb.Document.Types.World.Unspecified), (odd.Number, odd.Symbol, odd.World));
    }

    [Fact]
    public async Task R01_Create_OfTheSameNumber_IsRefusedOnlyForTheSameIssuerAndDate()
    {
        var issuer = "Bộ Chính trị " + NewId();
        Pb.Document Numbered(string date, string number = "59-NQ/TW") => new() { Kind = "Nghị quyết", PrintedNumber = number, IssueDate = date, Issuer = issuer };
        var first = await CreateAsync(Numbered("2020-08-05"));
        var second = await CreateAsync(Numbered("2025-01-24"));
        var undated = await CreateAsync(Numbered(""));
        Assert.Equal(3, new[] { first.Name, second.Name, undated.Name }.Distinct().Count());

        var (error, reason) = await RefusalAsync(Office.Documents.CreateDocumentAsync(
            new() { Document = Numbered("2025-01-24", "59 - NQ/TW"), RequestId = NewId() }));
        Assert.Equal((StatusCode.AlreadyExists, "DOCUMENT_EXISTS"), (error.StatusCode, reason));
    }

    [Fact]
    public async Task R01_Create_WithNumbersThatContradictEachOther_NamesTheField()
    {
        foreach (var document in new Pb.Document[]
        {
            new() { Kind = "Chỉ thị", PrintedNumber = "36/CT-TTg", Number = "37", Symbol = "CT-TTg" },
            new() { Kind = "Chỉ thị", PrintedNumber = "không số" },
        })
        {
            var (error, _) = await RefusalAsync(Office.Documents.CreateDocumentAsync(new() { Document = document, RequestId = NewId() }));
            Assert.Equal("document.printed_number", Assert.Single(FieldViolations(error)).Field);
        }
    }

    [Fact]
    public async Task R01_Create_WithAMarkOfSecrecy_KeepsNothingOfWhatItSays()
    {
        var secret = new Pb.Document { Kind = "Công văn", Title = "về việc ...", Bases = { "Căn cứ" }, Secrecy = Pb.Document.Types.Secrecy.Secret };
        var (error, _) = await RefusalAsync(Office.Documents.CreateDocumentAsync(new() { Document = secret, RequestId = NewId() }));
        Assert.Equal(["document.title", "document.bases"], FieldViolations(error).Select(violation => violation.Field));

        var created = await CreateAsync(new() { Kind = "Công văn", Secrecy = Pb.Document.Types.Secrecy.Secret });
        var (_, reason) = await RefusalAsync(Office.Documents.CreateProvisionAsync(new()
        {
            Parent = created.Name,
            Provision = new() { Section = "1", Summary = "Tóm tắt" },
            RequestId = NewId(),
        }));
        Assert.Equal("DOCUMENT_SECRET", reason);
    }

    [Fact]
    public async Task R02_Provisions_KeepSectionTextAndTheOrderOfTheDocument()
    {
        var document = await NewDocumentAsync(Office);
        await ProvisionAsync(document, "5.1", 0);
        var text = await ProvisionAsync(document, "5.3", 1, provision => provision.Text = "Mở rộng thanh tra, kiểm tra công vụ; công bố kết quả.");
        Assert.Equal((2, "Mở rộng thanh tra, kiểm tra công vụ; công bố kết quả."), (text.Order, text.Text));
        await ProvisionAsync(document, "5.3", 2);
        await ProvisionAsync(document, "5.2", 1, provision => provision.Order = 2);
        await ProvisionAsync(document, "5.2", 2, provision => provision.Order = 3);

        var listed = new List<Pb.Provision>();
        for (var token = ""; ;)
        {
            var page = await Ward.Documents.ListProvisionsAsync(new() { Parent = document.Name, PageSize = 2, PageToken = token });
            listed.AddRange(page.Provisions);
            if ((token = page.NextPageToken).Length == 0)
            {
                break;
            }
        }

        Assert.Equal(["5.1/0", "5.2/1", "5.2/2", "5.3/1", "5.3/2"], listed.Select(one => $"{one.Section}/{one.Item}"));
        Assert.Equal([1, 2, 3, 4, 5], listed.Select(one => one.Order));
    }

    [Fact]
    public async Task R02_Provisions_PutInFrontMeanwhile_RepeatNoneOnTheNextPage()
    {
        var document = await NewDocumentAsync(Office);
        foreach (var section in new[] { "1", "2", "3" })
        {
            await ProvisionAsync(document, section, 0);
        }

        var first = await Office.Documents.ListProvisionsAsync(new() { Parent = document.Name, PageSize = 2 });
        await ProvisionAsync(document, "0", 0, provision => provision.Order = 1);
        var next = await Office.Documents.ListProvisionsAsync(new() { Parent = document.Name, PageSize = 2, PageToken = first.NextPageToken });

        Assert.Equal(["1", "2", "3"], first.Provisions.Concat(next.Provisions).Select(provision => provision.Section));
        Assert.Equal("", next.NextPageToken);
    }

    [Fact]
    public async Task R02_Provisions_ThatGiveWorkButHaveNoAssignment_AreFound()
    {
        var document = await NewDocumentAsync(Office);
        await ProvisionAsync(document, "1", 0, provision => provision.GivesWork = false);
        var forgotten = await ProvisionAsync(document, "2", 0);
        var given = await ProvisionAsync(document, "3", 0);
        var cancelled = await ProvisionAsync(document, "4", 0);
        await CreateAssignmentAsync(document, given);
        var draft = await CreateAssignmentAsync(document, cancelled);
        Assert.Equal([forgotten.Name], await UnassignedAsync(document.Name));

        await Office.Assignments.CancelAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, Reason = "Trùng", RequestId = NewId() });
        Assert.Equal([forgotten.Name, cancelled.Name], await UnassignedAsync(document.Name));

        // Over all documents, page by page.
        var other = await ProvisionAsync(await NewDocumentAsync(Office), "1", 0);
        var all = await UnassignedAsync("documents/-");
        Assert.Equal([forgotten.Name, cancelled.Name, other.Name], all.Where(name => new[] { forgotten.Name, cancelled.Name, other.Name, given.Name }.Contains(name)));
        Assert.Distinct(all);
    }

    [Fact]
    public async Task R10_Lineage_IsReadFromBothEnds()
    {
        var (higher, local) = (await NewDocumentAsync(Office), await NewDocumentAsync(Office));
        var implements = await RelateAsync(local, Kind.Implements, higher);
        var printed = await Office.Relations.CreateDocumentRelationAsync(new()
        {
            Parent = local.Name,
            DocumentRelation = new() { Kind = Kind.Cites, PrintedTarget = "Chỉ thị số 55-CT/TW ngày 22/12/2025 của Ban Bí thư" },
            RequestId = NewId(),
        });
        Assert.Equal([implements, printed], await RelationsAsync(local));
        Assert.Equal([implements], await RelationsAsync(higher));
        Assert.Equal((local.Name, higher.Name, Kind.Implements), (implements.Document, implements.Target, implements.Kind));

        var (error, reason) = await RefusalAsync(RelateCall(local, Kind.Implements, higher));
        Assert.Equal((StatusCode.AlreadyExists, "RELATION_EXISTS"), (error.StatusCode, reason));
        await Office.Relations.DeleteDocumentRelationAsync(new() { Name = implements.Name, RequestId = NewId() });
        Assert.Empty(await RelationsAsync(higher));
        (_, reason) = await RefusalAsync(Office.Relations.DeleteDocumentRelationAsync(new() { Name = implements.Name, RequestId = NewId() }));
        Assert.Equal("RELATION_NOT_FOUND", reason);
        Assert.Equal(["document-related.v1", "document-related.v1", "document-relation-removed.v1"],
            (await EventsAsync("document-related", "document-relation-removed")).Where(one => one.Subject.StartsWith(local.Name, StringComparison.Ordinal))
                .Select(one => one.Type[("vn.gov.cantho.city.".Length)..]));
    }

    [Fact]
    public async Task R10_Lineage_HasNoCycle_ButDocumentsMayCiteEachOther()
    {
        var (a, b, c) = (await NewDocumentAsync(Office), await NewDocumentAsync(Office), await NewDocumentAsync(Office));
        await RelateAsync(b, Kind.Implements, a);
        await RelateAsync(c, Kind.Amends, b);
        var (error, reason) = await RefusalAsync(RelateCall(a, Kind.Implements, c));
        Assert.Equal((StatusCode.FailedPrecondition, "LINEAGE_CYCLE"), (error.StatusCode, reason));
        await RelateAsync(a, Kind.Cites, c);
        await RelateAsync(c, Kind.Implements, a);
        (error, _) = await RefusalAsync(RelateCall(a, Kind.Cites, a));
        Assert.Equal("document_relation.target", Assert.Single(FieldViolations(error)).Field);
    }

    [Fact]
    public async Task R10_Lineage_ClosedFromManySidesAtOnce_LetsNoCycleIn()
    {
        var ring = new List<Pb.Document>();
        for (var i = 0; i < 8; i++)
        {
            ring.Add(await NewDocumentAsync(Office));
        }

        var outcomes = await Task.WhenAll(ring.Select(async (document, i) =>
        {
            try
            {
                await RelateCall(document, Kind.Implements, ring[(i + 1) % ring.Count]);
                return "";
            }
            catch (RpcException refusal)
            {
                return Platform.Errors.RpcErrors.ReasonOf(refusal);
            }
        }));
        Assert.Equal("LINEAGE_CYCLE", Assert.Single(outcomes, outcome => outcome != ""));
    }

    [Fact]
    public async Task R10_Campaign_GroupsDocumentsAndAssignmentsInItsWindow()
    {
        var campaign = await Office.Campaigns.CreateCampaignAsync(new()
        {
            Campaign = new() { Title = "Tết Bính Ngọ 2026", FromDate = "2025-12-22", ToDate = "2026-03-03", Illustrative = true },
            RequestId = NewId(),
        });
        var document = await NewDocumentAsync(Office);
        var byDocument = await CreateAssignmentAsync(document, null);
        var issued = await NewIssuedAsync(Office);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await Office.Campaigns.AddCampaignItemAsync(new() { Parent = campaign.Name, Document = document.Name, RequestId = NewId() });
            await Office.Campaigns.AddCampaignItemAsync(new() { Parent = campaign.Name, Assignment = issued.Name, RequestId = NewId() });
            await Office.Campaigns.AddCampaignItemAsync(new() { Parent = campaign.Name, Assignment = byDocument.Name, RequestId = NewId() });
        }

        Assert.Equal([document.Name, byDocument.Name, issued.Name], await ItemsAsync(Office, campaign));
        // A ward sees no drafts, and nothing of others.
        Assert.Equal([document.Name, issued.Name], await ItemsAsync(Ward, campaign));
        Assert.Equal([document.Name], await ItemsAsync(_city.As(Roles.Ward, "31147-2025"), campaign));

        await Office.Campaigns.RemoveCampaignItemAsync(new() { Parent = campaign.Name, Assignment = byDocument.Name, RequestId = NewId() });
        Assert.Equal([document.Name, byDocument.Name, issued.Name], await ItemsAsync(Office, campaign));
        await Office.Campaigns.RemoveCampaignItemAsync(new() { Parent = campaign.Name, Document = document.Name, RequestId = NewId() });
        Assert.Equal([issued.Name], await ItemsAsync(Office, campaign));
        var (_, reason) = await RefusalAsync(Office.Campaigns.RemoveCampaignItemAsync(
            new() { Parent = campaign.Name, Document = document.Name, RequestId = NewId() }));
        Assert.Equal("CAMPAIGN_ITEM_NOT_FOUND", reason);

        Assert.Contains(campaign.Name, await CampaignsOnAsync("2026-02-17"));
        Assert.DoesNotContain(campaign.Name, await CampaignsOnAsync("2026-03-04"));
        var update = new Pb.UpdateCampaignRequest { Name = campaign.Name, Etag = campaign.Etag, Title = campaign.Title, FromDate = "2025-12-22", ToDate = "2026-03-10", RequestId = NewId() };
        (_, reason) = await RefusalAsync(Office.Campaigns.UpdateCampaignAsync(update));
        Assert.Equal("CAMPAIGN_CHANGED", reason);
        update.Etag = (await Ward.Campaigns.GetCampaignAsync(new() { Name = campaign.Name })).Etag;
        await Office.Campaigns.UpdateCampaignAsync(update);
        Assert.Contains(campaign.Name, await CampaignsOnAsync("2026-03-04"));

        // Versions without a gap: opened, three put in, two taken out, the window changed.
        var events = (await EventsAsync("campaign-changed", "campaign-item-changed")).Where(one => one.Subject == campaign.Name);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], events.Select(one => (int)one.Sequence));
    }

    [Fact]
    public async Task R10_Campaign_AndLineage_AreKeptByTheOfficeOnly()
    {
        foreach (var caller in new[] { Ward, _city.As(Roles.CityDepartment, "so-noi-vu"), _city.As(Roles.Supervisor) })
        {
            var (_, reason) = await RefusalAsync(caller.Campaigns.CreateCampaignAsync(new() { RequestId = NewId() }));
            Assert.Equal(TokenErrors.RoleNotAllowed, reason);
            (_, reason) = await RefusalAsync(caller.Relations.CreateDocumentRelationAsync(new() { RequestId = NewId() }));
            Assert.Equal(TokenErrors.RoleNotAllowed, reason);
        }
    }

    async Task<Pb.Document> CreateAsync(Pb.Document document) =>
        await Office.Documents.CreateDocumentAsync(new() { Document = document, RequestId = NewId() });

    async Task<Pb.Provision> ProvisionAsync(Pb.Document document, string section, int item, Action<Pb.Provision>? change = null)
    {
        var provision = new Pb.Provision { Section = section, Item = item, Summary = $"Điểm {section}", GivesWork = true };
        change?.Invoke(provision);
        return await Office.Documents.CreateProvisionAsync(new() { Parent = document.Name, Provision = provision, RequestId = NewId() });
    }

    async Task<Pb.Assignment> CreateAssignmentAsync(Pb.Document document, Pb.Provision? provision)
    {
        var draft = Draft(document.Name);
        draft.Provision = provision?.Name ?? "";
        return await Office.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });
    }

    async Task<IReadOnlyList<string>> UnassignedAsync(string parent)
    {
        var names = new List<string>();
        for (var token = ""; ;)
        {
            var page = await Office.Documents.ListProvisionsAsync(new() { Parent = parent, Unassigned = true, PageSize = 1, PageToken = token });
            names.AddRange(page.Provisions.Select(provision => provision.Name));
            if ((token = page.NextPageToken).Length == 0)
            {
                return names;
            }
        }
    }

    AsyncUnaryCall<Pb.DocumentRelation> RelateCall(Pb.Document from, Kind kind, Pb.Document to) => Office.Relations.CreateDocumentRelationAsync(
        new() { Parent = from.Name, DocumentRelation = new() { Kind = kind, Target = to.Name }, RequestId = NewId() });

    async Task<Pb.DocumentRelation> RelateAsync(Pb.Document from, Kind kind, Pb.Document to) => await RelateCall(from, kind, to);

    async Task<IReadOnlyList<Pb.DocumentRelation>> RelationsAsync(Pb.Document document) =>
        (await Ward.Relations.ListDocumentRelationsAsync(new() { Parent = document.Name })).DocumentRelations;

    static async Task<IReadOnlyList<string>> ItemsAsync(CityClient caller, Pb.Campaign campaign)
    {
        var names = new List<string>();
        for (var token = ""; ;)
        {
            var page = await caller.Campaigns.ListCampaignItemsAsync(new() { Parent = campaign.Name, PageSize = 1, PageToken = token });
            Assert.All(page.CampaignItems, item => Assert.NotEmpty(item.Title));
            names.AddRange(page.CampaignItems.Select(item => item.Document + item.Assignment));
            if ((token = page.NextPageToken).Length == 0)
            {
                return names;
            }
        }
    }

    async Task<IEnumerable<string>> CampaignsOnAsync(string date) =>
        (await Ward.Campaigns.ListCampaignsAsync(new() { Date = date, PageSize = 1000 })).Campaigns.Select(campaign => campaign.Name);

    async Task<IEnumerable<Protos.Events.V1.Event>> EventsAsync(params string[] types) =>
        (await _city.As(Roles.Supervisor).Events.ListEventsAsync(new()
        {
            PageSize = 1000,
            Types_ = { types.Select(type => $"vn.gov.cantho.city.{type}.v1") },
        })).Events;
}
