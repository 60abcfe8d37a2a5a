using CanThoGov.Portal.Clients;
using Grpc.Core;
using Microsoft.AspNetCore.Components;

namespace CanThoGov.Portal.Parts;

/// <summary>A page that reads from the services and, when they do not give what it needs, says so calmly and with the right status.</summary>
public abstract partial class PortalPage : ComponentBase
{
    [Inject]
    public required Backend Backend { get; set; }

    [Inject]
    public required ILogger<PortalPage> Logger { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    protected Problem? Problem { get; set; }

    protected abstract Task LoadAsync();

    // Nothing is rendered before everything is there: a page is sent once and whole.
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await TryLoadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    async Task TryLoadAsync()
    {
        try
        {
            await LoadAsync();
        }
        catch (BackendException e)
        {
            Problem = Problem.Of(e);
            if (e.Code is not (StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.Cancelled))
            {
                Log.NotShown(Logger, Http.Request.Path, e.Service, e.Code, e.Message);
            }
        }

        if (Problem is { Status: var status })
        {
            // Not at once: the framework sends a 404 that is set while it renders without the page that says what is wrong.
            Http.Response.OnStarting(() =>
            {
                Http.Response.StatusCode = status;
                return Task.CompletedTask;
            });
        }
    }

    static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Warning, "The page {Path} cannot be shown: {Service} answered {Code}: {Reason}")]
        public static partial void NotShown(ILogger logger, string path, string service, StatusCode code, string reason);
    }
}
