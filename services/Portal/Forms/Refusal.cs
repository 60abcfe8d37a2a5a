using CanThoGov.Platform.Errors;
using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Text;
using Google.Rpc;
using Grpc.Core;

namespace CanThoGov.Portal.Forms;

/// <summary>Why a form was not carried out, in words for who sent it.</summary>
/// <param name="Points">What is wrong, where there is more to say than one sentence.</param>
public sealed record Refusal(int Status, string Text, IReadOnlyList<string> Points)
{
    const string Marked = "Chưa gửi được. Hãy xem lại các mục được đánh dấu.";

    IReadOnlyList<FieldViolation> Fields { get; init; } = [];

    /// <summary>The service's code; empty if it gave none.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>Everything variable in what the service says.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    /// <summary>A new number is needed: under the old one something else was done.</summary>
    public bool NeedsNewRequestId { get; private init; }

    /// <summary>Signing in again helps.</summary>
    public bool IsSignedOut { get; private init; }

    /// <summary>What is wrong with the field, or with a part of it; empty if nothing is.</summary>
    public string Of(string field) => string.Join(' ', Fields.Where(one => Concerns(one, field)).Select(one => one.Description));

    /// <summary>What is said of fields that the form does not show.</summary>
    public IEnumerable<string> OfOthers(IEnumerable<string> shown)
    {
        var fields = shown.ToArray();
        return Fields.Where(one => !fields.Any(field => Concerns(one, field))).Select(one => $"{one.Field}: {one.Description}");
    }

    public static Refusal Of(UnsentException e) => new(StatusCodes.Status422UnprocessableEntity, Marked, [])
    {
        Fields = [new(e.Field, e.Message)],
    };

    public static Refusal Of(BackendException e)
    {
        var refused = e.InnerException as RpcException;
        var reason = (refused is null ? null : RpcErrors.ReasonOf(refused)) ?? "";
        var metadata = refused is null ? new Dictionary<string, string>() : RpcErrors.MetadataOf(refused);
        return e.Code switch
        {
            StatusCode.InvalidArgument when refused is not null && RpcErrors.FieldViolationsOf(refused) is { Count: > 0 } fields =>
                new(StatusCodes.Status422UnprocessableEntity, Marked, [])
                {
                    Fields = [.. fields.Select(one => one with { Description = Refusals.OfField(one.Description) })],
                },
            StatusCode.Unauthenticated => new(StatusCodes.Status403Forbidden, "Phiên đăng nhập đã hết. Nội dung đã nhập vẫn còn ở đây.", [])
            {
                IsSignedOut = true,
            },
            StatusCode.Unavailable or StatusCode.DeadlineExceeded => new(
                StatusCodes.Status503ServiceUnavailable,
                $"Dịch vụ {e.Service} chưa trả lời, nên chưa rõ việc này đã được ghi nhận hay chưa. Hãy gửi lại: gửi hai lần cũng chỉ được ghi một lần.", []),
            StatusCode.Aborted => new(StatusCodes.Status409Conflict, Refusals.Of(reason, e.Message), []),
            _ => new(StatusCodes.Status422UnprocessableEntity, Refusals.Of(reason, e.Message, metadata), reason == "NOT_CLEAR" ? Criteria(refused!) : [])
            {
                NeedsNewRequestId = e.Code == StatusCode.AlreadyExists,
                Reason = reason,
                Metadata = metadata,
            },
        };
    }

    static string[] Criteria(RpcException refused) =>
        [.. (RpcErrors.Detail<PreconditionFailure>(refused)?.Violations ?? []).Select(one => Refusals.OfCriterion(one.Subject, one.Description))];

    // "set_by" is about "set_by.display_name" too, where that is what the form shows.
    static bool Concerns(FieldViolation violation, string field) =>
        violation.Field == field || violation.Field.StartsWith(field + "[", StringComparison.Ordinal) || field == $"{violation.Field}.display_name" || field == $"{violation.Field}.unit";
}
