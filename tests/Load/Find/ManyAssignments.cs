using CanThoGov.City;
using CanThoGov.City.Assignments;
using CanThoGov.City.Finding;
using CanThoGov.City.Overlaps;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Text;
using NpgsqlTypes;

namespace CanThoGov.Load.Find;

/// <summary>
/// A city's database with many assignments of some years. The service's own code makes the first, and the database copies it with other words,
/// units, states and times. No other class knows what the tables are called.
/// </summary>
sealed class ManyAssignments : IAsyncDisposable
{
    public const int Units = 103, Documents = 5_000;

    static readonly TimeSpan Years = TimeSpan.FromDays(3 * 365);

    static readonly string[] Verbs =
    [
        "Rà soát", "Báo cáo", "Xây dựng kế hoạch", "Tổ chức thực hiện", "Kiểm tra", "Đôn đốc", "Lập danh sách", "Cập nhật", "Thẩm định", "Công khai",
        "Tháo gỡ vướng mắc về", "Tham mưu", "Tổng hợp", "Khắc phục", "Đẩy nhanh", "Chấn chỉnh", "Giải quyết", "Phối hợp", "Tuyên truyền", "Nghiệm thu",
    ];

    static readonly string[] Things =
    [
        "giải phóng mặt bằng", "vốn đầu tư công", "cải cách hành chính", "thủ tục đất đai", "trật tự đô thị", "vệ sinh môi trường", "dọn kênh rạch",
        "an toàn thực phẩm", "phòng chống sạt lở", "nhà ở xã hội", "chuyển đổi số", "hồ sơ cán bộ", "thu ngân sách", "trường học", "trạm y tế",
        "hộ nghèo", "người có công", "tiếp công dân", "khiếu nại, tố cáo", "giao thông nông thôn", "chợ truyền thống", "cấp nước sạch",
        "quy hoạch phân khu", "biên chế", "tài sản công", "phòng cháy chữa cháy", "dịch bệnh gia súc", "vụ lúa Đông Xuân", "lễ hội", "du lịch",
    ];

    static readonly string[] Names =
    [
        "Hòa An", "Rạch Bần", "Cái Khế", "Ninh Kiều", "Bình Thủy", "Ô Môn", "Thốt Nốt", "Phong Điền", "Thới Lai", "Vĩnh Thạnh", "Cờ Đỏ", "Hưng Phú",
        "Long Tuyền", "Trường Long", "Mỹ Khánh", "Nhơn Ái", "Đông Hiệp", "Trung Nhứt", "Tân Lộc", "Phước Thới", "An Bình", "Ngã Bảy", "Đại Thành",
    ];

    readonly CityDatabase _city;

    ManyAssignments(MeasuredDatabase database, CityDatabase city, int count) => (Database, _city, Count) = (database, city, count);

    public MeasuredDatabase Database { get; }

    public CityDatabase City => _city;

    public int Count { get; }

    /// <summary>Id of a document that some of them come from.</summary>
    public Guid Document { get; private set; }

    public static string Unit(int i) => $"xa-mau-{i % Units}";

    public static async Task<ManyAssignments> CreateAsync(string name, int count, CancellationToken ct)
    {
        var database = await Server.CreateDatabaseAsync(name, ct);
        var city = new CityDatabase(new() { Provider = DatabaseProvider.Postgres, ConnectionString = database.Settings }, TimeProvider.System);
        await Migrator.MigrateAsync(city, ct);
        var many = new ManyAssignments(database, city, count);
        await many.FillAsync(ct);
        return many;
    }

    async Task FillAsync(CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var ids = Enumerable.Range(0, Documents).Select(_ => Guid.CreateVersion7()).ToArray();
        Document = ids[Documents / 2];
        var first = Snapshot(ids[0], now);
        await _city.InTransactionAsync(async transaction =>
        {
            await LoadDocuments.AddAsync(transaction, ids, now);

            var store = new AssignmentStore(new ContributionStore(), new AssignmentFinder(), new OverlapStore());
            await store.AddAsync(transaction, new(first, 1), new() { Verb = "create", Actor = "load", At = now });
        }, ct);
        await Database.ExecuteAsync(
            """
            CREATE TABLE made (id uuid, unit text, helper text, document uuid, state text, created_at timestamptz, issued_at timestamptz,
                due_at timestamptz, due_soon_at timestamptz, due_day_at timestamptz, frozen_at timestamptz, title_key text, words text[])
            """, ct);
        await WriteAsync(ids, now, ct);

        // jsonb_populate_record takes what is not named from the first row, whatever columns there are.
        await Database.ExecuteAsync(
            """
            INSERT INTO assignments
            SELECT copy.* FROM made, assignments first, jsonb_populate_record(first, jsonb_build_object(
                'id', made.id, 'document_id', made.document, 'lead_unit', made.unit, 'state', made.state, 'created_at', made.created_at,
                'issue_order', made.issued_at, 'due_order', made.due_at, 'due_at', made.due_at, 'judged_at', made.due_at,
                'due_soon_at', made.due_soon_at, 'due_day_at', made.due_day_at, 'frozen_at', made.frozen_at,
                'obstacle_open', made.state = 'InProgress' AND made.due_at < now(),
                'snapshot', replace(first.snapshot, first.id::text, made.id::text))) copy
            WHERE first.id = @first ORDER BY made.id;

            INSERT INTO assignment_units
            SELECT copy.* FROM made, unnest(ARRAY[made.unit, made.helper]) one(unit), assignment_units first,
                jsonb_populate_record(first, jsonb_build_object('assignment_id', made.id, 'unit', one.unit,
                    'due_order', made.due_at, 'is_open', made.state <> 'Completed')) copy
            WHERE first.assignment_id = @first AND first.unit = @unit ORDER BY made.id;

            INSERT INTO assignment_texts
            SELECT copy.* FROM made, assignment_texts first, jsonb_populate_record(first, jsonb_build_object(
                'assignment_id', made.id, 'title_key', made.title_key, 'words', made.words)) copy
            WHERE first.assignment_id = @first ORDER BY made.id;

            DROP TABLE made
            """, ct, new { first = first.Id, unit = Unit(0) });
    }

