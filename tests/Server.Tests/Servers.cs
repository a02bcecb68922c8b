using Playground.Core.Tests;
using Playground.Server.Tests.Datasets;
using Playground.Server.Tests.Hostile;

namespace Playground.Server.Tests;

/// <summary>
/// Servers that the tests of several classes share: starting one takes longer than most tests do. Classes of one server run one after the
/// other, beside those of another. A test names what it makes, and asks for the server's address anew: others may have restarted it.
/// </summary>
public static class Servers
{
    /// <summary>A <see cref="ServerProcess"/> as it is after its first start.</summary>
    public const string Plain = "plain";

    /// <summary>A <see cref="DatasetServer"/>.</summary>
    public const string Datasets = "data sets";

    /// <summary>A <see cref="TrainingServer"/>.</summary>
    public const string Trainings = "trainings";

    /// <summary>A <see cref="HostileServer"/>.</summary>
    public const string Hostile = "hostile";

    /// <summary>What stops what others use, or measures what others would disturb: nothing runs beside it.</summary>
    public const string Alone = "alone";

    [CollectionDefinition(Plain)]
    public sealed class PlainCollection : ICollectionFixture<ServerProcess>;

    [CollectionDefinition(Datasets)]
    public sealed class DatasetsCollection : ICollectionFixture<DatasetServer>;

    [CollectionDefinition(Trainings)]
    public sealed class TrainingsCollection : ICollectionFixture<TrainingServer>;

    [CollectionDefinition(Hostile)]
    public sealed class HostileCollection : ICollectionFixture<HostileServer>;

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;
}
