using CanThoGov.Protos.City.V1;
using Grpc.Core;
using Ruling = CanThoGov.Protos.City.V1.Overlap.Types.Ruling;
using State = CanThoGov.Protos.City.V1.Assignment.Types.State;

namespace CanThoGov.Portal.Clients;

/// <summary>Another assignment that one collides with, or that it was ruled about.</summary>
/// <param name="OtherName">Of the other one: <c>assignments/{assignment}</c>.</param>
/// <param name="Other">Null where it is one of too many.</param>
public sealed record Collision(Overlap Overlap, string OtherName, Assignment? Other)
{
    const int Read = 20;

    public bool IsRuled => Overlap.Ruling != Ruling.Unspecified;

    /// <summary>It was ruled that the other one goes on instead.</summary>
    public bool IsGivenUp => Overlap.Kept.Length > 0 && Overlap.Kept == OtherName;

    /// <summary>It was ruled that the other one does not go on, which it still does.</summary>
    public bool GoesOnAllTheSame => Overlap is { Ruling: Ruling.CancelOne, Kept.Length: > 0 } && !IsGivenUp
        && Other is { State: not (State.Cancelled or State.Completed) };

    /// <summary>It can be issued, once what it collides with is ruled.</summary>
    public static bool StopsIssue(Assignment assignment) => assignment.State is State.Draft or State.Returned;

    /// <summary>What it collides with now, if it is to be issued; otherwise what was ruled about it.</summary>
    public static async Task<IReadOnlyList<Collision>> ReadAsync(Backend backend, Assignment assignment)
    {
        var found = StopsIssue(assignment) ? await CheckAsync(backend, assignment) : await RulingsAsync(backend, assignment);
        var others = await Task.WhenAll(found.Take(Read).Select(one => backend.AssignmentAsync(IdOf(NameOf(one)))));
        return [.. found.Select((one, i) => new Collision(one, NameOf(one), i < others.Length ? others[i] : null))];

        string NameOf(Overlap overlap) => overlap.Assignment == assignment.Name ? overlap.Other : overlap.Assignment;
    }

    // A draft whose due time cannot be reckoned yet cannot be issued for that reason first.
    static async Task<IReadOnlyList<Overlap>> CheckAsync(Backend backend, Assignment assignment)
    {
        try
        {
            return await backend.OverlapsAsync(assignment.Name);
        }
        catch (BackendException e) when (e.Code == StatusCode.FailedPrecondition)
        {
            return [];
        }
    }

    // Newest first: of two rulings about the same the newer holds.
    static async Task<IReadOnlyList<Overlap>> RulingsAsync(Backend backend, Assignment assignment) =>
        [.. (await backend.RulingsAsync(assignment.Name)).DistinctBy(one => string.CompareOrdinal(one.Assignment, one.Other) < 0
            ? (one.Assignment, one.Other)
            : (one.Other, one.Assignment))];

    static string IdOf(string name) => name[(name.LastIndexOf('/') + 1)..];
}
