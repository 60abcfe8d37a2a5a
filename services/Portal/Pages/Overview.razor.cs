using CanThoGov.Platform.Text;
using CanThoGov.Portal.Text;
using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Monitoring.V1;
using Microsoft.AspNetCore.Components;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;
using Timeliness = CanThoGov.Protos.City.V1.Assignment.Types.Timeliness;

namespace CanThoGov.Portal.Pages;

/// <summary>The city at a glance.</summary>
public sealed partial class Overview
{
    const int PressingCount = 12;

    IReadOnlyList<Protos.Monitoring.V1.Deadline> _pressing = [];
    IReadOnlyList<(string Title, IReadOnlyList<UnitCard> Cards)> _groups = [];

    [SupplyParameterFromQuery(Name = "tim")]
    public string? Search { get; set; }

    CityOverview City { get; set; } = new();

    int Total => City.States.Sum(count => count.Count);

    int Open => Total - Count(State.Completed) - Count(State.Returned) - Count(State.Cancelled);

    string IllustrativeShare =>
        $"{Vietnamese.Number(City.IllustrativeCount)} trên {Vietnamese.Number(Total)} nhiệm vụ có giá trị được đặt ra để minh họa";

    protected override async Task LoadAsync()
    {
        if (Viewer is { IsWard: true })
        {
            Navigation.NavigateTo("/viec");
            return;
        }

        var overview = Backend.OverviewAsync();
        var pressing = Backend.PressingAsync(PressingCount);
        var scorecards = Backend.ScorecardsAsync();
        var units = Backend.UnitsAsync();
        (City, _pressing) = (await overview, await pressing);
        _groups = Groups(await scorecards, await units);
    }

    int Count(State state) => City.States.FirstOrDefault(count => count.State == state)?.Count ?? 0;

    int Count(Timeliness timeliness) => City.Timeliness.FirstOrDefault(count => count.Timeliness == timeliness)?.Count ?? 0;

    string Part(int count) => (Total == 0 ? 0 : (double)count / Total).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);

    static (string, IReadOnlyList<UnitCard>)[] Groups(IReadOnlyList<Scorecard> scorecards, IReadOnlyDictionary<string, Unit> units)
    {
        var cards = scorecards.Select(score => new UnitCard(score, units.GetValueOrDefault(score.Unit))).ToArray();
        var groups = new (string Title, Func<UnitCard, bool> Contains)[]
        {
            ("Xã, phường", card => !card.IsInvented && card.IsWardOrCommune),
            ("Cơ quan của thành phố", card => !card.IsInvented && !card.IsWardOrCommune),
            ("Đơn vị đặt ra để minh họa", card => card.IsInvented),
        };
        return
        [
            .. groups.Select(group => (group.Title, (IReadOnlyList<UnitCard>)[.. cards.Where(group.Contains).OrderBy(card => card.SortKey, StringComparer.Ordinal)]))
                .Where(group => group.Item2.Count > 0),
        ];
    }

    /// <param name="Unit">Null if the register does not know it yet.</param>
    internal sealed record UnitCard(Scorecard Score, Unit? Unit)
    {
        public bool IsInvented => Score.Illustrative || Unit?.Illustrative == true;

        public bool IsIllustrative => IsInvented || Score.IllustrativeCount > 0;

        public bool IsWardOrCommune => Unit?.Kind is Unit.Types.Kind.Ward or Unit.Types.Kind.Commune;

        /// <summary>By the name proper: all "Phường" before all "Xã" would be no help.</summary>
        public string SortKey => VietnameseOrder.Key(IsWardOrCommune ? Score.UnitDisplayName[(Score.UnitDisplayName.IndexOf(' ') + 1)..] : Score.UnitDisplayName);

        public string Fold => Folding.Fold($"{Score.UnitDisplayName} {Unit?.StatisticalCode} {Unit?.FormerProvince}");

        /// <summary>What is more than nothing; empty if nothing is.</summary>
        public string Attention() => string.Join(", ", new[]
        {
            (Score.OverdueCount, "quá hạn"), (Score.DueSoonCount, "sắp đến hạn"), (Score.CompletedLateCount, "hoàn thành muộn"),
            (Score.UnacknowledgedCount, "chưa tiếp nhận"), (Score.OpenCount, "đang mở"),
        }.Where(count => count.Item1 > 0).Select(count => $"{Vietnamese.Number(count.Item1)} {count.Item2}"));

        public bool Matches(string? search) => string.IsNullOrWhiteSpace(search) || Fold.Contains(Folding.Fold(search.Trim()), StringComparison.Ordinal);
    }
}
