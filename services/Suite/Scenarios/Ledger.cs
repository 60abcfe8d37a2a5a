using System.Collections.Concurrent;

namespace CanThoGov.Suite.Scenarios;

/// <summary>What the services acknowledged to the player: at the end it is compared with what they show.</summary>
internal sealed class Ledger
{
    readonly ConcurrentDictionary<(string Assignment, Deed Deed), int> _acknowledged = [];

    public void Add(string assignment, Deed deed) => _acknowledged.AddOrUpdate((assignment, deed), 1, (_, count) => count + 1);

    public int Count(string assignment, Deed deed) => _acknowledged.GetValueOrDefault((assignment, deed));
}
