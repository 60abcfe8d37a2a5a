using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Platform.Messaging;
using CanThoGov.Testing;

namespace CanThoGov.Ward.Tests;

/// <summary>Ward systems of different units, each with a database of its own, on one broker. The logs hold nothing that could help.</summary>
[Trait("Category", "RabbitMq")]
public sealed class SharedBrokerTests : WardTests<SqliteDatabase<WardDatabase>>
{
    readonly OwnRabbitMq _broker = null!;
    readonly SqliteDatabase<WardDatabase> _other = new();

    public SharedBrokerTests(SqliteDatabase<WardDatabase> fixture) : base(fixture)
    {
        Assert.SkipWhen(OwnRabbitMq.Missing is not null, OwnRabbitMq.Missing ?? "");
        _broker = new();
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await _other.InitializeAsync();
        await _broker.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task TwoWardSystems_EachGetAllOfTheirUnits()
    {
        await using var first = await StartWardAsync(OnBroker("a", Events.NinhKieu));
        await using var second = await StartWardAsync(_other.Database.Options, OnBroker("b", Events.CaiKhe));

        // Not in turns: two who empty one queue are served in turns as well.
        foreach (var unit in new[] { Events.NinhKieu, Events.CaiKhe })
        {
            for (var i = 0; i < 20; i++)
            {
                await PublishAsync(first, Events.Issued(unit).IssuedEvent());
            }
        }

        await Eventually.HoldsAsync(
            async () => (await CountAsync(Database), await CountAsync(_other.Database)) == (20, 20), "each has its twenty assignments");
    }

    (string, string)[] OnBroker(string name, string unit)
    {
        var user = _broker.Address.UserInfo.Split(':');
        return
        [
            ("Ward:Name", name), ("Ward:Units", unit), ("Bus:Transport", "RabbitMq"), ("Bus:Host", _broker.Address.Host),
            ("Bus:Port", $"{_broker.Address.Port}"), ("Bus:User", Uri.UnescapeDataString(user[0])), ("Bus:Password", Uri.UnescapeDataString(user[1])),
        ];
    }

    static Task PublishAsync(WardHost ward, Contracts.Assignments.AssignmentIssued e) => ward.Get<EventPublisher>().PublishAsync(
        EventCatalog.City,
        new(1, Guid.CreateVersion7(), EventCatalog.NameOf(e.GetType()), ((IEvent)e).Subject(), e.Version, Events.Monday,
            string.Join(',', e.Assignment.UnitIds()), null, JsonSerializer.Serialize(e, ContractJson.Options)), Ct);

    static Task<long> CountAsync(WardDatabase database) =>
        database.ReadAsync(session => session.SingleAsync<long>("SELECT COUNT(*) FROM assignments"), Ct);
}
