using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

internal sealed class ServicesGrpcClientFactory(
    IServiceProvider services, SharedChannels channels, IOptionsMonitor<GrpcClientFactoryOptions> options) : GrpcClientFactory
{
    public override TClient CreateClient<TClient>(string name)
    {
        var clientOptions = options.Get(name);
        var invoker = channels.Invoker(name).Intercept([.. clientOptions.CreateInterceptors(InterceptorScope.Client, services)]);
        if (clientOptions.CallOptionsActions.Count > 0)
            invoker = new CallOptionsInvoker(invoker, clientOptions.CallOptionsActions, services);

        var client = clientOptions.CreatorWithServices?.Invoke(services, invoker)
            ?? clientOptions.Creator?.Invoke(invoker)
            ?? ActivatorUtilities.CreateInstance<TClient>(services, invoker);
        return (TClient)client;
    }
}

/// <summary>One channel per registered name, made when it is first used and kept, so that clients are cheap.</summary>
internal sealed class SharedChannels(
    IServiceProvider rootServices, IHttpMessageHandlerFactory handlers, IOptionsMonitor<GrpcClientFactoryOptions> options)
    : IDisposable
{
    readonly ConcurrentDictionary<string, Lazy<(GrpcChannel Channel, CallInvoker Invoker)>> _channels = new();

    public CallInvoker Invoker(string name) =>
        _channels.GetOrAdd(name, key => new(() => Create(key))).Value.Invoker;

    public void Dispose()
    {
        foreach (var made in _channels.Values.Where(lazy => lazy.IsValueCreated))
            made.Value.Channel.Dispose();
    }

    (GrpcChannel Channel, CallInvoker Invoker) Create(string name)
    {
        var clientOptions = options.Get(name);
        var address = clientOptions.Address ?? throw new InvalidOperationException(
            $"The gRPC client '{name}' has no address. Give it one when registering: AddGrpcClient<T>(o => o.Address = ...).");
        var channelOptions = new GrpcChannelOptions
        {
            HttpHandler = handlers.CreateHandler(name),
            LoggerFactory = rootServices.GetService<ILoggerFactory>(),
            ServiceProvider = rootServices,
        };
        foreach (var configure in clientOptions.ChannelOptionsActions)
            configure(channelOptions);

        var channel = GrpcChannel.ForAddress(address, channelOptions);
        Interceptor[] interceptors =
            [.. clientOptions.CreateInterceptors(InterceptorScope.Channel, rootServices), .. clientOptions.Interceptors];
        return (channel, channel.Intercept(interceptors));
    }
}
