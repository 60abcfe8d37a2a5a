using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Forms;
using CanThoGov.Portal.SignIn;
using Grpc.Core;
using Microsoft.AspNetCore.Components;

namespace CanThoGov.Portal.Parts;

/// <summary>
/// A page that reads from the services and, when they do not give what it needs, says so calmly and with the right status. What a viewer sends
/// is carried out first, then answered with a redirect; where it was refused, the page is shown as it is now, with what he put in.
/// </summary>
public abstract partial class PortalPage : ComponentBase
{
    /// <summary>The query parameter that says what was done.</summary>
    public const string DoneParameter = "xong";

    [Inject]
    public required Backend Backend { get; set; }

    [Inject]
    public required Files Files { get; set; }

    [Inject]
    public required Session Session { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required ILogger<PortalPage> Logger { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    protected Problem? Problem { get; set; }

    /// <summary>What was sent and is shown again; null if nothing is.</summary>
    protected PostedForm? Posted { get; private set; }

    protected Viewer? Viewer => Session.Viewer;

    /// <summary>Open to whoever comes: the way to sign in.</summary>
    protected virtual bool IsPublic => false;

    protected abstract Task LoadAsync();

    /// <summary>Carries out what the viewer sent.</summary>
    /// <returns>Where he goes then; null to show the page instead.</returns>
    protected virtual Task<string?> ActAsync(PostedForm form) => Task.FromResult<string?>(Http.Request.Path);

    // Nothing is rendered before everything is there: a page is sent once and whole.
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (!IsPublic && !Session.MayRead)
        {
            Navigation.NavigateTo(SignInPath);
            return;
        }

        if (HttpMethods.IsPost(Http.Request.Method))
        {
            // The framework looks for the form of PostTarget afterwards: the layout comes first.
            await Task.Yield();
            if (await TryActAsync() is { } path)
            {
                Navigation.NavigateTo(path);
                return;
            }
        }

        if (Problem is null)
        {
            await TryLoadAsync();
        }

        if (Problem?.Status is { } status)
        {
            Answer(status);
        }

        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>The page is shown again with what was put in, though nothing was refused.</summary>
    protected void Keep(PostedForm form) => Posted = form;

    /// <summary>To sign in and come back.</summary>
    protected string SignInPath => $"/dang-nhap?ve={Uri.EscapeDataString(Http.Request.Path + Http.Request.QueryString)}";

    /// <summary>Here again, saying what was done.</summary>
    protected string Done(string verb) => $"{Http.Request.Path}?{DoneParameter}={verb}";

    async Task<string?> TryActAsync()
    {
        var form = new PostedForm(await Http.Request.ReadFormAsync(Http.RequestAborted));
        if (!ThisSite.Sent(Http.Request))
        {
            Problem = Problem.Foreign;
            return null;
        }

        if (!IsPublic && Viewer is null)
        {
            Posted = form;
            Problem = Problem.SignedOut(SignInPath, form);
            return null;
        }

        try
        {
            return await ActAsync(form);
        }
        catch (BackendException e)
        {
            return Refused(form, Refusal.Of(e));
        }
        catch (UnsentException e)
        {
            return Refused(form, Refusal.Of(e));
        }
    }

    string? Refused(PostedForm form, Refusal refusal)
    {
        Posted = form;
        form.Refusal = refusal;
        Answer(refusal.Status);
        return null;
    }

    async Task TryLoadAsync()
    {
        try
        {
            await LoadAsync();
        }
        catch (BackendException e)
        {
            Problem = e.Code == StatusCode.Unauthenticated && !IsPublic ? Problem.SignedOut(SignInPath, Posted) : Problem.Of(e);
            if (e.Code is not (StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.Cancelled or StatusCode.Unauthenticated))
            {
                Log.NotShown(Logger, Http.Request.Path, e.Service, e.Code, e.Message);
            }
        }
    }

    // Not at once: the framework sends a 404 that is set while it renders without the page that says what is wrong.
    void Answer(int status) => Http.Response.OnStarting(() =>
    {
        Http.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Warning, "The page {Path} cannot be shown: {Service} answered {Code}: {Reason}")]
        public static partial void NotShown(ILogger logger, string path, string service, StatusCode code, string reason);
    }
}
