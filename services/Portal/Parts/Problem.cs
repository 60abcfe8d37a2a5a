using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Forms;
using Grpc.Core;

namespace CanThoGov.Portal.Parts;

/// <summary>Why a page cannot be shown, in words for its reader.</summary>
public sealed record Problem(int Status, string Title, string Text)
{
    public static Problem NotFound { get; } = new(
        StatusCodes.Status404NotFound, "Không tìm thấy", "Không có trang hay mục nào ở địa chỉ này. Có thể địa chỉ bị sai, hoặc mục đã không còn được lưu.");

    public static Problem Foreign { get; } = new(
        StatusCodes.Status403Forbidden, "Không nhận biểu mẫu này",
        "Biểu mẫu được gửi từ một trang web khác, nên không được thực hiện. Hãy mở trang này và thao tác lại từ đây.");

    public static Problem NotForRole { get; } = new(
        StatusCodes.Status403Forbidden, "Không dành cho vai trò này", "Vai trò của anh/chị không làm việc với trang này.");

    /// <summary>Where signing in helps.</summary>
    public string? SignInPath { get; private init; }

    /// <summary>What was sent meanwhile, to be sent again.</summary>
    public PostedForm? Unsent { get; private init; }

    public static Problem SignedOut(string signInPath, PostedForm? unsent) => new(
        StatusCodes.Status403Forbidden, "Cần đăng nhập",
        unsent is null ? "Phiên đăng nhập đã hết, hoặc anh/chị chưa đăng nhập." : "Phiên đăng nhập đã hết. Nội dung đã nhập chưa được gửi, và vẫn còn ở đây.")
    {
        SignInPath = signInPath,
        Unsent = unsent,
    };

    public static Problem Of(BackendException e) => e.Code switch
    {
        StatusCode.NotFound => NotFound,
        StatusCode.InvalidArgument => NotFound,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => new(
            StatusCodes.Status503ServiceUnavailable, "Tạm thời chưa xem được",
            $"Dịch vụ {e.Service} chưa trả lời. Trang sẽ tự thử lại; dữ liệu không bị ảnh hưởng."),
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => new(
            StatusCodes.Status403Forbidden, "Không được phép xem", $"Dịch vụ {e.Service} không cho phép anh/chị đọc mục này."),
        _ => new(
            StatusCodes.Status502BadGateway, "Có lỗi khi đọc dữ liệu",
            $"Dịch vụ {e.Service} trả lời bằng một lỗi. Nếu lỗi lặp lại, hãy báo cho người vận hành hệ thống."),
    };
}
