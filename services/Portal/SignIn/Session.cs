namespace CanThoGov.Portal.SignIn;

/// <summary>Whether who is not signed in may read: on this machine only.</summary>
public sealed record PortalAccess(bool ReadsWithoutSignIn);

/// <summary>The sign-in of one request: the viewer's token in a cookie that no script reads, no other site sends, and that ends with the token.</summary>
public sealed class Session(IHttpContextAccessor accessor, PortalAccess access)
{
    const string Cookie = "canthogov-phien";

    /// <summary>Null for who is not signed in, or not any more.</summary>
    public Viewer? Viewer => field ??= Viewer.Read(Http.Request.Cookies[Cookie] ?? "");

    /// <summary>Whether there is something to read without a sign-in.</summary>
    public bool StaysOpen => access.ReadsWithoutSignIn;

    public bool MayRead => Viewer is not null || StaysOpen;

    HttpContext Http => accessor.HttpContext ?? throw new InvalidOperationException("There is no request.");

    public void Begin(Viewer viewer) => Http.Response.Cookies.Append(Cookie, viewer.Token, Options(viewer.ExpiresAt));

    public void End() => Http.Response.Cookies.Delete(Cookie, Options(expires: null));

    CookieOptions Options(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = Http.Request.IsHttps,
        Path = "/",
        IsEssential = true,
        Expires = expires,
    };
}
