using System.Text.RegularExpressions;
using CanThoGov.City.Overlaps;
using CanThoGov.Contracts;
using CanThoGov.Contracts.Assignments;
using CanThoGov.Contracts.Competences;
using CanThoGov.Contracts.Programmes;
using CanThoGov.Contracts.Registers;
using CanThoGov.Protos.Attachments.V1;
using CanThoGov.Protos.City.V1;
using CanThoGov.Protos.Events.V1;
using CanThoGov.Protos.Monitoring.V1;
using CanThoGov.Protos.Ward.V1;
using Google.Protobuf.Reflection;

namespace CanThoGov.Architecture.Tests;

[Trait("Category", "Architecture")]
public sealed partial class ContractTests
{
    static readonly FileDescriptor[] Files =
    [
        UnitServiceReflection.Descriptor, DocumentServiceReflection.Descriptor, AssignmentServiceReflection.Descriptor,
        CalendarServiceReflection.Descriptor, CoordinationDutyServiceReflection.Descriptor, ClockServiceReflection.Descriptor,
        WardAssignmentServiceReflection.Descriptor, WorkItemServiceReflection.Descriptor, BatchServiceReflection.Descriptor,
        OverlapServiceReflection.Descriptor, OccurrenceServiceReflection.Descriptor,
        OutgoingCallServiceReflection.Descriptor, DeadlineServiceReflection.Descriptor, ScorecardServiceReflection.Descriptor,
        EventServiceReflection.Descriptor, AssignmentWatchServiceReflection.Descriptor, TraceServiceReflection.Descriptor,
        EventLogServiceReflection.Descriptor, CompetenceServiceReflection.Descriptor, ObstacleServiceReflection.Descriptor,
        AttachmentServiceReflection.Descriptor, QuarterProgrammeServiceReflection.Descriptor, ProgrammeServiceReflection.Descriptor,
        UnitProgrammeServiceReflection.Descriptor,
        DocumentRelationServiceReflection.Descriptor, CampaignServiceReflection.Descriptor, OfficialServiceReflection.Descriptor,
        PortfolioServiceReflection.Descriptor,
    ];

    static IEnumerable<MethodDescriptor> Methods => Files.SelectMany(file => file.Services).SelectMany(service => service.Methods);

    static readonly string[] Reading = ["Get", "List", "Explain", "Preview", "Watch", "Export", "Check", "Download"];

    static bool Reads(MethodDescriptor method) => Reading.Any(verb => method.Name.StartsWith(verb, StringComparison.Ordinal));

    [Fact]
    public void EveryMutation_CarriesARequestId() =>
        // An upload is named by its caller, which makes a repeat the same.
        Assert.All(Methods.Where(method => !Reads(method) && method.Name != "UploadAttachment"), method => Assert.NotNull(method.InputType.FindFieldByName("request_id")));

    [Fact]
    public void EveryList_IsPaged() =>
        Assert.All(Methods.Where(method => method.Name.StartsWith("List", StringComparison.Ordinal) && method.Name != "ListEvents"), method =>
        {
            Assert.NotNull(method.InputType.FindFieldByName("page_size"));
            Assert.NotNull(method.InputType.FindFieldByName("page_token"));
            Assert.NotNull(method.OutputType.FindFieldByName("next_page_token"));
        });

    [Fact]
    public void EveryDecisionOfTheCity_TakesAnEtag()
    {
        var verbs = AssignmentService.Descriptor.Methods.Where(method => !Reads(method) && method.Name != "CreateAssignment");
        Assert.All(verbs, method => Assert.NotNull(method.InputType.FindFieldByName("etag")));
    }

