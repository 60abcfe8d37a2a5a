using CanThoGov.City.Documents;
using CanThoGov.Platform.Data;

namespace CanThoGov.Load;

/// <summary>Letters that the assignments come from.</summary>
static class LoadDocuments
{
    public static async Task AddAsync(Transaction transaction, IReadOnlyList<Guid> ids, DateTimeOffset now)
    {
        var documents = new DocumentStore();
        foreach (var (i, id) in ids.Index())
        {
            await documents.AddAsync(transaction, new()
            {
                Id = id,
                Number = $"{i}",
                Symbol = "CV-UBND",
                Kind = "Công văn",
                Issuer = "UBND thành phố",
                CreatedAt = now,
            });
        }
    }
}
