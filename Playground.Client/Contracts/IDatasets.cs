namespace Playground.Client.Contracts;

/// <summary>What kept something from being done.</summary>
public enum DatasetProblem
{
    /// <summary>A value is out of its range.</summary>
    Invalid,

    /// <summary>The caller has nothing of that id.</summary>
    Missing,

    /// <summary>Not in the state that it is in, or because something depends on it.</summary>
    Conflict,

    /// <summary>The quota does not allow it.</summary>
    TooLarge,

    /// <summary>The disk is full.</summary>
    DiskFull,
}

/// <summary>Something about data sets that cannot be done; the message says why and what to do.</summary>
public sealed class DatasetException(DatasetProblem problem, string message) : Exception(message)
{
    public DatasetProblem Problem { get; } = problem;
}

/// <summary>Data sets as the pages use them. Everything is scoped by the caller; of others' there is nothing.</summary>
public interface IDatasets
{
    /// <summary>The caller's data sets, newest first, without their reports.</summary>
    Task<IReadOnlyList<DatasetView>> ListAsync(CancellationToken ct);

    /// <summary>One data set with its report; null when there is none of that id.</summary>
    Task<DatasetView?> FindAsync(string id, CancellationToken ct);

    /// <summary>A draft that waits for uploads; with uploads or an address, its making begins at once.</summary>
    /// <exception cref="DatasetException">A value is out of its range, an upload is not there or not complete.</exception>
    Task<DatasetView> CreateAsync(NewDataset request, CancellationToken ct);

    /// <summary>Makes the data set of what was uploaded to its draft.</summary>
    /// <exception cref="DatasetException">It is no draft, or its uploads are not complete.</exception>
    Task<DatasetView> InspectAsync(string id, CancellationToken ct);

    /// <summary>Stops the making; what was uploaded for it is removed.</summary>
    /// <exception cref="DatasetException">There is nothing to stop.</exception>
    Task CancelAsync(string id, CancellationToken ct);

    /// <summary>Renames the data set, or makes a new version where anything else is asked for.</summary>
    /// <returns>The data set, with the new version among its versions.</returns>
    /// <exception cref="DatasetException">A value is out of its range, the data set is not ready, the quota is reached.</exception>
    Task<DatasetView> EditAsync(string id, DatasetEdit edit, CancellationToken ct);

    /// <summary>Removes the data set and all its versions.</summary>
    /// <exception cref="DatasetException">Something depends on it, or it is being made.</exception>
    Task DeleteAsync(string id, CancellationToken ct);

    /// <summary>Some of the pictures as a version has them.</summary>
    /// <exception cref="DatasetException">No such data set, version or class.</exception>
    Task<DatasetPicturePage> PicturesAsync(string id, DatasetPictureQuery query, CancellationToken ct);

    /// <summary>What the caller keeps and may keep.</summary>
    Task<DatasetStorage> StorageAsync(CancellationToken ct);
}
