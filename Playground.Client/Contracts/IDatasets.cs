namespace Playground.Client.Contracts;

/// <summary>Data sets as the pages use them. Everything is scoped by the caller; of others' there is nothing.</summary>
[Needs(Permission.View)]
public interface IDatasets
{
    /// <summary>The caller's data sets, newest first, without their reports.</summary>
    Task<IReadOnlyList<DatasetView>> ListAsync(CancellationToken ct);

    /// <summary>One data set with its report; null when there is none of that id.</summary>
    Task<DatasetView?> FindAsync(string id, CancellationToken ct);

    /// <summary>A draft that waits for uploads; with uploads or an address, its making begins at once.</summary>
    /// <exception cref="RequestException">A value is out of its range, an upload is not there or not complete.</exception>
    [Needs(Permission.Create)]
    Task<DatasetView> CreateAsync(NewDataset request, CancellationToken ct);

    /// <summary>Makes the data set of what was uploaded to its draft.</summary>
    /// <exception cref="RequestException">It is no draft, or its uploads are not complete.</exception>
    [Needs(Permission.Create)]
    Task<DatasetView> InspectAsync(string id, CancellationToken ct);

    /// <summary>Stops the making; what was uploaded for it is removed.</summary>
    /// <exception cref="RequestException">There is nothing to stop.</exception>
    [Needs(Permission.Create)]
    Task CancelAsync(string id, CancellationToken ct);

    /// <summary>Renames the data set, or makes a new version where anything else is asked for.</summary>
    /// <returns>The data set, with the new version among its versions.</returns>
    /// <exception cref="RequestException">A value is out of its range, the data set is not ready, the quota is reached.</exception>
    [Needs(Permission.Create)]
    Task<DatasetView> EditAsync(string id, DatasetEdit edit, CancellationToken ct);

    /// <summary>Removes the data set and all its versions.</summary>
    /// <exception cref="RequestException">Something depends on it, or it is being made.</exception>
    [Needs(Permission.Create, Audit = "dataset.deleted")]
    Task DeleteAsync(string id, CancellationToken ct);

    /// <summary>Some of the pictures as a version has them.</summary>
    /// <exception cref="RequestException">No such data set, version or class.</exception>
    Task<DatasetPicturePage> PicturesAsync(string id, DatasetPictureQuery query, CancellationToken ct);

    /// <summary>What the caller keeps and may keep.</summary>
    Task<DatasetStorage> StorageAsync(CancellationToken ct);
}
