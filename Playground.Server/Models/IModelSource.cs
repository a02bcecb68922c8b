using Playground.Client.Contracts;

namespace Playground.Server.Models;

/// <summary>
/// Models that lie outside the models folder and have names of a form of their own, such as the checkpoints of trainings.
/// </summary>
internal interface IModelSource
{
    /// <summary>The model's folder; null where the name is not one of this source's, or there is no such model.</summary>
    string? FindFolder(string name);

    /// <summary>Whether this source has the model and <paramref name="owner"/> may not use it.</summary>
    Task<bool> IsForbiddenAsync(string name, string owner, CancellationToken ct);

    /// <summary>
    /// What people call the model, in the language of whoever asks; null where the name is not one of this source's, or not one of
    /// <paramref name="owner"/>.
    /// </summary>
    Task<ModelTitle?> FindTitleAsync(string name, string owner, CancellationToken ct);

    /// <summary>Whether the job works on a copy, so that the model that it names may be deleted or renamed.</summary>
    bool HasCopy(string kind, string job);
}
