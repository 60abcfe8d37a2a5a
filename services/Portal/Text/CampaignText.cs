using CanThoGov.Protos.City.V1;

namespace CanThoGov.Portal.Text;

/// <summary>What several pages say of a campaign.</summary>
public static class CampaignText
{
    public static string Window(Campaign campaign) => $"Từ {Vietnamese.Date(campaign.FromDate)} đến {Vietnamese.Date(campaign.ToDate)}";

    /// <param name="today">Local date <c>YYYY-MM-DD</c>.</param>
    public static (string Text, string Tone) When(Campaign campaign, string today) =>
        string.CompareOrdinal(today, campaign.FromDate) < 0 ? ("Sắp tới", "wait")
        : string.CompareOrdinal(today, campaign.ToDate) > 0 ? ("Đã qua", "off")
        : ("Đang diễn ra", "work");
}
