namespace Playground.Server.Datasets;

/// <summary>Whoever depends on versions of data sets says so here, so that they are not deleted. Register as many as there are.</summary>
internal interface IDatasetReferences
{
    /// <summary>What depends on any of the versions with these hashes, each as people know it, such as "the training 'digits'".</summary>
    Task<IReadOnlyList<string>> UsersOfAsync(string owner, IReadOnlyList<string> hashes, CancellationToken ct);
}
