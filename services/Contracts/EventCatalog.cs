using System.Collections.Frozen;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Contracts.Deadlines;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Contracts.Registers;
using CanThoGov.Contracts.WorkItems;

namespace CanThoGov.Contracts;

/// <summary>
/// Every event with the name it has on the wire. A name never changes and its body only ever gains optional fields;
/// anything else is a new name, published beside the old one.
/// </summary>
public static class EventCatalog
{
    public const string City = "city", Ward = "ward", Monitoring = "monitoring";

    static readonly FrozenDictionary<Type, string> Names = new Dictionary<Type, string>
    {
        [typeof(UnitRegistered)] = "vn.gov.cantho.city.unit-registered.v1",
        [typeof(UnitDissolved)] = "vn.gov.cantho.city.unit-dissolved.v1",
        [typeof(CalendarPublished)] = "vn.gov.cantho.city.calendar-published.v1",
        [typeof(DocumentRegistered)] = "vn.gov.cantho.city.document-registered.v1",
        [typeof(CompetenceRecorded)] = "vn.gov.cantho.city.competence-recorded.v1",
        [typeof(CompetenceEnded)] = "vn.gov.cantho.city.competence-ended.v1",
        [typeof(DocumentRelated)] = "vn.gov.cantho.city.document-related.v1",
        [typeof(DocumentRelationRemoved)] = "vn.gov.cantho.city.document-relation-removed.v1",
        [typeof(CampaignChanged)] = "vn.gov.cantho.city.campaign-changed.v1",
        [typeof(CampaignItemChanged)] = "vn.gov.cantho.city.campaign-item-changed.v1",
        [typeof(HeadChanged)] = "vn.gov.cantho.city.head-changed.v1",
        [typeof(PortfolioChanged)] = "vn.gov.cantho.city.portfolio-changed.v1",
        [typeof(ClockAdvanced)] = "vn.gov.cantho.city.clock-advanced.v1",
        [typeof(AssignmentIssued)] = "vn.gov.cantho.city.assignment-issued.v1",
        [typeof(AssignmentAcknowledged)] = "vn.gov.cantho.city.assignment-acknowledged.v1",
        [typeof(ContributionSubmitted)] = "vn.gov.cantho.city.contribution-submitted.v1",
        [typeof(AssignmentSucceeded)] = "vn.gov.cantho.city.assignment-succeeded.v1",
        [typeof(ProgressReported)] = "vn.gov.cantho.city.progress-reported.v1",
        [typeof(ResultSubmitted)] = "vn.gov.cantho.city.result-submitted.v1",
        [typeof(ResultAccepted)] = "vn.gov.cantho.city.result-accepted.v1",
        [typeof(ResultSentBack)] = "vn.gov.cantho.city.result-sent-back.v1",
        [typeof(AssignmentReturned)] = "vn.gov.cantho.city.assignment-returned.v1",
        [typeof(TransferRequested)] = "vn.gov.cantho.city.transfer-requested.v1",
        [typeof(TransferDecided)] = "vn.gov.cantho.city.transfer-decided.v1",
        [typeof(AssignmentCancelled)] = "vn.gov.cantho.city.assignment-cancelled.v1",
        [typeof(AssignmentSuspended)] = "vn.gov.cantho.city.assignment-suspended.v1",
        [typeof(AssignmentResumed)] = "vn.gov.cantho.city.assignment-resumed.v1",
        [typeof(ExtensionRequested)] = "vn.gov.cantho.city.extension-requested.v1",
        [typeof(ExtensionDecided)] = "vn.gov.cantho.city.extension-decided.v1",
        [typeof(ObstacleRaised)] = "vn.gov.cantho.city.obstacle-raised.v1",
        [typeof(ObstacleAnswered)] = "vn.gov.cantho.city.obstacle-answered.v1",
        [typeof(ObstacleAccepted)] = "vn.gov.cantho.city.obstacle-accepted.v1",
        [typeof(ObstacleRerouted)] = "vn.gov.cantho.city.obstacle-rerouted.v1",
        [typeof(ObstacleEscalated)] = "vn.gov.cantho.city.obstacle-escalated.v1",
        [typeof(ObstacleProposed)] = "vn.gov.cantho.city.obstacle-proposed.v1",
        [typeof(ObstacleResolved)] = "vn.gov.cantho.city.obstacle-resolved.v1",
        [typeof(ObstacleReopened)] = "vn.gov.cantho.city.obstacle-reopened.v1",
        [typeof(DueTimeMoved)] = "vn.gov.cantho.city.due-time-moved.v1",
        [typeof(AccountableHeadChanged)] = "vn.gov.cantho.city.accountable-head-changed.v1",
        [typeof(WorkItemAllocated)] = "vn.gov.cantho.ward.work-item-allocated.v1",
        [typeof(WorkItemReported)] = "vn.gov.cantho.ward.work-item-reported.v1",
        [typeof(WorkItemReallocated)] = "vn.gov.cantho.ward.work-item-reallocated.v1",
        [typeof(WorkItemRescheduled)] = "vn.gov.cantho.ward.work-item-rescheduled.v1",
        [typeof(ProgrammeDrafted)] = "vn.gov.cantho.ward.programme-drafted.v1",
        [typeof(ProgrammeAdopted)] = "vn.gov.cantho.ward.programme-adopted.v1",
        [typeof(ProgrammeAmended)] = "vn.gov.cantho.ward.programme-amended.v1",
        [typeof(WardClockFollowed)] = "vn.gov.cantho.ward.ward-clock-followed.v1",
        [typeof(DeadlineDueSoon)] = "vn.gov.cantho.monitoring.deadline-due-soon.v1",
        [typeof(DeadlineMissed)] = "vn.gov.cantho.monitoring.deadline-missed.v1",
        [typeof(DeadlineEscalated)] = "vn.gov.cantho.monitoring.deadline-escalated.v1",
        [typeof(ReminderIssued)] = "vn.gov.cantho.monitoring.reminder-issued.v1",
        [typeof(ProgrammeReviewed)] = "vn.gov.cantho.monitoring.programme-reviewed.v1",
        [typeof(MonitoringClockFollowed)] = "vn.gov.cantho.monitoring.monitoring-clock-followed.v1",
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, Type> Types = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Names of events that are the city's and monitoring's own affair: no log shows them to a ward.</summary>
    public static IReadOnlyList<string> NotForWards { get; } = [NameOf(typeof(PortfolioChanged))];

    /// <summary>Every event type.</summary>
    public static IReadOnlyCollection<Type> All => Names.Keys;

    /// <exception cref="ArgumentException">The type is not an event of the contract.</exception>
    public static string NameOf(Type type) =>
        Names.TryGetValue(type, out var name) ? name : throw new ArgumentException($"{type} is not in the event catalog.", nameof(type));

    /// <summary>Null for a name that this release does not know: a newer one, to be passed over.</summary>
    public static Type? FindType(string name) => Types.GetValueOrDefault(name);

    /// <summary><c>city</c> of <c>vn.gov.cantho.city.assignment-issued.v1</c>.</summary>
    public static string ServiceOf(string name) => name.Split('.')[3];

    /// <summary><c>assignment-issued</c> of <c>vn.gov.cantho.city.assignment-issued.v1</c>.</summary>
    public static string ShortNameOf(string name) => name.Split('.')[4];
}
