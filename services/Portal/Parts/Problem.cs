using CanThoGov.Portal.Clients;
using Grpc.Core;

namespace CanThoGov.Portal.Parts;

/// <summary>Why a page cannot be shown, in words for its reader.</summary>
public sealed record Problem(int Status, string Title, string Text)
{
    public static Problem NotFound { get; } = new(
        StatusCodes.Status404NotFound, "Không tìm thấy", "Không có trang hay mục nào ở địa chỉ này. Có thể địa chỉ bị sai, hoặc mục đã không còn được lưu.");

    public static Problem Of(BackendException e) => e.Code switch
    {
        StatusCode.NotFound => NotFound,
        StatusCode.InvalidArgument => NotFound,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => new(
            StatusCodes.Status503ServiceUnavailable, "Tạm thời chưa xem được",
            $"Dịch vụ {e.Service} chưa trả lời. Trang sẽ tự thử lại; dữ liệu không bị ảnh hưởng."),
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => new(
            StatusCodes.Status403Forbidden, "Không được phép xem", $"Dịch vụ {e.Service} không cho phép trang web đọc mục này."),
        _ => new(
            StatusCodes.Status502BadGateway, "Có lỗi khi đọc dữ liệu",
            $"Dịch vụ {e.Service} trả lời bằng một lỗi. Nếu lỗi lặp lại, hãy báo cho người vận hành hệ thống."),
    };
}
