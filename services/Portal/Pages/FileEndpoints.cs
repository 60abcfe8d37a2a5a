using CanThoGov.Portal.Clients;
using CanThoGov.Portal.Forms;
using CanThoGov.Portal.Parts;
using CanThoGov.Portal.SignIn;
using CanThoGov.Portal.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Format = CanThoGov.Protos.City.V1.ExportAssignmentsRequest.Types.Format;

namespace CanThoGov.Portal.Pages;

/// <summary>What is not a page but a file: evidence, and lists. Read with the viewer's own token, like everything else.</summary>
static class FileEndpoints
{
    public static RouteGroupBuilder MapFiles(this IEndpointRouteBuilder endpoints)
    {
        var files = endpoints.MapGroup("");
        files.MapGet(FileNames.CityPath, (string assignment, string file, HttpContext http, Session session, Files reader) =>
            SendAsync(http, session, () => reader.DownloadAsync(Service.City, $"assignments/{assignment}/attachments/{file}", http.Response)));
        files.MapGet(FileNames.WardPath, (string unit, string assignment, string file, HttpContext http, Session session, Files reader) =>
            SendAsync(http, session, () => reader.DownloadAsync(
                Service.Ward, $"{WardNames.Of(unit, assignment)}/attachments/{file}", http.Response)));
        files.MapGet(FileNames.WorkItemPath, (string unit, string assignment, string item, string file, HttpContext http, Session session, Files reader) =>
            SendAsync(http, session, () => reader.DownloadAsync(
                Service.Ward, $"{WardNames.Of(unit, assignment)}/workItems/{item}/attachments/{file}", http.Response)));
        files.MapGet("/nhiem-vu/xuat", (HttpContext http, Session session, Backend backend, Files reader) =>
            SendAsync(http, session, () => ExportAsync(http, session, backend, reader)));
        return files;
    }

    static async Task ExportAsync(HttpContext http, Session session, Backend backend, Files reader)
    {
        var (format, ending) = http.Request.Query[AssignmentQuery.FormatKey] == "json" ? (Format.Json, "json") : (Format.Csv, "csv");
        var today = Vietnamese.Day((await backend.ClockAsync()).CurrentTime);
        var list = AssignmentQuery.Of(http.Request.Query).ToRequest(session.Viewer);
        await reader.ExportAsync(list, format, $"nhiem-vu-{today}.{ending}", http.Response);
    }

    // What was cut is no file: a browser says so only if the connection ends with it.
    static async Task<IResult> SendAsync(HttpContext http, Session session, Func<Task> send)
    {
        if (!session.MayRead)
        {
            return TypedResults.LocalRedirect($"/dang-nhap?ve={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}");
        }

        try
        {
            await send();
            return TypedResults.Empty;
        }
        catch (BackendException e) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            var problem = Problem.Of(e);
            return new RazorComponentResult<App>(new { Problem = problem }) { StatusCode = problem.Status };
        }
        catch (BackendException)
        {
            http.Abort();
            return TypedResults.Empty;
        }
    }
}
