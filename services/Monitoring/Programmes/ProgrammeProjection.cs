using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Monitoring.Assignments;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Messaging;

namespace CanThoGov.Monitoring.Programmes;

/// <summary>Keeps each unit's programme as its newest event tells it; an older one that comes late changes nothing.</summary>
public sealed class ProgrammeProjection : IEventHandler<IProgrammeEvent>
{
    public async Task HandleAsync(IProgrammeEvent e, Transaction transaction)
    {
        await ActivityLog.AppendAsync(transaction, e);
        var programme = e.Programme;
        await transaction.ExecuteAsync(
            """
            INSERT INTO programmes (id, unit, organ, document_id, state, title, item_count, edition, adoption_date, adopted_by, adoption_number,
                created_at, version, snapshot)
            VALUES (@Id, @Unit, @organ, @DocumentId, @state, @Title, @itemCount, @Edition, @Date, @AdoptedBy, @Number,
                @CreatedAt, @Version, @snapshot)
            ON CONFLICT (id) DO UPDATE
            SET state = excluded.state, title = excluded.title, item_count = excluded.item_count, edition = excluded.edition,
                adoption_date = excluded.adoption_date, adopted_by = excluded.adopted_by, adoption_number = excluded.adoption_number,
                version = excluded.version, snapshot = excluded.snapshot
            WHERE programmes.version < excluded.version
            """,
            new
            {
                programme.Id,
                programme.Unit,
                organ = programme.Organ.ToString(),
                programme.DocumentId,
                state = programme.State.ToString(),
                programme.Title,
                itemCount = programme.Items.Count,
                programme.Edition,
                programme.Adoption?.Date,
                programme.Adoption?.AdoptedBy,
                programme.Adoption?.Number,
                programme.CreatedAt,
                e.Version,
                snapshot = JsonSerializer.Serialize(programme, ContractJson.Options),
            });
    }
}
