using CanThoGov.Protos.City.V1;

namespace CanThoGov.Suite.Scenarios;

/// <summary>Reads lists to their last page.</summary>
internal static class Pages
{
    public static bool IsRealWard(Unit unit) => !unit.Illustrative && unit.Kind is (Unit.Types.Kind.Ward or Unit.Types.Kind.Commune);

    public static string IdOf(string name) => name[(name.LastIndexOf('/') + 1)..];

    public static Task<List<Unit>> UnitsAsync(Apis apis, Caller caller, CancellationToken ct) => ReadAsync<Unit>(async page =>
    {
        var answer = await caller.CallAsync(o => apis.Units.ListUnitsAsync(new() { PageSize = 1000, PageToken = page }, o), ct);
        return (answer.Units, answer.NextPageToken);
    });

    public static Task<List<Document>> DocumentsAsync(Apis apis, Caller caller, CancellationToken ct) => ReadAsync<Document>(async page =>
    {
        var answer = await caller.CallAsync(o => apis.Documents.ListDocumentsAsync(new() { PageSize = 1000, PageToken = page }, o), ct);
        return (answer.Documents, answer.NextPageToken);
    });

    /// <param name="document">Empty: all.</param>
    public static Task<List<Assignment>> AssignmentsAsync(Apis apis, Caller caller, string document, CancellationToken ct) =>
        ReadAsync<Assignment>(async page =>
        {
            var answer = await caller.CallAsync(
                o => apis.Assignments.ListAssignmentsAsync(new() { PageSize = 1000, PageToken = page, Document = document }, o), ct);
            return (answer.Assignments, answer.NextPageToken);
        });

    public static Task<List<HistoryEntry>> HistoryAsync(Apis apis, Caller caller, string assignment, CancellationToken ct) =>
        ReadAsync<HistoryEntry>(async page =>
        {
            var answer = await caller.CallAsync(
                o => apis.Assignments.ListAssignmentHistoryAsync(new() { Parent = assignment, PageSize = 1000, PageToken = page }, o), ct);
            return (answer.Entries, answer.NextPageToken);
        });

    static async Task<List<T>> ReadAsync<T>(Func<string, Task<(IEnumerable<T> Items, string Next)>> read)
    {
        var items = new List<T>();
        var page = "";
        do
        {
            var answer = await read(page);
            items.AddRange(answer.Items);
            page = answer.Next;
        }
        while (page.Length > 0);
        return items;
    }
}
