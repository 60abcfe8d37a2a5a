namespace CanThoGov.Portal.SignIn;

/// <summary>
/// Tells a form of these pages from one of a foreign site. Together with a cookie that other sites cannot make the browser send, this needs
/// no secret in each form, and so no keys that replicas would have to share.
/// </summary>
public static class ThisSite
{
    public static bool Sent(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        var fetchedFrom = request.Headers["Sec-Fetch-Site"].ToString();
        return origin == $"{request.Scheme}://{request.Host}" && fetchedFrom is ("" or "same-origin");
    }
}