    [Fact]
    public void EveryEvent_IsASealedRecordOfTheCatalogThatEndsInItsVersion()
    {
        var events = typeof(IEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IEvent)) && !type.IsInterface).ToArray();
        Assert.NotEmpty(events);
        Assert.Equal(events.OrderBy(type => type.Name), EventCatalog.All.OrderBy(type => type.Name));
        Assert.All(events, type =>
        {
            Assert.True(type.IsSealed, type.Name);
            var last = type.GetConstructors().Single().GetParameters()[^1];
            Assert.Equal(("Version", typeof(long)), (last.Name, last.ParameterType));
        });
    }

    [Fact]
    public void EveryEventName_FollowsItsTypeAndIsUnique()
    {
        var names = EventCatalog.All.Select(EventCatalog.NameOf).ToArray();
        Assert.All(names, name => Assert.Matches(EventName(), name));
        Assert.Distinct(names.Select(EventCatalog.ShortNameOf));
        Assert.All(EventCatalog.All, type => Assert.Equal(
            type.Name, string.Concat(EventCatalog.ShortNameOf(EventCatalog.NameOf(type)).Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))));
    }

    public static TheoryData<Type, Type> Enums => new()
    {
        { typeof(AssignmentState), typeof(Assignment.Types.State) },
        { typeof(Timeliness), typeof(Assignment.Types.Timeliness) },
        { typeof(CriteriaSet), typeof(Assignment.Types.CriteriaSet) },
        { typeof(DeadlineKind), typeof(CanThoGov.Protos.City.V1.Deadline.Types.Kind) },
        { typeof(Organ), typeof(Unit.Types.Organ) },
        { typeof(UnitKind), typeof(Unit.Types.Kind) },
        { typeof(ExtensionState), typeof(CanThoGov.Protos.City.V1.Extension.Types.State) },
        { typeof(GroundKind), typeof(CanThoGov.Protos.City.V1.Ground.Types.Kind) },
        { typeof(TransferState), typeof(CanThoGov.Protos.City.V1.Transfer.Types.State) },
        { typeof(HolderEnd), typeof(CanThoGov.Protos.City.V1.Holder.Types.End) },
        { typeof(CoordinatorState), typeof(CanThoGov.Protos.City.V1.Coordinator.Types.State) },
        { typeof(ObstacleState), typeof(CanThoGov.Protos.City.V1.Obstacle.Types.State) },
        { typeof(CanThoGov.Contracts.Competences.FieldOfWork), typeof(CanThoGov.Protos.City.V1.FieldOfWork) },
        { typeof(CompetenceLevel), typeof(Competence.Types.Level) },
        { typeof(CompetenceBasis), typeof(Competence.Types.Basis) },
        { typeof(CompetenceFinding), typeof(CanThoGov.Protos.City.V1.CompetenceCheck.Types.Finding) },
        { typeof(CanThoGov.Contracts.Assignments.ObstacleLevel), typeof(CanThoGov.Protos.City.V1.ObstacleLevel) },
        { typeof(CanThoGov.City.Obstacles.ObstacleStepKind), typeof(CanThoGov.Protos.City.V1.ObstacleStep.Types.Kind) },
        { typeof(ProgrammeState), typeof(CanThoGov.Protos.Ward.V1.Programme.Types.State) },
        { typeof(OverlapKind), typeof(CanThoGov.Protos.City.V1.Overlap.Types.Kind) },
        { typeof(OverlapRuling), typeof(CanThoGov.Protos.City.V1.Overlap.Types.Ruling) },
        { typeof(SubmissionState), typeof(CanThoGov.Protos.City.V1.Submission.Types.State) },
        { typeof(Urgency), typeof(Document.Types.Urgency) },
        { typeof(Secrecy), typeof(Document.Types.Secrecy) },
        { typeof(PortfolioKind), typeof(Portfolio.Types.Kind) },
        { typeof(DocumentRelationKind), typeof(DocumentRelation.Types.Kind) },
    };

    [Theory]
    [MemberData(nameof(Enums))]
    public void EnumsOfEventsAndProtos_AreNumberedAlike(Type ofEvents, Type ofProtos)
    {
        var values = Enum.GetValuesAsUnderlyingType(ofEvents).Cast<int>().Where(value => value != 0)
            .Select(value => (value, Enum.GetName(ofEvents, value)));
        var expected = Enum.GetValuesAsUnderlyingType(ofProtos).Cast<int>().Where(value => value != 0)
            .Select(value => (value, Enum.GetName(ofProtos, value)));
        Assert.Equal(expected, values);
    }

    [GeneratedRegex(@"^vn\.gov\.cantho\.(city|ward|monitoring)\.[a-z]+(-[a-z]+)*\.v[0-9]+$")]
    private static partial Regex EventName();
}
