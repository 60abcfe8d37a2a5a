using CanThoGov.Platform.Messaging;
using CanThoGov.Portal.SignIn;
using CanThoGov.Protos.City.V1;
using Grpc.Core;

namespace CanThoGov.Portal.Clients;

/// <summary>What the city keeps beside its assignments, to be looked up.</summary>
public sealed class Registers(ServiceChannels channels, ViewerCalls calls, Session session)
{
    const int PageSize = 1000;

    readonly OfficialService.OfficialServiceClient _officials = new(channels.To(Service.City.Id));
    readonly CampaignService.CampaignServiceClient _campaigns = new(channels.To(Service.City.Id));
    readonly QuarterProgrammeService.QuarterProgrammeServiceClient _programmes = new(channels.To(Service.City.Id));

    /// <param name="unit"><c>units/{unit}</c> in which they hold a post; empty for all.</param>
    /// <param name="date">Local date <c>YYYY-MM-DD</c> on which they hold it.</param>
    public Task<IReadOnlyList<Official>> OfficialsAsync(string unit, string date) => ViewerCalls.AllAsync<Official>(async page =>
    {
        var answer = await CityAsync(o => _officials.ListOfficialsAsync(
            new() { Unit = unit, Date = date, PageSize = PageSize, PageToken = page }, o));
        return (answer.Officials, answer.NextPageToken);
    });

    public Task<IReadOnlyList<Campaign>> CampaignsAsync() => ViewerCalls.AllAsync<Campaign>(async page =>
    {
        var answer = await CityAsync(o => _campaigns.ListCampaignsAsync(new() { PageSize = PageSize, PageToken = page }, o));
        return (answer.Campaigns, answer.NextPageToken);
    });

    public Task<Campaign> CampaignAsync(string id) => CityAsync(o => _campaigns.GetCampaignAsync(new() { Name = $"campaigns/{id}" }, o));

    /// <summary>Documents first.</summary>
    public Task<IReadOnlyList<CampaignItem>> CampaignItemsAsync(string id) => ViewerCalls.AllAsync<CampaignItem>(async page =>
    {
        var answer = await CityAsync(o => _campaigns.ListCampaignItemsAsync(
            new() { Parent = $"campaigns/{id}", PageSize = PageSize, PageToken = page }, o));
        return (answer.CampaignItems, answer.NextPageToken);
    });

    /// <param name="quarter"><c>YYYY-Qn</c>.</param>
    public Task<IReadOnlyList<QuarterProgramme>> ProgrammesAsync(string quarter) => ViewerCalls.AllAsync<QuarterProgramme>(async page =>
    {
        var answer = await CityAsync(o => _programmes.ListQuarterProgrammesAsync(
            new() { Parent = "units/-", Quarter = quarter, PageSize = PageSize, PageToken = page }, o));
        return (answer.QuarterProgrammes, answer.NextPageToken);
    });

    /// <param name="name"><c>units/{unit}/quarterProgrammes/{quarter}</c>.</param>
    public Task<QuarterProgramme> ProgrammeAsync(string name) => CityAsync(o => _programmes.GetQuarterProgrammeAsync(new() { Name = name }, o));

    /// <param name="name"><c>units/{unit}/quarterProgrammes/{quarter}</c>.</param>
    public Task<IReadOnlyList<QuarterItem>> ProgrammeItemsAsync(string name) => ViewerCalls.AllAsync<QuarterItem>(async page =>
    {
        var answer = await CityAsync(o => _programmes.ListQuarterItemsAsync(new() { Parent = name, PageSize = PageSize, PageToken = page }, o));
        return (answer.Items, answer.NextPageToken);
    });

    Task<T> CityAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call) => calls.CallAsync(Service.City, session.Viewer, call);
}
