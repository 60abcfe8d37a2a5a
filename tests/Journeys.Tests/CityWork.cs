using CanThoGov.Protos.City.V1;

namespace CanThoGov.Journeys.Tests;

/// <summary>What a city office does before a journey begins.</summary>
public static class CityWork
{
    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>Words that no other work has: one that says something similar would have to be ruled about first.</summary>
    public static string OtherWords() => string.Join(' ', Enumerable.Range(0, 12).Select(_ => NewId()[..6]));

    public static async Task<Document> RegisterDocumentAsync(this Apis office) => await office.Documents.CreateDocumentAsync(new()
    {
        Document = new() { Kind = "Chỉ thị", Issuer = "Ủy ban nhân dân thành phố", Title = "Chỉ thị mẫu", Illustrative = true },
        RequestId = NewId(),
    });

    /// <param name="unit">The lead: <c>31135-2025</c>.</param>
    public static async Task<Assignment> IssueAsync(this Apis office, Document document, string unit)
    {
        var draft = await office.DraftAsync(document, unit, OtherWords());
        return await office.Assignments.IssueAssignmentAsync(new() { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    /// <param name="words">That tell it from other work, or not.</param>
    /// <param name="change">Anything else about it.</param>
    public static async Task<Assignment> DraftAsync(this Apis office, Document document, string unit, string words, Action<Assignment>? change = null)
    {
        var request = new CreateAssignmentRequest
        {
            Assignment = new()
            {
                Title = "Dọn kênh Rạch Bần " + words,
                Content = "Nạo vét, thu gom rác trên toàn tuyến kênh " + words,
                Document = document.Name,
                Lead = new() { Unit = $"units/{unit}", Organ = Unit.Types.Organ.PeoplesCommittee },
                ResponsiblePerson = new() { DisplayName = "Cán bộ Mẫu 01", Role = "Chuyên viên" },
                Responsibility = "Chịu trách nhiệm trước Chủ tịch UBND",
                ExpectedResult = "Biên bản nghiệm thu",
                Deadline = new() { Kind = Deadline.Types.Kind.WorkingDays, WorkingDays = 10 },
                Illustrative = true,
            },
            RequestId = NewId(),
        };
        change?.Invoke(request.Assignment);
        return await office.Assignments.CreateAssignmentAsync(request);
    }

    /// <summary>Every real ward and commune.</summary>
    public static async Task<string[]> WardsAsync(this Apis reader)
    {
        var units = await reader.Units.ListUnitsAsync(new() { PageSize = 1000, Kinds = { Unit.Types.Kind.Ward, Unit.Types.Kind.Commune } });
        return [.. units.Units.Select(unit => unit.Name["units/".Length..])];
    }
}
