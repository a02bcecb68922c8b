using Playground.Client.Contracts;

namespace Playground.Server.Models;

/// <summary>Why a model is not taken in, renamed or deleted. Programs tell them apart by <see cref="RequestException.Reason"/>.</summary>
internal static class ModelRefusal
{
    /// <summary>What came is not a sound model, or the name is not one.</summary>
    public static RequestException Invalid(string message, Exception? inner = null)
        => Of(StatusCodes.Status400BadRequest, "invalid", message, inner);

    /// <summary>It holds more bytes than are allowed.</summary>
    public static RequestException TooLarge(string message) => Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", message);

    /// <summary>There is no model of that name.</summary>
    public static RequestException Missing(string message) => Of(StatusCodes.Status404NotFound, "missing", message);

    /// <summary>The name is taken, or jobs need the model.</summary>
    public static RequestException Conflict(string message) => Of(StatusCodes.Status409Conflict, "conflict", message);

    /// <summary>Others came from it: to be said with <c>force</c>.</summary>
    public static RequestException NeedsForce(string message) => Of(StatusCodes.Status409Conflict, "needsForce", message);

    /// <summary>It came with the program: to be said with <c>confirm</c>.</summary>
    public static RequestException NeedsConfirmation(string message) => Of(StatusCodes.Status409Conflict, "needsConfirmation", message);

    /// <summary>The models folder cannot be written to, or is full.</summary>
    public static RequestException Storage(string message, Exception? inner = null)
        => Of(StatusCodes.Status507InsufficientStorage, "storage", message, inner);

    private static RequestException Of(int status, string reason, string message, Exception? inner = null)
        => new(status, message, inner: inner) { Reason = reason };
}
