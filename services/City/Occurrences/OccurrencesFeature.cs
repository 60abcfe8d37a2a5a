namespace CanThoGov.City.Occurrences;

static class OccurrencesFeature
{
    public static IServiceCollection AddOccurrences(this IServiceCollection services) => services
        .AddSingleton<OccurrenceStore>().AddSingleton<DutyOccurrences>()
        .AddSingleton<OccurrenceIssuing>().AddHostedService(provider => provider.GetRequiredService<OccurrenceIssuing>());
}
