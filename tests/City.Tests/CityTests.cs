using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using Grpc.Core;
using Pb = CanThoGov.Protos.City.V1;

namespace CanThoGov.City.Tests;

/// <summary>What the tests of the running city share: requests that are right, and refusals taken apart.</summary>
public abstract class CityTests<TCity> : IClassFixture<TCity> where TCity : class
{
    protected const string NinhKieu = "31135-2025", CaiKhe = "31120-2025";

    protected static readonly Pb.Ground WrongCompetence = new() { Kind = Pb.Ground.Types.Kind.WrongCompetence };

    protected static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>Some that nobody used before.</summary>
    protected static string Words() => string.Join(' ', Guid.NewGuid().ToString("N").Chunk(4).Select(letters => new string(letters)));

    /// <summary>No two of them say the same: what one test gives to a unit must not collide with what another gave to somebody else.</summary>
    protected static Pb.Assignment Draft(string document) => new()
    {
        Title = $"Dọn kênh Rạch Bần, đoạn {Words()}",
        Content = $"Nạo vét, thu gom rác trên toàn tuyến kênh {Words()} {Words()}",
        Document = document,
        Lead = new Pb.Assignee { Unit = $"units/{NinhKieu}", Organ = Pb.Unit.Types.Organ.PeoplesCommittee },
        Coordinators = { new Pb.Coordinator { Assignee = new Pb.Assignee { Unit = $"units/{CaiKhe}" }, Part = "Cử lực lượng phối hợp" } },
        ResponsiblePerson = new Pb.Person { DisplayName = "Cán bộ Mẫu 01", Role = "Chuyên viên" },
        Responsibility = "Chịu trách nhiệm trước Chủ tịch UBND phường",
        ExpectedResult = "Biên bản nghiệm thu",
        Deadline = new Pb.Deadline { Kind = Pb.Deadline.Types.Kind.WorkingDays, WorkingDays = 10 },
        Illustrative = true,
    };

    protected static async Task<Pb.Document> NewDocumentAsync(CityClient office) =>
        await office.Documents.CreateDocumentAsync(new Pb.CreateDocumentRequest
        {
            Document = new Pb.Document { Kind = "Chỉ thị", Issuer = "Ủy ban nhân dân thành phố", Title = "Chỉ thị mẫu", Illustrative = true },
            RequestId = NewId(),
        });

    protected static async Task<Pb.Assignment> NewDraftAsync(CityClient office, Action<Pb.Assignment>? change = null)
    {
        var draft = Draft((await NewDocumentAsync(office)).Name);
        change?.Invoke(draft);
        return await office.Assignments.CreateAssignmentAsync(new Pb.CreateAssignmentRequest { Assignment = draft, RequestId = NewId() });
    }

    protected static async Task<Pb.Assignment> NewIssuedAsync(CityClient office)
    {
        var draft = await NewDraftAsync(office);
        return await office.Assignments.IssueAssignmentAsync(
            new Pb.IssueAssignmentRequest { Name = draft.Name, Etag = draft.Etag, RequestId = NewId() });
    }

    protected static IReadOnlyList<FieldViolation> FieldViolations(RpcException error) => RpcErrors.FieldViolationsOf(error);

    /// <summary>As Cần Thơ's clocks show it: <c>2026-02-13 17:00</c>.</summary>
    protected static string Local(Google.Protobuf.WellKnownTypes.Timestamp time) =>
        time.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd HH:mm");

    protected static async Task<(RpcException Error, string? Reason)> RefusalAsync<T>(AsyncUnaryCall<T> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call);
        return (error, RpcErrors.ReasonOf(error));
    }
}
