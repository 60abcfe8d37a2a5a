using CanThoGov.Contracts.Registers;
using CanThoGov.Monitoring.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Units;

/// <summary>Keeps the names of the units, and which of them there are.</summary>
public sealed class UnitProjection : IEventHandler<UnitRegistered>
{
    public async Task HandleAsync(UnitRegistered e, Transaction transaction)
    {
        await ActivityLog.AppendAsync(transaction, e);
        await transaction.ExecuteAsync(
            """
            INSERT INTO units (id, display_name, illustrative, version) VALUES (@Id, @DisplayName, @Illustrative, @Version)
            ON CONFLICT (id) DO UPDATE
            SET display_name = excluded.display_name, illustrative = excluded.illustrative, version = excluded.version
            WHERE units.version < excluded.version
            """, new { e.Id, e.DisplayName, e.Illustrative, e.Version });
    }
}
