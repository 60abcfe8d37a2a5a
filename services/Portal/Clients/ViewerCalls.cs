using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Messaging;
using CanThoGov.Platform.Requests;
using CanThoGov.Platform.Security;
using CanThoGov.Portal.SignIn;
using Grpc.Core;

namespace CanThoGov.Portal.Clients;

/// <param name="Id">Of its channel.</param>
/// <param name="Name">As the reader knows it.</param>
public sealed record Service(string Id, string Name)
{
    public static Service City { get; } = new("city", "Thành phố");

    public static Service Ward { get; } = new("ward", "Xã, phường");

    public static Service Monitoring { get; } = new("monitoring", "Theo dõi, đôn đốc");
}

/// <summary>A service did not give what a page needs.</summary>
/// <param name="service">As the reader knows it: "Thành phố".</param>
public sealed class BackendException(string service, StatusCode code, Exception inner) : Exception(inner.Message, inner)
{
    public string Service => service;

    public StatusCode Code => code;
}

/// <summary>
/// Calls of the public APIs with the viewer's own token. Who is not signed in reads what a supervisor may read, on this machine only, and
/// changes nothing.
/// </summary>
public sealed class ViewerCalls(ITokenSource tokens, Session session, IHttpContextAccessor http)
{
    // What the viewer wrote, for the pages that he opens next. By then everybody has it.
    const string ReadTokens = "canthogov-read-tokens";
    static readonly TimeSpan ReadTokensLast = TimeSpan.FromMinutes(1);

    // A page that does not come within this time is no help to anybody.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    string? _readTokens = http.HttpContext?.Request.Cookies[ReadTokens];

    CancellationToken Left => http.HttpContext?.RequestAborted ?? CancellationToken.None;

    public Task<T> CallAsync<T>(Service service, Viewer? viewer, Func<CallOptions, AsyncUnaryCall<T>> call) =>
        TryAsync(service, async () =>
        {
            using var answer = call(await OptionsAsync(viewer, Limit));
            var response = await answer;
            Keep(answer.GetTrailers().GetValue(ReadToken.Key));
            return response;
        });

    /// <summary>A call that takes longer than a page may: with a file.</summary>
    /// <param name="limit">Of the whole call.</param>
    public Task<T> StreamAsync<T>(Service service, TimeSpan limit, Func<CallOptions, Task<T>> call) =>
        TryAsync(service, async () => await call(await OptionsAsync(session.Viewer, limit)));

    /// <summary>Reads a list page by page.</summary>
    /// <param name="read">Given the token of a page.</param>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string, Task<(IEnumerable<T> Items, string Next)>> read)
    {
        var all = new List<T>();
        var page = "";
        do
        {
            (var items, page) = await read(page);
            all.AddRange(items);
        }
        while (page.Length > 0);
        return all;
    }

    async Task<CallOptions> OptionsAsync(Viewer? viewer, TimeSpan limit)
    {
        if (viewer is null && !session.MayRead)
        {
            throw new DomainException(StatusCode.Unauthenticated, TokenErrors.Missing, "The viewer is not signed in.");
        }

        var token = viewer?.Token ?? await tokens.GetAsync(Roles.Supervisor, unit: null, Left);
        var headers = new Metadata { { "authorization", "Bearer " + token } };
        if (_readTokens is { Length: > 0 } readTokens)
        {
            headers.Add(ReadToken.Key, readTokens);
        }

        return new CallOptions(headers, TimeProvider.System.GetUtcNow().UtcDateTime + limit, Left);
    }

    static async Task<T> TryAsync<T>(Service service, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException e)
        {
            throw new BackendException(service.Name, e.StatusCode, e);
        }
        catch (DomainException e)
        {
            throw new BackendException(service.Name, e.Code, e);
        }
    }

    void Keep(string? readToken)
    {
        if (readToken is not null && http.HttpContext is { Response.HasStarted: false } context)
        {
            var both = new Metadata { { ReadToken.Key, readToken } };
            if (_readTokens is { Length: > 0 } before)
            {
                both.Add(ReadToken.Key, before);
            }

            var tokens = string.Join(',', ReadToken.Parse(both));
            if (tokens == _readTokens)
            {
                return;
            }

            _readTokens = tokens;
            context.Response.Cookies.Append(
                ReadTokens, tokens, new() { MaxAge = ReadTokensLast, HttpOnly = true, SameSite = SameSiteMode.Strict });
        }
    }
}
