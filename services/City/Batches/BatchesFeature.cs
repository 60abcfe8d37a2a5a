namespace CanThoGov.City.Batches;

static class BatchesFeature
{
    public static IServiceCollection AddBatches(this IServiceCollection services) => services
        .AddSingleton<BatchStore>()
        .AddSingleton<BatchIssuing>().AddHostedService(provider => provider.GetRequiredService<BatchIssuing>());
}
