using Playground.Client.Contracts;
using Playground.Core.Data;

namespace Playground.Server.Trainings;

/// <summary>A version of a data set, open to be read.</summary>
/// <param name="Pictures">Disposed with this.</param>
/// <param name="Id">Of the data set.</param>
/// <param name="Version">Which.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Hash">SHA-256 of its content.</param>
internal sealed record TrainingData(IPictureDataset Pictures, string Id, int Version, string Name, string Hash) : IDisposable
{
    public void Dispose() => Pictures.Dispose();
}

/// <summary>Where trainings get their pictures.</summary>
internal interface ITrainingData
{
    /// <summary>What the owner may train on, the newest version of each data set first.</summary>
    Task<IReadOnlyList<TrainingDataset>> ListAsync(string owner, CancellationToken ct);

    /// <summary>What <see cref="OpenAsync"/> would give, as far as it is known without reading the pictures.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    Task<TrainingDataset?> FindAsync(string owner, string dataset, int? version, int? size, int? channels, CancellationToken ct);

    /// <summary>Opens a version.</summary>
    /// <param name="owner">Who asks.</param>
    /// <param name="dataset">Its id.</param>
    /// <param name="version">Null: the newest.</param>
    /// <param name="size">Height and width that the model wants; null: the version's own.</param>
    /// <param name="channels">Channels that the model wants; null: the version's own.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>Null where this source has no such data set of the owner.</returns>
    /// <exception cref="Core.PlaygroundException">It cannot be read, or not in that size.</exception>
    Task<TrainingData?> OpenAsync(string owner, string dataset, int? version, int? size, int? channels, CancellationToken ct);
}
