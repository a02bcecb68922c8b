namespace Playground.Client.Contracts;

/// <summary>The installed models. They come in and go out as files, over the HTTP API: POST and GET …/export.</summary>
public interface IModels
{
    /// <summary>Most bytes that a model may have, packed or unpacked.</summary>
    long MaxBytes { get; }

    /// <summary>By name.</summary>
    Task<IReadOnlyList<ModelView>> ListAsync(CancellationToken ct);

    /// <summary>Null when there is none of that name.</summary>
    Task<ModelDetail?> FindAsync(string name, CancellationToken ct);

    /// <summary>Gives a model another name.</summary>
    /// <exception cref="ModelRefusedException">It is not done, and nothing has changed.</exception>
    Task<ModelView> RenameAsync(string name, ModelRename change, CancellationToken ct);

    /// <summary>Deletes a model and its files.</summary>
    /// <param name="name">Which.</param>
    /// <param name="force">Although installed models came from it.</param>
    /// <param name="confirm">Its name once more, where it came with the program.</param>
    /// <param name="ct">Ends the call before anything is done.</param>
    /// <exception cref="ModelRefusedException">It is not done, and nothing has changed.</exception>
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

/// <summary>Why a model is not taken in, renamed or deleted.</summary>
public enum ModelRefusal
{
    /// <summary>What came is not a sound model, or the name is not one.</summary>
    Invalid,

    /// <summary>It holds more bytes than are allowed.</summary>
    TooLarge,

    /// <summary>There is no model of that name.</summary>
    Missing,

    /// <summary>The name is taken, or jobs need the model.</summary>
    Conflict,

    /// <summary>Others came from it: to be said with <c>force</c>.</summary>
    NeedsForce,

    /// <summary>It came with the program: to be said with <c>confirm</c>.</summary>
    NeedsConfirmation,

    /// <summary>The models folder cannot be written to, or is full.</summary>
    Storage,
}

/// <summary>A model is not taken in, renamed or deleted; the message says what to do about it.</summary>
public sealed class ModelRefusedException(ModelRefusal reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public ModelRefusal Reason => reason;
}
