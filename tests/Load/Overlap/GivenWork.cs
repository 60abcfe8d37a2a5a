using CanThoGov.City;
using CanThoGov.City.Assignments;
using CanThoGov.City.Finding;
using CanThoGov.City.Overlaps;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Data;

namespace CanThoGov.Load.Overlap;

/// <summary>
/// A city's database with open assignments, each with words of its own and one in ten like another one: all made by the service's own code,
/// so that each has its work and its signature.
/// </summary>
sealed class GivenWork : IAsyncDisposable
{
    const int Documents = 500, Batch = 500;

    static readonly string[] Syllables =
    [
        "rà", "soát", "báo", "cáo", "xây", "dựng", "kế", "hoạch", "tổ", "chức", "kiểm", "tra", "đôn", "đốc", "danh", "sách", "cập", "nhật", "thẩm",
        "định", "công", "khai", "tháo", "gỡ", "vướng", "mắc", "tham", "mưu", "tổng", "hợp", "khắc", "phục", "đẩy", "nhanh", "giải", "phóng", "mặt",
        "bằng", "vốn", "đầu", "tư", "cải", "cách", "hành", "chính", "thủ", "tục", "đất", "đai", "trật", "tự", "đô", "thị", "vệ", "sinh", "môi",
        "trường", "kênh", "rạch", "an", "toàn", "thực", "phẩm", "phòng", "chống", "sạt", "lở", "nhà", "ở", "xã", "hội", "chuyển", "đổi", "số", "hồ",
        "sơ", "cán", "bộ", "thu", "ngân", "trạm", "y", "tế", "hộ", "nghèo", "tiếp", "dân", "khiếu", "nại", "giao", "thông", "chợ", "nước", "sạch",
        "quy", "phân", "khu", "biên", "chế", "tài", "sản", "cháy", "chữa", "dịch", "bệnh", "vụ", "lúa", "lễ", "du", "lịch", "phường", "ấp", "tuyến",
    ];

    readonly MeasuredDatabase _database;
    readonly Random _random = new(31);
    readonly List<(string Title, string Content)> _texts = [];
    readonly Guid[] _documents = [.. Enumerable.Range(0, Documents).Select(_ => Guid.CreateVersion7())];

    GivenWork(MeasuredDatabase database, CityDatabase city) => (_database, City) = (database, city);

    public CityDatabase City { get; }

    public static async Task<GivenWork> CreateAsync(string name, int count, CancellationToken ct)
    {
        var database = await Server.CreateDatabaseAsync(name, ct);
        var city = new CityDatabase(new() { Provider = DatabaseProvider.Postgres, ConnectionString = database.Settings }, TimeProvider.System);
        await Migrator.MigrateAsync(city, ct);
        var given = new GivenWork(database, city);
        await given.FillAsync(count, ct);
        await database.TidyAsync(ct);
        return given;
    }

    async Task FillAsync(int count, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        await City.InTransactionAsync(async transaction =>
        {
            await LoadDocuments.AddAsync(transaction, _documents, now);
        }, ct);

        var store = new AssignmentStore(new ContributionStore(), new AssignmentFinder(), new OverlapStore());
        for (var done = 0; done < count; done += Batch)
        {
            await City.InTransactionAsync(async transaction =>
            {
                for (var i = 0; i < Math.Min(Batch, count - done); i++)
                {
                    await store.AddAsync(transaction, new(Next(), 1), new() { Verb = "create", Actor = "load", At = now });
                }
            }, ct);
        }
    }

    /// <summary>One more, of which every tenth says nearly the same as one before.</summary>
    public AssignmentSnapshot Next()
    {
        var (title, content) = _texts.Count > 0 && _random.Next(10) == 0 ? Varied(_texts[_random.Next(_texts.Count)]) : (Say(10), Say(40));
        _texts.Add((title, content));
        var now = TimeProvider.System.GetUtcNow();
        var due = now.AddDays(_random.Next(5, 90));
        return new(
            Guid.CreateVersion7(), AssignmentState.InProgress, title, content, _documents[_random.Next(Documents)], null, null,
            new Assignee($"xa-mau-{_random.Next(103)}", Organ.PeoplesCommittee), [], new Person("Cán bộ Mẫu 01", "Phó Chủ tịch UBND"), "Chủ trì",
            "Báo cáo kết quả", "", CriteriaSet.FiveClear,
            new Deadline(DeadlineKind.FixedDate, DueAt: due, OriginalDueAt: due, DueSoonAt: due.AddDays(-3), Revision: 1),
            new Person("Cán bộ Mẫu 02", "Chủ tịch UBND"), Illustrative: true, ProgressPercent: 0, Extensions: [], Obstacles: [], Submissions: [],
            Returns: [], CreatedAt: now, IssuedAt: now, CompletedAt: null)
        {
            Assigner = "van-phong-ubnd",
        };
    }

    // Syllables of different frequency, as in a language.
    string Say(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ =>
        Syllables[(int)(Syllables.Length * _random.NextDouble() * Math.Sqrt(_random.NextDouble()))]));

    (string Title, string Content) Varied((string Title, string Content) text) => (
        text.Title, string.Join(' ', text.Content.Split(' ').Select(word => _random.Next(10) == 0 ? Syllables[_random.Next(Syllables.Length)] : word)));

    public async ValueTask DisposeAsync()
    {
        await City.DisposeAsync();
        await _database.DisposeAsync();
    }
}
