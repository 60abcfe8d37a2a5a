using System.Globalization;
using CanThoGov.Suite.Scenarios;

namespace CanThoGov.Suite.Tests;

/// <summary>The data of the scenario: faithful to the documents, honest about what is invented, and playable.</summary>
[Trait("Category", "Unit")]
public sealed class ScenarioTests
{
    static readonly string[] Wards = [.. Enumerable.Range(1, 103).Select(n => $"{31000 + n}-2025")];

    readonly Scenario _scenario = Scenario.Load("q1-2026");

    [Fact]
    public void Load_UnknownScenario_IsRefused() =>
        Assert.Contains("q9-2099", Assert.Throws<ScenarioException>(() => Scenario.Load("q9-2099")).Message, StringComparison.Ordinal);

    [Fact]
    public void Facts_OfTheDocuments_AreAllThere()
    {
        Assert.Equal(17, _scenario.Facts.Documents.Count);
        Assert.Equal(15, _scenario.Facts.Provisions.Count);
        Assert.Equal(3, _scenario.Facts.Provisions.Count(provision => !provision.GivesWork));
        Assert.Equal(Enumerable.Range(1, 22).Select(n => $"A{n:00}"), _scenario.Facts.Assignments.Select(assignment => assignment.Id));

        // Same number and symbol, two documents; and what is not given stays null.
        Assert.Equal(2, _scenario.Facts.Documents.Count(document => document.Reference == "59-NQ/TW"));
        var resolution = _scenario.Facts.Documents.Single(document => document.Id == "D06");
        Assert.Null(resolution.Number);
        Assert.Null(resolution.IssueDate);
        Assert.Equal("Quy định 144-QĐ/TW ngày 09/05/2024 của Bộ Chính trị", _scenario.Facts.Documents[1].Citation);
    }

    [Fact]
    public void Facts_NoAssignment_HasADateOfTheDocuments() =>
        Assert.All(_scenario.Facts.Assignments, assignment => Assert.NotEqual("FIXED_DATE", assignment.Deadline.Kind));

    [Fact]
    public void Facts_EveryProvisionThatGivesWork_HasItsAssignment() =>
        Assert.Equal(
            _scenario.Facts.Provisions.Where(provision => provision.GivesWork).Select(provision => provision.Id),
            _scenario.Facts.Assignments.Where(assignment => assignment.Provision is not null).Select(assignment => assignment.Provision!));

    [Fact]
    public void Expand_SharesOfTheWards_AddUpToAll()
    {
        string[] shares = ["wards:1/3", "wards:2/3", "wards:3/3"];

        Assert.Equal(103, shares.Sum(share => _scenario.Expand([share], Wards).Count));
        Assert.Equal(Wards, _scenario.Expand(shares, Wards).Order(StringComparer.Ordinal));
        Assert.Equal(105, _scenario.Expand(["wards", "invented", "mau-a-2026"], Wards).Count);
    }

    [Fact]
    public void RequestId_SameParts_GiveTheSameId()
    {
        Assert.Equal(RequestId.For("q1-2026", "clock"), RequestId.For("q1-2026", "clock"));
        Assert.NotEqual(RequestId.For("ab", "c"), RequestId.For("a", "bc"));
        Assert.True(Guid.TryParse(RequestId.For("x"), out _));
    }

    [Fact]
    public void Days_Played_FollowTheLifecycleAndLeaveNothingNegativeOnARealUnit()
    {
        var copies = Play();

        Assert.Equal(346, copies.Count);
        foreach (var copy in copies.Values)
        {
            var real = !copy.Unit.StartsWith("mau-", StringComparison.Ordinal);
            var expected = copy.Due is null ? "in work" : real || copy.Id != "A18" || copy.Unit != "mau-b-2026" ? "completed" : "in work";
            Assert.True(copy.State == expected, $"{copy.Id} of {copy.Unit} ends {copy.State}");
            Assert.False(real && copy.WasLate, $"{copy.Id} of {copy.Unit} is late");
        }

        Assert.Equal(["A13", "A17", "A18"], copies.Values.Where(copy => copy.WasLate).Select(copy => copy.Id).Order(StringComparer.Ordinal));
    }

    // The lifecycle as the contract of AssignmentService tells it, in short.
    Dictionary<(string, string), Copy> Play()
    {
        var copies = new Dictionary<(string, string), Copy>();
        foreach (var day in _scenario.Overlay.Days)
        {
            foreach (var action in day.Actions)
            {
                if (action.Do == Deed.TryIssueWithoutDeadline)
                    continue;
                var overlay = _scenario.OverlayOf(action.Assignment);
                foreach (var unit in _scenario.Expand(action.Do == Deed.Issue ? overlay.Members : action.Units, Wards))
                {
                    if (action.Do == Deed.Issue)
                        copies.Add((action.Assignment, unit), new Copy(action.Assignment, unit, DueOf(action.Assignment)));
                    else if (action.OnBehalfOf is null)
                        copies[(action.Assignment, unit)].Do(action, day);
                }
            }
        }

        var end = _scenario.Overlay.Days[^1].LocalTime;
        foreach (var copy in copies.Values)
            copy.Close(end);
        return copies;
    }

    DateTime? DueOf(string id)
    {
        var fact = _scenario.Facts.Assignments.Single(assignment => assignment.Id == id);
        var date = _scenario.OverlayOf(id).WorkingDeadline?.Date ?? (fact.Deadline.Period == "2026-Q1" ? "2026-03-31" : null);
        return date is null ? null : DateTime.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddHours(17);
    }

    sealed class Copy(string id, string unit, DateTime? due)
    {
        DateTime? _asked;
        int _items;

        public string Id => id;

        public string Unit => unit;

        public DateTime? Due { get; private set; } = due;

        public string State { get; private set; } = "issued";

        public bool WasLate { get; private set; }

        public void Do(ScenarioAction action, ScenarioDay day)
        {
            void From(params string[] states) =>
                Assert.True(states.Contains(State), $"{day.At}: {action.Do} of {id} by {unit} is not possible when {State}");

            Close(day.LocalTime);
            switch (action.Do)
            {
                case Deed.Acknowledge: From("issued"); State = "in work"; break;
                case Deed.Allocate: From("in work"); _items++; break;
                case Deed.Work: Assert.Equal(1, _items); break;
                case Deed.Report:
                    From("in work", "rework");
                    Assert.True(action.Percent is not null || _items > 0, $"{day.At}: {unit} has nothing to report on {id}");
                    break;
                case Deed.Submit: From("in work", "rework"); State = "submitted"; break;
                case Deed.Accept: From("submitted"); State = "completed"; break;
                case Deed.SendBack: From("submitted"); State = "rework"; break;
                case Deed.Return: From("issued", "in work"); State = "returned"; break;
                case Deed.Reissue: From("returned"); State = "issued"; break;
                case Deed.RequestExtension: From("in work"); _asked = Parse(action.Date); break;
                case Deed.DecideExtension:
                    Assert.NotNull(_asked);
                    Due = action.Grant ? _asked : Due;
                    break;
                case Deed.RaiseObstacle: From("in work"); break;
                case Deed.AnswerObstacle: From("in work"); break;
                default: Assert.Fail($"{action.Do}"); break;
            }
        }

        // A due time that passes while a result waits or the work is handed back is nobody's.
        public void Close(DateTime now) => WasLate |= now > Due && State is ("issued" or "in work" or "rework");

        static DateTime Parse(string date) => DateTime.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddHours(17);
    }
}
