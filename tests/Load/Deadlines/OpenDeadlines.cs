using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;

namespace CanThoGov.Load.Deadlines;

/// <summary>
/// A database with open deadlines. The service's own code makes the first from its events, and the database copies it. No other class
/// knows what the tables are called.
/// </summary>
sealed class OpenDeadlines : IAsyncDisposable
{
    // In the order of their making, as the service's ids are.
    const string IdOfCopy = "(lpad(to_hex(1750000000000 + i), 12, '0') || '7' || left(md5(i::text), 3) || '8' || right(md5(i::text), 15))::uuid";

    OpenDeadlines(MeasuredDatabase database, int count) => (Database, Count) = (database, count);

    public MeasuredDatabase Database { get; }

    public int Count { get; }

    /// <summary>None of them is due before some months have passed.</summary>
    public static async Task<OpenDeadlines> CreateAsync(string name, int count, CityLog city, CancellationToken ct)
    {
        var deadlines = new OpenDeadlines(await Server.CreateDatabaseAsync(name, ct), count);
        var first = Snapshot(TimeProvider.System.GetUtcNow());
        await using (var replica = new Replica(deadlines.Database.Settings, city))
        {
            await Migrator.MigrateAsync(replica.Database, ct);
            var now = TimeProvider.System.GetUtcNow();
            await replica.TakeAsync(new CalendarPublished("load", now.Year - 1, now.Year + 4, [], now, 1), ct);
            await replica.TakeAsync(new AssignmentIssued(first, now, 1), ct);
        }

        // jsonb_populate_record takes what is not named from the first row, whatever columns there are.
        await deadlines.Database.ExecuteAsync(
            $"""
            INSERT INTO assignments
            SELECT copy.* FROM generate_series(1, @count) i, assignments first, jsonb_populate_record(first, jsonb_build_object(
                'id', {IdOfCopy},
                'lead_unit', 'xa-mau-' || i % 103,
                'due_at', first.due_at + i % 250000 * interval '1 minute',
                'judged_at', first.judged_at + i % 250000 * interval '1 minute',
                'snapshot', replace(first.snapshot, first.id::text, {IdOfCopy}::text))) copy
            WHERE first.id = @first;

            INSERT INTO watches
            SELECT copy.* FROM generate_series(1, @count) i, watches first, jsonb_populate_record(first, jsonb_build_object(
                'assignment_id', {IdOfCopy},
                'lead_unit', 'xa-mau-' || i % 103,
                'due_at', first.due_at + i % 250000 * interval '1 minute',
                'next_fire_at', first.next_fire_at + i % 250000 * interval '1 minute')) copy
            WHERE first.assignment_id = @first
            """, ct, new { count, first = first.Id });
        return deadlines;
    }

    /// <summary>Moves some due times, evenly over the table, as if more time had been granted. What fires is that the deadline passed.</summary>
    /// <param name="at">When the first is due.</param>
    /// <param name="over">The others follow, evenly over this time.</param>
    public Task MakeDueAsync(int due, DateTimeOffset at, TimeSpan over, CancellationToken ct) => Database.ExecuteAsync(
        $"""
        CREATE TEMPORARY TABLE due ON COMMIT DROP AS
        SELECT {IdOfCopy} AS id, @at + (n - 1) * @step AS due_at
        FROM generate_series(1, @due) n, LATERAL (SELECT n::bigint * @count / @due AS i) choice;

        UPDATE assignments SET revision = assignments.revision + 1, due_at = due.due_at, judged_at = due.due_at
        FROM due WHERE due.id = assignments.id;

        UPDATE watches SET revision = watches.revision + 1, due_at = due.due_at, next_rung = 0, next_fire_at = due.due_at
        FROM due WHERE due.id = watches.assignment_id
        """, ct, new { due, count = Count, at, step = over / due });

    /// <summary>Number of the last event.</summary>
    public Task<long> HeadAsync(CancellationToken ct) =>
        Database.SingleAsync<long>($"SELECT {MeasuredDatabase.Mark} position FROM event_log_head", ct);

    /// <summary>What fired after that event: for each, when it was committed against when it was to fire.</summary>
    public async Task<Measured> ReadAsync(long after, DateTimeOffset at, Counts counts, CancellationToken ct)
    {
        var fires = await Database.ListAsync<(string Subject, DateTime FireAt, DateTime CommittedAt)>(
            """
            SELECT subject, (body::json ->> 'fireAt')::timestamptz, pg_xact_commit_timestamp(xmin)
            FROM event_log WHERE position > @after
            """, ct, new { after });
        return new(
            fires.Count, fires.Count - fires.DistinctBy(fire => fire.Subject).Count(),
            (fires.Max(fire => fire.CommittedAt) - at.UtcDateTime).TotalSeconds,
            [.. fires.Select(fire => (fire.CommittedAt - fire.FireAt).TotalMilliseconds).Order()], counts);
    }

    static AssignmentSnapshot Snapshot(DateTimeOffset now)
    {
        var due = now.AddDays(200);
        return new(
            Guid.CreateVersion7(), AssignmentState.InProgress, "Dọn kênh Rạch Bần", "Nạo vét, dọn rác hai bờ, báo cáo kết quả từng đoạn kênh",
            Guid.CreateVersion7(), null, null, new Assignee("xa-mau-0", Organ.PeoplesCommittee), [],
            new Person("Cán bộ Mẫu 01", "Phó Chủ tịch UBND"), "Chủ trì", "Báo cáo kết quả", "", CriteriaSet.FiveClear,
            new Deadline(
                DeadlineKind.FixedDate, DueAt: due, OriginalDueAt: due, DueSoonAt: due.AddDays(-3), Revision: 1, JudgedDueAt: due),
            new Person("Cán bộ Mẫu 02", "Chủ tịch UBND"), Illustrative: true, ProgressPercent: 0, Extensions: [], Obstacles: [],
            Submissions: [], Returns: [], CreatedAt: now, IssuedAt: now, CompletedAt: null);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
