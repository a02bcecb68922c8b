namespace Playground.Client.Contracts;

/// <summary>The installed models. They come in and go out as files, over the HTTP API: POST and GET …/export.</summary>
[Needs(Permission.View)]
public interface IModels
{
    /// <summary>Most bytes that a model may have, packed or unpacked.</summary>
    long MaxBytes { get; }

    /// <summary>By name.</summary>
    Task<IReadOnlyList<ModelView>> ListAsync(CancellationToken ct);

    /// <summary>Null when there is none of that name.</summary>
    Task<ModelDetail?> FindAsync(string name, CancellationToken ct);

    /// <summary>Gives a model another name.</summary>
    /// <exception cref="RequestException">It is not done, and nothing has changed.</exception>
    [Needs(Permission.Administer, Audit = "model.renamed")]
    Task<ModelView> RenameAsync(string name, ModelRename change, CancellationToken ct);

    /// <summary>Deletes a model and its files.</summary>
    /// <param name="name">Which.</param>
    /// <param name="force">Although installed models came from it.</param>
    /// <param name="confirm">Its name once more, where it came with the program.</param>
    /// <param name="ct">Ends the call before anything is done.</param>
    /// <exception cref="RequestException">It is not done, and nothing has changed.</exception>
    [Needs(Permission.Administer, Audit = "model.deleted")]
    Task DeleteAsync(string name, bool force, string? confirm, CancellationToken ct);
}

/// <summary>Another name for a model.</summary>
public sealed record ModelRename
{
    /// <summary>The new name: 1 to 64 letters, digits, '-', '_' and '.', beginning with a letter or a digit.</summary>
    public string Name { get; init; } = "";

    /// <summary>The old name once more, where the model came with the program.</summary>
    public string? Confirm { get; init; }
}
