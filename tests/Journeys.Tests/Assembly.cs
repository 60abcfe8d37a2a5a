// Each journey needs the whole machine: side by side they would only slow each other down, and they share a broker.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(CanThoGov.Journeys.Tests.UndisturbedRun))]
