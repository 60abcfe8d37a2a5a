using CanThoGov.Contracts.Assignments;
using CanThoGov.Platform.Security;
using CanThoGov.Testing;
using PartState = CanThoGov.Protos.City.V1.Coordinator.Types.State;
using Pb = CanThoGov.Protos.Ward.V1;

namespace CanThoGov.Ward.Tests;

[Trait("Category", "Sqlite")]
public sealed class CoordinationTests_Sqlite(SqliteDatabase<WardDatabase> fixture) : CoordinationTests<SqliteDatabase<WardDatabase>>(fixture);

[Trait("Category", "Postgres")]
public sealed class CoordinationTests_Postgres(PostgresDatabase<WardDatabase> fixture)
    : CoordinationTests<PostgresDatabase<WardDatabase>>(fixture);

/// <summary>What a unit's copy shows of the parts of coordinating units.</summary>
public abstract class CoordinationTests<TFixture>(TFixture fixture) : WardTests<TFixture>(fixture) where TFixture : TestDatabase<WardDatabase>
{
    [Fact]
    public async Task R04_CoordinatingUnit_SeesItsPartWithDueDateAndState_AndTheLeadTheAnswer()
    {
        await using var ward = await StartWardAsync();
        var issued = Events.Issued(Events.NinhKieu, [Events.CaiKhe]);
        issued = issued with { Coordinators = [issued.Coordinators[0] with { Due = new(Events.Due.AddDays(-3), "") }] };
        await ward.HandleAsync(issued.IssuedEvent());

        var part = (await GetAsync(ward, Events.CaiKhe, issued.Id)).Part;
        Assert.Equal(("Hỗ trợ nhân lực", "2026-01-27", PartState.Waiting), (part.Part, part.DueDate, part.State));
        Assert.Null((await GetAsync(ward, Events.NinhKieu, issued.Id)).Part);

        // The newer words come first, the older ones late.
        var answered = issued with { Coordinators = [issued.Coordinators[0] with { Contribution = new(Events.Monday, "canbo-01") }] };
        await ward.HandleAsync(new ContributionSubmitted(answered, Events.CaiKhe, "Cử 15 người", Events.Monday, 3));
        await ward.HandleAsync(new ContributionSubmitted(answered, Events.CaiKhe, "Cử 10 người", Events.Monday, 2));

        part = (await GetAsync(ward, Events.CaiKhe, issued.Id)).Part;
        Assert.Equal((PartState.Answered, "Cử 15 người"), (part.State, part.Contribution));
        Assert.Equal([part], (await GetAsync(ward, Events.NinhKieu, issued.Id)).Assignment.Coordinators);
    }

    [Fact]
    public async Task R35_GrantedTransfer_MovesTheLeadInTheCopiesInWhateverOrderItIsHeard()
    {
        await using var ward = await StartWardAsync();
        var issued = Events.Issued(Events.NinhKieu);
        var moved = issued with
        {
            Lead = new(Events.CaiKhe, Organ.PeoplesCommittee),
            Transfers =
            [
                new(1, TransferState.Granted, Events.NinhKieu, new(Events.CaiKhe, Organ.PeoplesCommittee), new(GroundKind.WrongCompetence), "Khác địa bàn",
                    Events.Monday, "canbo-01"),
            ],
        };
        await ward.HandleAsync(new TransferDecided(moved, Granted: true, Events.Monday, 3));
        await ward.HandleAsync(issued.IssuedEvent());

        var (old, now) = (await GetAsync(ward, Events.NinhKieu, issued.Id), await GetAsync(ward, Events.CaiKhe, issued.Id));
        Assert.Equal((false, true), (old.Leads, old.FormerlyLed));
        Assert.Equal((true, false), (now.Leads, now.FormerlyLed));
        Assert.Equal(3, now.CityVersion);
    }

    [Fact]
    public async Task R33_SuccessorOfACoordinatingUnit_SeesTheAnswerThatItNeverHeard()
    {
        await using var ward = await StartWardAsync();
        var issued = Events.Issued(Events.NinhKieu, [Events.CaiKhe]);
        var passed = issued with
        {
            Coordinators = [issued.Coordinators[0] with { Contribution = new(Events.Monday, "canbo-01") { Units = ["xa-cu"] } }],
        };
        await ward.HandleAsync(new AssignmentSucceeded(passed, "xa-cu", Events.CaiKhe, Events.Monday, 4) { Words = [new("xa-cu", "Cử 15 người")] });

        var part = (await GetAsync(ward, Events.CaiKhe, issued.Id)).Part;
        Assert.Equal((PartState.Answered, "Cử 15 người"), (part.State, part.Contribution));
    }

    static async Task<Pb.WardAssignment> GetAsync(WardHost ward, string unit, Guid id) => await ward.Assignments.GetWardAssignmentAsync(
        new() { Name = $"units/{unit}/assignments/{id}" }, ward.As(Roles.Ward, unit), cancellationToken: Ct);
}
