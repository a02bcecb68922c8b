using Playground.Client.Contracts;

namespace Playground.Server.Storage;

/// <summary>What keeps the server from its database or its disk.</summary>
internal enum StorageProblem
{
    /// <summary>The database cannot be reached, or the connection to it was lost.</summary>
    Away,

    /// <summary>Somebody else holds a lock for too long, or all connections are in use.</summary>
    Busy,

    /// <summary>The disk is full.</summary>
    Full,

    /// <summary>The data folder or the database may only be read.</summary>
    ReadOnly,

    /// <summary>Another server uses the data folder.</summary>
    Taken,

    /// <summary>The database refuses the server: its account, its password, or a database that is not there.</summary>
    Denied,

    /// <summary>The database's file is damaged.</summary>
    Damaged,

    /// <summary>The database's tables are not those of this version.</summary>
    Mismatched,
}

/// <summary>
/// The server cannot read or write what it keeps. The message is for whoever made the request: what is wrong and what to do, with
/// no path and no host in it. The inner exception has the provider's own words.
/// </summary>
internal sealed class StorageUnavailableException(StorageProblem problem, string message, Exception? inner = null)
    : UnavailableException(message, inner)
{
    public StorageProblem Problem => problem;

    /// <summary>The HTTP status that says it: 507 for a full disk, otherwise 503.</summary>
    public int Status => problem == StorageProblem.Full
        ? StatusCodes.Status507InsufficientStorage
        : StatusCodes.Status503ServiceUnavailable;

    /// <summary>When it is worth trying again.</summary>
    public TimeSpan RetryAfter => TimeSpan.FromSeconds(problem is StorageProblem.Away or StorageProblem.Busy ? 5 : 60);

    /// <summary>Whether it can end while the server runs, by itself or by somebody's hand; work that nobody waits for then waits.</summary>
    public bool CanPass => problem is not (StorageProblem.Damaged or StorageProblem.Mismatched);

    /// <summary>Whether a server that starts should wait for it to pass. What somebody has to correct first ends the start.</summary>
    public bool IsWorthWaitingFor => problem is StorageProblem.Away or StorageProblem.Busy or StorageProblem.Full;

    /// <summary>Whether the database said for certain that it did nothing, so that the same may be asked again at once.</summary>
    public bool IsUndone { get; init; }

    /// <summary>Whether the failure came at once: a connection was cut or refused, rather than waited for in vain.</summary>
    public bool IsSudden { get; init; }
}
