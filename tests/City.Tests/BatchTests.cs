using System.Collections.Concurrent;
using System.Diagnostics;
using CanThoGov.City.Batches;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

[Trait("Category", "Sqlite")]
public sealed class BatchTests_Sqlite(CityOnSqlite city) : BatchTests<CityOnSqlite, SqliteDatabase<CityDatabase>>(city);

[Trait("Category", "Postgres")]
public sealed class BatchTests_Postgres(CityOnPostgres city) : BatchTests<CityOnPostgres, PostgresDatabase<CityDatabase>>(city);

/// <summary>The same work given to many units at once.</summary>
public abstract class BatchTests<TCity, TTestDatabase> : CityTests<TCity>, IAsyncLifetime
    where TCity : RunningCity<TTestDatabase> where TTestDatabase : TestDatabase<CityDatabase>, new()
{
    static readonly Pb.ReceiverFilter WardsAndCommunes = new() { Kinds = { Pb.Unit.Types.Kind.Ward, Pb.Unit.Types.Kind.Commune } };

    readonly TCity _city;

    protected BatchTests(TCity city)
    {
        Assert.SkipWhen(city.Missing is not null, city.Missing ?? "");
        _city = city;
    }

    Pb.BatchService.BatchServiceClient Batches => _city.Office.Batches;

    public async ValueTask InitializeAsync() => await _city.ShowAsync("2026-01-19", "08:00");

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task R17_ResolutionSentToAll_GivesEachWardAndCommuneItsAssignmentUnderTheParent()
    {
        var parent = await NewIssuedAsync(_city.Office);
        // Within the parent's time: a part that is due after the whole would be an overlap.
        var request = await NewRequestAsync(all => (all.Parent, all.Deadline.WorkingDays) = (parent.Name, 5));
        request.All = WardsAndCommunes;

        var accepted = await Batches.BatchIssueAssignmentsAsync(request);
        var done = await DoneAsync(accepted);
        var items = await ItemsAsync(done);

        Assert.Equal((Pb.Batch.Types.State.Running, 103, 103), (accepted.State, accepted.ItemCount, accepted.PendingCount));
        Assert.Equal((103, 103, 0, 0), (done.ItemCount, done.IssuedCount, done.RefusedCount, done.PendingCount));
        Assert.NotNull(done.FinishTime);
        Assert.Equal(Enumerable.Range(1, 103), items.Select(item => item.Number));
        Assert.Equal(103, items.Select(item => item.Receiver.Unit).Distinct().Count());
        var children = await _city.Office.Assignments.ListAssignmentsAsync(new() { Parent = parent.Name, PageSize = 1000 });
        Assert.Equal(items.Select(item => item.Assignment).Order(), children.Assignments.Select(child => child.Name).Order());
        Assert.All(children.Assignments, child =>
        {
            Assert.Equal((Pb.Assignment.Types.State.Issued, done.Name, Pb.Unit.Types.Organ.PartyCommittee), (child.State, child.Batch, child.Lead.Organ));
            Assert.NotNull(child.Deadline.DueTime);
        });

        // As after the single rpcs: the ward sees it, its history names the caller, and everybody is told.
        var ninhKieu = items.Single(item => item.Receiver.Unit == $"units/{NinhKieu}");
        var seen = await _city.As(Roles.Ward, NinhKieu).Assignments.GetAssignmentAsync(new() { Name = ninhKieu.Assignment });
        var history = await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = seen.Name });
        Assert.Equal(["create", "issue"], history.Entries.Select(entry => entry.Verb));
        Assert.All(history.Entries, entry => Assert.Equal((accepted.CreatedBy, request.RequestId), (entry.Actor, entry.RequestId)));
        Assert.Equal(items.Select(item => item.Assignment).Order(), await IssuedSubjectsAsync(items));
    }

    [Fact]
    public async Task R17_Receivers_HaveTheirOwnPersonTitleAndDeadline()
    {
        var request = await NewRequestAsync();
        request.Receivers.Add(new Pb.Receiver
        {
            Unit = $"units/{NinhKieu}",
            Organ = Pb.Unit.Types.Organ.PeoplesCommittee,
            ResponsiblePerson = new() { DisplayName = "Cán bộ Mẫu 07", Role = "Phó Bí thư" },
            Title = "Cụ thể hóa Nghị quyết tại phường Ninh Kiều",
            Deadline = new() { Kind = Pb.Deadline.Types.Kind.WorkingDays, WorkingDays = 3 },
        });
        request.All = new() { Kinds = { Pb.Unit.Types.Kind.Ward }, Except = { $"units/{CaiKhe}" } };

        var items = await ItemsAsync(await DoneAsync(await Batches.BatchIssueAssignmentsAsync(request)));

        Assert.Equal($"units/{NinhKieu}", items[0].Receiver.Unit);
        Assert.Single(items, item => item.Receiver.Unit == $"units/{NinhKieu}");
        Assert.DoesNotContain(items, item => item.Receiver.Unit == $"units/{CaiKhe}");
        var own = await GetAsync(items[0].Assignment);
        var other = await GetAsync(items[1].Assignment);
        Assert.Equal(
            ("Cụ thể hóa Nghị quyết tại phường Ninh Kiều", "Cán bộ Mẫu 07", Pb.Unit.Types.Organ.PeoplesCommittee, 3),
            (own.Title, own.ResponsiblePerson.DisplayName, own.Lead.Organ, own.Deadline.WorkingDays));
        Assert.Equal(
            (request.Assignment.Title, "Bí thư Đảng ủy", Pb.Unit.Types.Organ.PartyCommittee, 20),
            (other.Title, other.ResponsiblePerson.Role, other.Lead.Organ, other.Deadline.WorkingDays));
        Assert.Equal(request.Assignment.Content, own.Content);
    }

    [Fact]
    public async Task R17_EachItem_IsRefusedAsTheSingleRpcsWouldHave()
    {
        var request = await NewRequestAsync(all => all.ResponsiblePerson = null);
        var person = new Pb.Person { Role = "Bí thư Đảng ủy" };
        request.Receivers.Add(
        [
            new() { Unit = $"units/{NinhKieu}", ResponsiblePerson = person },
            new() { Unit = "units/khong-co", ResponsiblePerson = person },
            new() { Unit = "phường Ninh Kiều", ResponsiblePerson = new() { DisplayName = new string('ế', 201) } },
            new() { Unit = $"units/{CaiKhe}" },
            new()
            {
                Unit = $"units/{CaiKhe}",
                ResponsiblePerson = person,
                Deadline = new() { Kind = Pb.Deadline.Types.Kind.FixedDate, Date = "2026-01-05" },
            },
            new() { Unit = $"units/{CaiKhe}", ResponsiblePerson = person },
        ]);

        var done = await DoneAsync(await Batches.BatchIssueAssignmentsAsync(request));
        var items = await ItemsAsync(done);

        Assert.Equal((2, 4), (done.IssuedCount, done.RefusedCount));
        Assert.Equal([1, 6], items.Where(item => item.State == Pb.BatchItem.Types.State.Issued).Select(item => item.Number));
        foreach (var item in items.Where(item => item.State == Pb.BatchItem.Types.State.Refused))
        {
            await AssertRefusedAlikeAsync(request, item);
        }

        Assert.Equal(
            ["UNIT_NOT_FOUND", "FIELD_INVALID", "NOT_CLEAR", "DUE_DATE_PASSED"],
            items.Where(item => item.Refusal is not null).Select(item => item.Refusal.Reason));
        Assert.Equal(["assignment.lead.unit", "assignment.responsible_person.display_name"],
            items[2].Refusal.FieldViolations.Select(violation => violation.Field).Order());
        Assert.Equal(["person"], items[3].Refusal.PreconditionViolations.Select(violation => violation.Subject));

        // Nothing is left of what was refused.
        var made = await _city.Office.Assignments.ListAssignmentsAsync(new() { Document = request.Assignment.Document });
        Assert.Equal(2, made.Assignments.Count(assignment => assignment.State != Pb.Assignment.Types.State.Cancelled));
        var refused = await _city.Office.Batches.ListBatchItemsAsync(new() { Parent = done.Name, States = { Pb.BatchItem.Types.State.Refused } });
        Assert.Equal([2, 3, 4, 5], refused.Items.Select(item => item.Number));
    }

    [Fact]
    public async Task R17_ItemWhoseEventIsTooLarge_IsRefusedAndHoldsUpNoOther()
    {
        var request = await NewRequestAsync();
        request.Assignment.Content = new string('ế', 8000);
        request.Assignment.Responsibility = new string('ế', 2000);
        request.Receivers.Add(
        [
            new() { Unit = $"units/{NinhKieu}", ExpectedResult = new string('ế', 2000) },
            new() { Unit = $"units/{CaiKhe}", Content = "Ngắn" },
        ]);

        var items = await ItemsAsync(await DoneAsync(await Batches.BatchIssueAssignmentsAsync(request)));

        Assert.Equal((Pb.BatchItem.Types.State.Refused, "EVENT_TOO_LARGE"), (items[0].State, items[0].Refusal?.Reason));
        Assert.Equal(Pb.BatchItem.Types.State.Issued, items[1].State);
        Assert.Single((await _city.Office.Assignments.ListAssignmentsAsync(new() { Document = request.Assignment.Document })).Assignments);
    }

    [Fact]
    public async Task R17_DocumentThatLeavesTheDateOpen_NeedsAWorkingDeadlineForAll()
    {
        var open = await NewRequestAsync(all => all.Deadline = new() { Kind = Pb.Deadline.Types.Kind.Immediate, Words = "khẩn trương" });
        open.Receivers.Add(new Pb.Receiver { Unit = $"units/{NinhKieu}" });
        var set = open.Clone();
        set.RequestId = NewId();
        set.WorkingDeadline = new() { Date = "2026-01-26", SetBy = new() { Role = "Chánh Văn phòng Thành ủy" }, Reason = "Ấn định theo chỉ đạo" };

        var refused = Assert.Single(await ItemsAsync(await DoneAsync(await Batches.BatchIssueAssignmentsAsync(open))));
        var issued = Assert.Single(await ItemsAsync(await DoneAsync(await Batches.BatchIssueAssignmentsAsync(set))));

        Assert.Equal(("NOT_CLEAR", "schedule"), (refused.Refusal.Reason, refused.Refusal.Metadata["missing"]));
        var assignment = await GetAsync(issued.Assignment);
        Assert.Equal(("2026-01-26", "Chánh Văn phòng Thành ủy"), (assignment.Deadline.Date, assignment.Deadline.SetBy.Role));
        var history = await _city.Office.Assignments.ListAssignmentHistoryAsync(new() { Parent = assignment.Name });
        Assert.Equal(["create", "set-working-deadline", "issue"], history.Entries.Select(entry => entry.Verb));
    }

    [Fact]
    public async Task R17_RepeatsAtOnce_GiveOneBatchAndIssueEachItemOnce()
    {
        var request = await NewRequestAsync();
        request.All = WardsAndCommunes;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Batches.BatchIssueAssignmentsAsync(request))));
        var items = await ItemsAsync(await DoneAsync(answers[0]));
        var later = await Batches.BatchIssueAssignmentsAsync(request);
        var other = request.Clone();
        other.Note = "Ghi chú khác";
        var (_, reason) = await RefusalAsync(Batches.BatchIssueAssignmentsAsync(other));

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(answers[0], later);
        Assert.Equal("REQUEST_ID_REUSED", reason);
        Assert.Equal(items.ToArray(), await ItemsAsync(later));
        var made = await _city.Office.Assignments.ListAssignmentsAsync(new() { Document = request.Assignment.Document, PageSize = 1000 });
        Assert.Equal(103, made.Assignments.Count);
    }

    [Fact]
    public async Task R17_WhatIsWrongForAll_IsRefusedAtOnceAndNamed()
    {
        var request = await NewRequestAsync(all =>
        {
            all.Title = "";
            all.Lead = new() { Unit = $"units/{NinhKieu}" };
        });
        request.Receivers.Add([new() { Unit = $"units/{NinhKieu}" }, new() { Unit = $"units/{NinhKieu}" }]);
        var (error, _) = await RefusalAsync(Batches.BatchIssueAssignmentsAsync(request));
        Assert.Equal(["assignment.lead.unit", "assignment.title", "receivers[1]"], FieldViolations(error).Select(violation => violation.Field).Order());

        var unknown = await NewRequestAsync(all => all.Document = $"documents/{Guid.NewGuid()}");
        unknown.All = WardsAndCommunes;
        Assert.Equal("DOCUMENT_NOT_FOUND", (await RefusalAsync(Batches.BatchIssueAssignmentsAsync(unknown))).Reason);

        var tooMany = await NewRequestAsync();
        tooMany.Receivers.Add(Enumerable.Range(0, 10_001).Select(i => new Pb.Receiver { Unit = $"units/{NinhKieu}", Title = $"Việc {i}" }));
        Assert.Equal("receivers", Assert.Single(FieldViolations((await RefusalAsync(Batches.BatchIssueAssignmentsAsync(tooMany))).Error)).Field);
    }

    [Fact]
    public async Task R17_Ward_SeesNoBatch()
    {
        var request = await NewRequestAsync();
        request.Receivers.Add(new Pb.Receiver { Unit = $"units/{NinhKieu}" });
        var batch = await DoneAsync(await Batches.BatchIssueAssignmentsAsync(request));
        var ward = _city.As(Roles.Ward, NinhKieu).Batches;

        Assert.Equal(StatusCode.PermissionDenied, (await RefusalAsync(ward.BatchIssueAssignmentsAsync(request))).Error.StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await RefusalAsync(ward.GetBatchAsync(new() { Name = batch.Name }))).Error.StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await RefusalAsync(_city.As(Roles.Supervisor).Batches.BatchIssueAssignmentsAsync(request))).Error.StatusCode);
        Assert.Equal(batch, (await _city.As(Roles.Supervisor).Batches.ListBatchesAsync(new() { PageSize = 1 })).Batches.Single());
        Assert.Equal("BATCH_NOT_FOUND", (await RefusalAsync(Batches.ListBatchItemsAsync(new() { Parent = $"batches/{Guid.NewGuid()}" }))).Reason);
    }

    [Fact]
    public async Task R17_ItemsWhoseOutcomeIsNotWrittenDown_AreNotIssuedEither()
    {
        var request = await NewRequestAsync();
        request.Receivers.Add(new[] { NinhKieu, CaiKhe }.Select(unit => new Pb.Receiver { Unit = $"units/{unit}", Title = $"Chương trình {Words()}" }));
        var receivers = string.Join(", ", request.Receivers.Select(one => $"'{one.ToByteString().ToBase64()}'"));
        var attempts = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PlatformTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => attempts.Enqueue($"{activity.OperationName} {activity.GetTagItem("canthogov.subject")}"),
        };
        ActivitySource.AddActivityListener(listener);
        var issuing = _city.Services.GetRequiredService<BatchIssuing>();

        // At most one of the two can be written down.
        await ExecuteAsync($"CREATE UNIQUE INDEX ux_one_finished ON batch_items (batch_id) WHERE state = 'Issued' AND receiver IN ({receivers})");
        var accepted = await Batches.BatchIssueAssignmentsAsync(request);
        await Eventually.HoldsAsync(() =>
        {
            issuing.Wanted.Set();
            return Task.FromResult(attempts.Count(one => one == $"batch issue {accepted.Name}") > 1);
        }, "it was tried, and again", TimeSpan.FromMinutes(1));
        var (issued, pending) = (await CountIssuedAsync(request.Assignment.Document), (await Batches.GetBatchAsync(new() { Name = accepted.Name })).PendingCount);
        await ExecuteAsync("DROP INDEX ux_one_finished");
        issuing.Wanted.Set();
        var done = await DoneAsync(accepted);

        Assert.Equal((0, 2), (issued, pending));
        Assert.Equal((2, 2), (done.IssuedCount, await CountIssuedAsync(request.Assignment.Document)));
    }

    [Fact]
    public async Task R17_TenThousandItems_AreIssuedOnceEach()
    {
        var units = (await _city.Office.Units.ListUnitsAsync(new()
        {
            PageSize = 1000,
            Kinds = { Pb.Unit.Types.Kind.Ward, Pb.Unit.Types.Kind.Commune },
        })).Units;
        var request = await NewRequestAsync();
        request.Receivers.Add(Enumerable.Range(0, 10_000).Select(i =>
            new Pb.Receiver { Unit = units[i % units.Count].Name, Title = $"Chương trình {i / units.Count}" }));

        var started = TimeProvider.System.GetTimestamp();
        var accepted = await Batches.BatchIssueAssignmentsAsync(request);
        var answered = TimeProvider.System.GetElapsedTime(started);
        var done = await DoneAsync(accepted);
        TestContext.Current.TestOutputHelper?.WriteLine($"answered after {answered}, done after {TimeProvider.System.GetElapsedTime(started)}");

        Assert.Equal((10_000, 0), (done.IssuedCount, done.RefusedCount));
        Assert.Equal(10_000, (await ItemsAsync(done)).Select(item => item.Assignment).Distinct().Count());
        Assert.Equal(10_000, await CountIssuedAsync(request.Assignment.Document));
    }

    async Task<Pb.BatchIssueAssignmentsRequest> NewRequestAsync(Action<Pb.Assignment>? change = null)
    {
        var assignment = new Pb.Assignment
        {
            Title = $"Cụ thể hóa Nghị quyết {Words()}",
            Content = $"Khẩn trương triển khai, cụ thể hóa Nghị quyết thành chương trình hành động {Words()}",
            Document = (await NewDocumentAsync(_city.Office)).Name,
            Lead = new() { Organ = Pb.Unit.Types.Organ.PartyCommittee },
            ResponsiblePerson = new() { Role = "Bí thư Đảng ủy" },
            Responsibility = "Chịu trách nhiệm trước Ban Thường vụ Thành ủy",
            ExpectedResult = "Chương trình hành động được ban hành",
            Deadline = new() { Kind = Pb.Deadline.Types.Kind.WorkingDays, WorkingDays = 20 },
            Illustrative = true,
        };
        change?.Invoke(assignment);
        return new() { Assignment = assignment, RequestId = NewId() };
    }

    /// <summary>Sends the item by CreateAssignment and IssueAssignment, and holds the two refusals against each other.</summary>
    async Task AssertRefusedAlikeAsync(Pb.BatchIssueAssignmentsRequest request, Pb.BatchItem item)
    {
        var batch = new Batch
        {
            Id = Guid.NewGuid(),
            Assignment = request.Assignment,
            Caller = new("", "", []),
            RequestId = NewId(),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            var draft = await _city.Office.Assignments.CreateAssignmentAsync(batch.RequestFor(item.Receiver));
            try
            {
                await _city.Office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
            }
            finally
            {
                await _city.Office.Assignments.CancelAssignmentAsync(
                    new() { Name = draft.Name, Etag = draft.Etag, Reason = "Bản thử", RequestId = NewId() });
            }
        });
        Assert.Equal(
            ((int)error.StatusCode, RpcErrors.ReasonOf(error)), (item.Refusal.Code, item.Refusal.Reason));
        Assert.Equal(
            FieldViolations(error).Select(violation => (violation.Field, violation.Description)),
            item.Refusal.FieldViolations.Select(violation => (violation.Field, violation.Description)));
        Assert.Equal(RpcErrors.MetadataOf(error).Keys.Order(), item.Refusal.Metadata.Keys.Order());
    }

    async Task<Pb.Batch> DoneAsync(Pb.Batch batch)
    {
        await Eventually.HoldsAsync(
            async () => (batch = await Batches.GetBatchAsync(new() { Name = batch.Name })).State == Pb.Batch.Types.State.Done,
            "every item was issued or refused", TimeSpan.FromMinutes(10));
        return batch;
    }

    async Task<IReadOnlyList<Pb.BatchItem>> ItemsAsync(Pb.Batch batch)
    {
        var items = new List<Pb.BatchItem>();
        var request = new Pb.ListBatchItemsRequest { Parent = batch.Name, PageSize = 1000 };
        do
        {
            var page = await Batches.ListBatchItemsAsync(request);
            items.AddRange(page.Items);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return items;
    }

    async Task<Pb.Assignment> GetAsync(string name) => await _city.Office.Assignments.GetAssignmentAsync(new() { Name = name });

    async Task<IEnumerable<string>> IssuedSubjectsAsync(IEnumerable<Pb.BatchItem> items)
    {
        var names = items.Select(item => item.Assignment).ToHashSet();
        var subjects = await _city.Database.ReadAsync(session => session.ListAsync<string>(
            "SELECT subject FROM event_log WHERE type = @type", new { type = EventCatalog.NameOf(typeof(AssignmentIssued)) }), CancellationToken.None);
        return subjects.Where(names.Contains).Order();
    }

    Task ExecuteAsync(string sql) => _city.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(sql), CancellationToken.None);

    Task<int> CountIssuedAsync(string document) => _city.Database.ReadAsync(session => session.SingleAsync<int>(
        "SELECT COUNT(*) FROM assignments WHERE document_id = @id AND state = 'Issued'", new { id = IdOf(document) }), CancellationToken.None);

    static Guid IdOf(string name) => Guid.Parse(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]);
}