    async Task WriteAsync(Guid[] documents, DateTimeOffset now, CancellationToken ct)
    {
        // The same in every run.
        var random = new Random(103);
        await using var connection = await Database.OpenAsync(ct);
        await using var rows = await connection.BeginBinaryImportAsync("COPY made FROM STDIN (FORMAT binary)", ct);
        for (var i = 0; i < Count; i++)
        {
            var created = now - (Years * (1 - ((double)i / Count)));
            var due = created.AddDays(random.Next(10, 90));
            // What is long due was nearly always done.
            var isDone = due < now ? random.Next(100) < 98 : random.Next(100) < 30;
            var done = created + ((due - created) * (0.5 + (random.NextDouble() * 0.6)));
            var state = isDone && done < now ? "Completed" : random.Next(3) switch { 0 => "Issued", 1 => "Acknowledged", _ => "InProgress" };
            var title = $"{Pick(Verbs)} {Pick(Things)} {Pick(Names)} đợt {random.Next(1, 100_000)}";
            var content = $"{Pick(Verbs)} {Pick(Things)}, {Pick(Things)} tại {Pick(Names)}; {Pick(Verbs)} {Pick(Things)}, gửi kết quả về thành phố";
            var unit = random.Next(Units);
            var id = Guid.CreateVersion7(created);
            await rows.StartRowAsync(ct);
            await rows.WriteAsync(id, NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(Unit(unit), NpgsqlDbType.Text, ct);
            await rows.WriteAsync(Unit(unit + random.Next(1, Units)), NpgsqlDbType.Text, ct);
            await rows.WriteAsync(documents[random.Next(documents.Length)], NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(state, NpgsqlDbType.Text, ct);
            await rows.WriteAsync(created, NpgsqlDbType.TimestampTz, ct);
            await rows.WriteAsync(created.AddHours(random.Next(1, 200)), NpgsqlDbType.TimestampTz, ct);
            await rows.WriteAsync(due, NpgsqlDbType.TimestampTz, ct);
            await rows.WriteAsync(due.AddDays(-3), NpgsqlDbType.TimestampTz, ct);
            await rows.WriteAsync(due.AddHours(-17), NpgsqlDbType.TimestampTz, ct);
            if (state == "Completed")
            {
                await rows.WriteAsync(done, NpgsqlDbType.TimestampTz, ct);
            }
            else
            {
                await rows.WriteNullAsync(ct);
            }

            await rows.WriteAsync(VietnameseOrder.Key(title), NpgsqlDbType.Text, ct);
            await rows.WriteAsync(
                (string[])SqlDialect.Postgres.StoredWords(Folding.Words($"{title}\n{content}"), Stretch.MarkOf(id)),
                NpgsqlDbType.Array | NpgsqlDbType.Text, ct);
        }

        await rows.CompleteAsync(ct);

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    /// <summary>The key and the id in the middle of the titles.</summary>
    public async Task<AssignmentCursor> MiddleOfTitlesAsync(CancellationToken ct)
    {
        var (key, id) = await Database.SingleAsync<(string, Guid)>(
            "SELECT title_key, assignment_id FROM assignment_texts ORDER BY title_key, assignment_id OFFSET @half LIMIT 1", ct, new { half = Count / 2 });
        return new(key, id);
    }

    static AssignmentSnapshot Snapshot(Guid document, DateTimeOffset now)
    {
        var due = now.AddDays(30);
        return new(
            Guid.CreateVersion7(now.AddYears(-4)), AssignmentState.InProgress, "Dọn kênh Rạch Bần",
            "Nạo vét, dọn rác hai bờ, báo cáo kết quả từng đoạn kênh; phân công người trực, gửi kết quả về thành phố trước ngày 25 hằng tháng",
            document, null, null, new Assignee(Unit(0), Organ.PeoplesCommittee), [new(new Assignee(Unit(1), Organ.Unspecified), "Cử lực lượng", now)],
            new Person("Cán bộ Mẫu 01", "Phó Chủ tịch UBND"), "Chủ trì, chịu trách nhiệm về kết quả", "Biên bản nghiệm thu, báo cáo kết quả", "",
            CriteriaSet.FiveClear,
            new Deadline(DeadlineKind.FixedDate, DueAt: due, OriginalDueAt: due, DueSoonAt: due.AddDays(-3), Revision: 1),
            new Person("Cán bộ Mẫu 02", "Chủ tịch UBND"), Illustrative: true, ProgressPercent: 40, Extensions: [], Obstacles: [],
            Submissions: [], Returns: [], CreatedAt: now.AddYears(-4), IssuedAt: now.AddYears(-4), CompletedAt: null)
        {
            Assigner = "van-phong-ubnd",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _city.DisposeAsync();
        await Database.DisposeAsync();
    }
}
