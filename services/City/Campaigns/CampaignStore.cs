using System.Text.Json;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Registers;
using CanThoGov.Platform.Data;
using CanThoGov.Platform.Errors;

namespace CanThoGov.City.Campaigns;

public sealed class CampaignStore
{
    const string Columns = "id, title, from_date, to_date, note, illustrative, created_at, version";

    sealed class ItemRow
    {
        public Guid? DocumentId { get; init; }

        public Guid? AssignmentId { get; init; }

        public string Title { get; init; } = "";

        public string Snapshot { get; init; } = "";

        public CampaignItem ToItem() => new()
        {
            DocumentId = DocumentId,
            AssignmentId = AssignmentId,
            Title = AssignmentId is null ? Title : JsonSerializer.Deserialize<AssignmentSnapshot>(Snapshot, ContractJson.Options)!.Title,
        };
    }

    public async Task<Campaign> GetAsync(Session session, Guid id) =>
        await session.FindAsync<Campaign>($"SELECT {Columns} FROM campaigns WHERE id = @id", new { id }) ?? throw NotFound(id);

    /// <summary>Holds the row until the end of the transaction.</summary>
    public async Task<Campaign> GetForChangeAsync(Transaction transaction, Guid id) =>
        await transaction.FindAsync<Campaign>($"SELECT {Columns} FROM campaigns WHERE id = @id {transaction.Dialect.ForUpdate}", new { id })
        ?? throw NotFound(id);

    /// <summary>In the order in which they were opened, after <paramref name="after"/>.</summary>
    /// <param name="date">In the window; null for all.</param>
    public Task<IReadOnlyList<Campaign>> ListAsync(Session session, DateOnly? date, Guid after, int limit) =>
        session.ListAsync<Campaign>(
            $"""
            SELECT {Columns} FROM campaigns WHERE id > @after {(date is null ? "" : "AND from_date <= @date AND to_date >= @date")}
            ORDER BY id LIMIT @limit
            """, new { date, after, limit });

    public async Task AddAsync(Transaction transaction, Campaign campaign)
    {
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO campaigns ({Columns})
            VALUES (@Id, @Title, @FromDate, @ToDate, @Note, @Illustrative, @CreatedAt, @Version)
            """, campaign);
        transaction.Publish(campaign.Changed(campaign.CreatedAt));
    }

    /// <summary>Needs the campaign held (<see cref="GetForChangeAsync"/>).</summary>
    public async Task UpdateAsync(Transaction transaction, Campaign campaign, DateTimeOffset at)
    {
        await transaction.ExecuteAsync(
            "UPDATE campaigns SET title = @Title, from_date = @FromDate, to_date = @ToDate, note = @Note, version = @Version WHERE id = @Id",
            campaign);
        transaction.Publish(campaign.Changed(at));
    }

    /// <summary>Documents first. An assignment comes once, whether it was grouped by itself, by its document or both.</summary>
    /// <param name="units">Only assignments that one of these leads or helps with, and no drafts; null for all.</param>
    /// <param name="after">The last item of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<CampaignItem>> ListItemsAsync(
        Session session, Guid campaignId, string[]? units, CampaignItem? after, int limit)
    {
        var (document, assignment) = (after?.DocumentId ?? Guid.Empty, after?.AssignmentId ?? Guid.Empty);
        var rows = await session.ListAsync<ItemRow>(
            $"""
            SELECT document_id, assignment_id, title, snapshot FROM (
                SELECT 1 AS place, d.id AS id, d.id AS document_id, NULL AS assignment_id, d.title AS title, '' AS snapshot
                FROM campaign_documents c JOIN documents d ON d.id = c.document_id
                WHERE c.campaign_id = @campaignId AND d.id > @document {(after?.AssignmentId is null ? "" : "AND 1 = 0")}
                UNION ALL
                SELECT 2, a.id, NULL, a.id, '', a.snapshot FROM assignments a
                WHERE a.id > @assignment
                    AND a.id IN (
                        SELECT assignment_id FROM campaign_assignments WHERE campaign_id = @campaignId
                        UNION
                        SELECT x.id FROM assignments x JOIN campaign_documents c ON c.document_id = x.document_id
                        WHERE c.campaign_id = @campaignId)
                    {(units is null ? "" : $"AND a.issued_once AND a.id IN (SELECT assignment_id FROM assignment_units WHERE {session.Dialect.In("unit", "@units")})")}
            ) AS items
            ORDER BY place, id LIMIT @limit
            """, new { campaignId, units, document, assignment, limit });
        return [.. rows.Select(row => row.ToItem())];
    }

    /// <summary>Needs the campaign held (<see cref="GetForChangeAsync"/>). Nothing happens if it is in the campaign already.</summary>
    public async Task AddItemAsync(Transaction transaction, Campaign campaign, CampaignItem item, DateTimeOffset at)
    {
        var (table, column) = TableOf(item);
        var added = await transaction.ExecuteAsync(
            $"INSERT INTO {table} (campaign_id, {column}) VALUES (@Id, @item) ON CONFLICT DO NOTHING", Key(campaign, item));
        if (added == 1)
        {
            await TellAsync(transaction, campaign, item, belongs: true, at);
        }
    }

    /// <summary>Needs the campaign held (<see cref="GetForChangeAsync"/>).</summary>
    /// <exception cref="DomainException">CAMPAIGN_ITEM_NOT_FOUND.</exception>
    public async Task RemoveItemAsync(Transaction transaction, Campaign campaign, CampaignItem item, DateTimeOffset at)
    {
        var (table, column) = TableOf(item);
        var removed = await transaction.ExecuteAsync($"DELETE FROM {table} WHERE campaign_id = @Id AND {column} = @item", Key(campaign, item));
        if (removed == 0)
        {
            throw DomainException.NotFound("CAMPAIGN_ITEM_NOT_FOUND", "campaign item",
                item.DocumentId is { } document ? $"documents/{document}" : $"assignments/{item.AssignmentId}");
        }

        await TellAsync(transaction, campaign, item, belongs: false, at);
    }

    static async Task TellAsync(Transaction transaction, Campaign campaign, CampaignItem item, bool belongs, DateTimeOffset at)
    {
        var version = campaign.Version + 1;
        await transaction.ExecuteAsync("UPDATE campaigns SET version = @version WHERE id = @Id", new { version, campaign.Id });
        transaction.Publish(new CampaignItemChanged(campaign.Id, item.DocumentId, item.AssignmentId, belongs, at, version));
    }

    static (string Table, string Column) TableOf(CampaignItem item) =>
        item.DocumentId is not null ? ("campaign_documents", "document_id") : ("campaign_assignments", "assignment_id");

    static object Key(Campaign campaign, CampaignItem item) => new { campaign.Id, item = (item.DocumentId ?? item.AssignmentId)!.Value };

    static DomainException NotFound(Guid id) => DomainException.NotFound("CAMPAIGN_NOT_FOUND", "campaign", $"campaigns/{id}");
}
