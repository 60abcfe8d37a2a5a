using System.Text;
using CanThoGov.City.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Pb = CanThoGov.Protos.City.V1;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;
using Timeliness = CanThoGov.Protos.City.V1.Assignment.Types.Timeliness;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class FindTests_Sqlite(CityOnSqlite city) : FindTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class FindTests_Postgres(CityOnPostgres city) : FindTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>R34: what is recorded is found again, by whoever may see it.</summary>
public abstract class FindTests<TCity, TTestDatabase> : CityTests<TCity>
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    static readonly string[] SortedTitles = ["An Bình", "ăn uống", "Ấn định", "bà", "Bả", "bá", "Dọn kênh", "Đất đai", "ê", "Ơn"];

    readonly TCity _city;

    protected FindTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    CityClient Office => _city.Office;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Hòa An")]
    [InlineData("Hoà An")]
    [InlineData("hoa an")]
    [InlineData("AN, hòa!")]
    [InlineData("đất Hòa")]
    [InlineData("DAT hoa")]
    [InlineData("ho gia")]
    [InlineData("Mẫu 77015")]
    public async Task R34_Query_FindsEveryWordHoweverItIsTyped(string query)
    {
        var document = (await NewDocumentAsync(Office)).Name;
        var wanted = await DraftAsync(document, "Giao đất ở xã Hoà An", draft =>
        {
            draft.Content = "Đo đạc, lập hồ sơ";
            draft.ResponsiblePerson.DisplayName = "Cán bộ Mẫu 77015";
        });
        await DraftAsync(document, "Giao đất ở xã Thới Hưng");
        await DraftAsync(document, "Họp dân xã Hoa Lư");

        Assert.Equal([wanted.Name], await NamesAsync(Office, new() { Document = document, Query = query }));
    }

    [Theory]
    [InlineData("create_time")]
    [InlineData("create_time desc")]
    public async Task R34_Query_FindsWhatWasCreatedInAnyYear(string orderBy)
    {
        var newest = await DraftAsync((await NewDocumentAsync(Office)).Name, "Nạo vét rạch Cái Sơn");
        var ids = new List<Guid> { Guid.Parse(newest.Name.Split('/')[1]) };
        var store = _city.Services.GetRequiredService<AssignmentStore>();
        await _city.Database.InTransactionAsync(async transaction =>
        {
            var first = (await store.FindAsync(transaction, ids[0]))!.Snapshot;
            foreach (var days in new[] { 5, 9, 11, 20, 29, 31, 49, 51, 200, 700, 5_000 })
            {
                var older = first with { Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddDays(-days)) };
                await store.AddAsync(transaction, new(older, 1), new() { Verb = "create", Actor = "test", At = first.CreatedAt });
                ids.Add(older.Id);
            }
        }, Cancelled);

        var seen = new List<string>();
        var request = new Pb.ListAssignmentsRequest { Document = newest.Document, Query = "cai son", OrderBy = orderBy, PageSize = 3 };
        do
        {
            var page = await Office.Assignments.ListAssignmentsAsync(request);
            seen.AddRange(page.Assignments.Select(one => one.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        var newestFirst = ids.Select(id => $"assignments/{id}");
        Assert.Equal(orderBy == "create_time" ? newestFirst.Reverse() : newestFirst, seen);
    }

    [Fact]
    public async Task R34_EachFilter_NarrowsTheList()
    {
        var document = (await NewDocumentAsync(Office)).Name;
        var provision = await Office.Documents.CreateProvisionAsync(new Pb.CreateProvisionRequest
        {
            Parent = document,
            Provision = new Pb.Provision { Section = "5.2", Summary = "Dọn kênh", GivesWork = true },
            RequestId = NewId(),
        });
        var parent = await DraftAsync(document, "Việc lớn", draft => draft.Deadline = new() { Kind = Pb.Deadline.Types.Kind.Standing });
        var child = await IssueAsync(await DraftAsync(document, "Việc nhỏ", draft =>
        {
            (draft.Parent, draft.Provision, draft.Illustrative, draft.Assigner) = (parent.Name, provision.Name, false, "units/so-noi-vu");
            draft.Content = "Khảo sát, lập dự toán sửa chữa trạm bơm";
            (draft.Lead.Unit, draft.Coordinators[0].Assignee.Unit) = ($"units/{CaiKhe}", $"units/{NinhKieu}");
        }));
        var ward = _city.As(Roles.Ward, CaiKhe).Assignments;
        await ward.AcknowledgeAssignmentAsync(new() { Name = child.Name, RequestId = NewId() });
        await ward.RaiseObstacleAsync(new() { Name = child.Name, Field = "đất đai", Description = "Chưa có mặt bằng", RequestId = NewId() });
        var later = LocalDate(child.Deadline.DueTime).AddDays(7);
        while (later.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
        {
            later = later.AddDays(1);
        }

        child = await ward.RequestExtensionAsync(
            new() { Name = child.Name, Reason = "Mưa lũ", ProposedDate = later.ToString("yyyy-MM-dd"), RequestId = NewId() });

        await FindsChildAsync(request => request.States.Add(State.Acknowledged), request => request.States.Add(State.Rework));
        await FindsChildAsync(
            request => request.Timeliness.Add([Timeliness.OnTrack, Timeliness.DueSoon]), request => request.Timeliness.Add(Timeliness.Overdue));
        await FindsChildAsync(request => request.Lead = $"units/{CaiKhe}", request => request.Lead = "units/so-noi-vu");
        await FindsChildAsync(
            request => (request.Coordinator, request.Lead) = ($"units/{NinhKieu}", $"units/{CaiKhe}"),
            request => (request.Coordinator, request.Lead) = ($"units/{CaiKhe}", $"units/{CaiKhe}"));
        await FindsChildAsync(
            request => request.Provision = provision.Name, request => request.Provision = $"{document}/provisions/{Guid.NewGuid()}");
        await FindsChildAsync(request => request.Parent = parent.Name, request => request.Parent = child.Name);
        await FindsChildAsync(request => request.Assigner = "units/so-noi-vu", request => request.Assigner = "units/so-tai-chinh");
        await FindsChildAsync(
            request => request.DeadlineKinds.Add(Pb.Deadline.Types.Kind.WorkingDays),
            request => request.DeadlineKinds.Add(Pb.Deadline.Types.Kind.Period));
        await FindsChildAsync(request => request.DueFrom = child.Deadline.DueTime, request => request.DueTo = child.Deadline.DueTime);
        await FindsChildAsync(request => request.IssuedFrom = child.IssueTime, request => request.IssuedTo = child.IssueTime);
        await FindsChildAsync(
            request => request.IssuedTo = After(child.IssueTime), request => request.IssuedFrom = After(child.IssueTime));
        await FindsChildAsync(
            request => request.CreatedFrom = child.CreateTime, request => request.CreatedTo = parent.CreateTime);
        await FindsChildAsync(request => request.Illustrative = false, request => (request.Illustrative, request.Parent) = (true, parent.Name));
        await FindsChildAsync(request => request.ObstacleOpen = true, request => (request.ObstacleOpen, request.Lead) = (true, $"units/{NinhKieu}"));
        await FindsChildAsync(
            request => request.ExtensionPending = true, request => (request.ExtensionPending, request.Lead) = (true, $"units/{NinhKieu}"));

        // No decision comes when the work has ended, and nothing waits for one.
        await Office.Assignments.CancelAssignmentAsync(new() { Name = child.Name, Etag = child.Etag, Reason = "Văn bản bị thay thế", RequestId = NewId() });
        Assert.Empty(await NamesAsync(Office, new() { Document = document, ExtensionPending = true }));

        async Task FindsChildAsync(Action<Pb.ListAssignmentsRequest> with, Action<Pb.ListAssignmentsRequest> without)
        {
            var (found, notFound) = (new Pb.ListAssignmentsRequest { Document = document }, new Pb.ListAssignmentsRequest { Document = document });
            with(found);
            without(notFound);
            Assert.Equal([child.Name], await NamesAsync(Office, found));
            Assert.Empty(await NamesAsync(Office, notFound));
        }
    }

    [Theory]
    [InlineData("title")]
    [InlineData("title desc")]
    [InlineData("due_time")]
    [InlineData("due_time desc")]
    [InlineData("issue_time")]
    [InlineData("issue_time desc")]
    [InlineData("create_time")]
    [InlineData("")]
    public async Task R34_Pages_KeepTheirOrderWhileRowsChange(string orderBy)
    {
        var document = (await NewDocumentAsync(Office)).Name;
        var made = new List<Pb.Assignment>();
        // Created, issued and due in an order of its own each; two of them have neither issue nor due time.
        foreach (var (index, title) in SortedTitles.Index().OrderBy(one => one.Index * 7 % SortedTitles.Length))
        {
            var draft = await DraftAsync(document, title, one => one.Deadline.WorkingDays = 3 + (index * 3 % SortedTitles.Length));
            made.Add(index is 2 or 5 ? draft : await IssueAsync(draft));
        }

        var expected = Sorted(made, orderBy);
        var seen = new List<string>();
        var request = new Pb.ListAssignmentsRequest { Document = document, OrderBy = orderBy, PageSize = 3 };
        do
        {
            var page = await Office.Assignments.ListAssignmentsAsync(request);
            seen.AddRange(page.Assignments.Select(one => one.Name));
            request.PageToken = page.NextPageToken;
            // One that is already seen goes, and a new one comes in at each place.
            await CancelAsync(seen[^1]);
            await DraftAsync((await NewDocumentAsync(Office)).Name, page.Assignments[^1].Title);
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(expected, seen);
        Assert.Equal(expected, await NamesAsync(Office, new() { Document = document, OrderBy = orderBy, Unit = $"units/{NinhKieu}", PageSize = 4 }));
    }

    [Fact]
    public async Task R34_AWardFindsOnlyItsOwn_AlsoInASearchAndAnExport()
    {
        var document = (await NewDocumentAsync(Office)).Name;
        await DraftAsync(document, "Dự thảo chưa giao");
        var own = await IssueAsync(await DraftAsync(document, "Việc của Ninh Kiều"));
        var ward = _city.As(Roles.Ward, NinhKieu);
        var stranger = _city.As(Roles.Ward, "31393-2025");

        Assert.Equal([own.Name], await NamesAsync(ward, new() { Document = document }));
        Assert.Equal([own.Name], await NamesAsync(ward, new() { Document = document, Query = "viec", OrderBy = "title" }));
        Assert.Empty(await NamesAsync(ward, new() { Document = document, Query = "dự thảo" }));
        Assert.Empty(await NamesAsync(ward, new() { Document = document, Unit = "units/31393-2025" }));
        Assert.Empty(await NamesAsync(stranger, new() { Document = document, Query = "viec" }));
        Assert.Empty(await NamesAsync(stranger, new() { Document = document, Lead = $"units/{NinhKieu}" }));
        Assert.Contains(own.Name, await ExportAsync(ward, document, Pb.ExportAssignmentsRequest.Types.Format.Csv));
        var foreign = await ExportAsync(stranger, document, Pb.ExportAssignmentsRequest.Types.Format.Csv);
        Assert.DoesNotContain("assignments/", foreign);
        Assert.DoesNotContain("Dự thảo chưa giao", await ExportAsync(ward, document, Pb.ExportAssignmentsRequest.Types.Format.Json));
    }

    [Fact]
    public async Task R34_Export_OpensInASpreadsheet_AndWithoutFormulas()
    {
        var document = (await NewDocumentAsync(Office)).Name;
        await DraftAsync(document, "=HYPERLINK(\"http://x\",\"Dọn kênh\")");
        var issued = await IssueAsync(await DraftAsync(document, "Dọn kênh “Rạch Bần”, đợt 1\nkể cả hai bờ"));

        var csv = await ExportAsync(Office, document, Pb.ExportAssignmentsRequest.Types.Format.Csv, "title desc");

        Assert.StartsWith("\uFEFF\"Mã nhiệm vụ\",\"Nhiệm vụ\",", csv);
        Assert.EndsWith("\r\n", csv);
        var lines = csv.TrimEnd().Split("\r\n");
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"Dọn kênh\"\")\"", lines[1]);
        Assert.Contains("\"Dự thảo\"", lines[1]);
        Assert.StartsWith($"\"{issued.Name}\",\"Dọn kênh “Rạch Bần”, đợt 1\nkể cả hai bờ\",", lines[2]);
        Assert.Contains($"\"{Local(issued.Deadline.DueTime)}\"", lines[2]);
    }

    [Fact]
    public async Task R34_Export_HasMoreThanAPage_InItsOrder_InChunks()
    {
        var document = (await NewDocumentAsync(Office)).Name;
        for (var i = 0; i < 205; i++)
        {
            await DraftAsync(document, $"Việc thứ {i:000}", draft => draft.Content = new string('ộ', 200));
        }

        var chunks = 0;
        using var call = Office.Assignments.ExportAssignments(new()
        {
            List = new() { Document = document, OrderBy = "title", Query = "viec" },
            Format = Pb.ExportAssignmentsRequest.Types.Format.Json,
        }, cancellationToken: Cancelled);
        using var bytes = new MemoryStream();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(Cancelled))
        {
            Assert.InRange(chunk.Content.Length, 1, 64 * 1024);
            chunk.Content.WriteTo(bytes);
            chunks++;
        }

        Assert.True(chunks > 2, $"{chunks} chunks");
        using var json = System.Text.Json.JsonDocument.Parse(bytes.ToArray());
        Assert.Equal(
            Enumerable.Range(0, 205).Select(i => $"Việc thứ {i:000}"),
            json.RootElement.EnumerateArray().Select(one => JsonParser.Default.Parse<Pb.Assignment>(one.GetRawText()).Title));
    }

    [Fact]
    public async Task R34_BadInput_IsRefusedNamingEachField()
    {
        var (error, reason) = await RefusalAsync(Office.Assignments.ListAssignmentsAsync(new()
        {
            OrderBy = "tên",
            Query = "–",
            DueFrom = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            DueTo = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            Lead = "31135",
        }));
        Assert.Equal((StatusCode.InvalidArgument, FieldErrors.Reason), (error.StatusCode, reason));
        Assert.Equal(["due_to", "lead", "order_by", "query"], FieldViolations(error).Select(one => one.Field).Order(StringComparer.Ordinal));

        var tooManyWords = string.Join(' ', Enumerable.Range(0, 11).Select(i => $"w{i}"));
        using var export = Office.Assignments.ExportAssignments(new() { List = new() { PageToken = "x", PageSize = 1, Query = tooManyWords } });
        error = await Assert.ThrowsAsync<RpcException>(async () => await export.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(
            ["format", "list.page_size", "list.page_token", "list.query"],
            FieldViolations(error).Select(one => one.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task R34_APageToken_IsGoodOnlyForItsFiltersAndItsOrder()
    {
        var document = (await NewDocumentAsync(Office)).Name;
        await DraftAsync(document, "Một");
        await DraftAsync(document, "Hai");
        var first = await Office.Assignments.ListAssignmentsAsync(new() { Document = document, OrderBy = "title", PageSize = 1 });
        Pb.ListAssignmentsRequest same = new() { Document = document, OrderBy = "title", PageSize = 5, PageToken = first.NextPageToken };
        Assert.Equal(["Một"], (await Office.Assignments.ListAssignmentsAsync(same)).Assignments.Select(one => one.Title));

        Action<Pb.ListAssignmentsRequest>[] changes =
        [
            request => request.OrderBy = "title desc", request => request.Query = "mot", request => request.Illustrative = true,
            request => request.States.Add(State.Draft), request => request.PageToken = "hỏng",
        ];
        foreach (var change in changes)
        {
            var other = same.Clone();
            change(other);
            var (error, _) = await RefusalAsync(Office.Assignments.ListAssignmentsAsync(other));
            Assert.Equal("page_token", Assert.Single(FieldViolations(error)).Field);
        }
    }

    static IEnumerable<string> Sorted(IReadOnlyList<Pb.Assignment> made, string orderBy)
    {
        // Made in the order of their ids; without a time they come last.
        var far = DateTime.MaxValue;
        IEnumerable<Pb.Assignment> sorted = orderBy.Split(' ')[0] switch
        {
            "title" => made.OrderBy(one => Array.IndexOf(SortedTitles, one.Title)),
            "due_time" => made.OrderBy(one => one.Deadline.DueTime?.ToDateTime() ?? far).ThenBy(one => one.Name, StringComparer.Ordinal),
            "issue_time" => made.OrderBy(one => one.IssueTime?.ToDateTime() ?? far).ThenBy(one => one.Name, StringComparer.Ordinal),
            _ => made,
        };
        return (orderBy.EndsWith("desc", StringComparison.Ordinal) || orderBy == "" ? sorted.Reverse() : sorted).Select(one => one.Name);
    }

    async Task<Pb.Assignment> DraftAsync(string document, string title, Action<Pb.Assignment>? change = null)
    {
        var draft = Draft(document);
        draft.Title = title;
        change?.Invoke(draft);
        var assigner = draft.Assigner.Length == 0 ? Office : _city.As(Roles.CityDepartment, draft.Assigner["units/".Length..]);
        return await assigner.Assignments.CreateAssignmentAsync(new() { Assignment = draft, RequestId = NewId() });
    }

    async Task<Pb.Assignment> IssueAsync(Pb.Assignment draft) =>
        await Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });

    async Task CancelAsync(string name)
    {
        var now = await Office.Assignments.GetAssignmentAsync(new() { Name = name });
        if (now.State != State.Cancelled)
        {
            await Office.Assignments.CancelAssignmentAsync(new() { Name = name, Etag = now.Etag, Reason = "Không còn cần", RequestId = NewId() });
        }
    }

    static async Task<IReadOnlyList<string>> NamesAsync(CityClient client, Pb.ListAssignmentsRequest request)
    {
        var names = new List<string>();
        do
        {
            var page = await client.Assignments.ListAssignmentsAsync(request);
            names.AddRange(page.Assignments.Select(one => one.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return names;
    }

    static async Task<string> ExportAsync(
        CityClient client, string document, Pb.ExportAssignmentsRequest.Types.Format format, string orderBy = "")
    {
        using var call = client.Assignments.ExportAssignments(new() { List = new() { Document = document, OrderBy = orderBy }, Format = format });
        using var bytes = new MemoryStream();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(Cancelled))
        {
            chunk.Content.WriteTo(bytes);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static DateOnly LocalDate(Timestamp time) => DateOnly.FromDateTime(time.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(7)).DateTime);

    static Timestamp After(Timestamp time) => Timestamp.FromDateTimeOffset(time.ToDateTimeOffset().AddMicroseconds(1));
}
