namespace Playground.Server.Storage;

/// <summary>Where the database is, and what its kind needs besides Entity Framework.</summary>
internal interface IDatabasePlace
{
    /// <summary>For the log: a file's path, or a server's address without its password.</summary>
    string Name { get; }

    /// <summary>Writers that may be at work at once; more wait, without holding a thread.</summary>
    int Writers { get; }

    /// <summary>What whoever runs the server can do about a problem, in one sentence.</summary>
    string AdviceOn(StorageProblem problem);

    /// <summary>Makes ready what the database needs before the first connection; may be called again.</summary>
    Task PrepareAsync(PlaygroundDb db, CancellationToken ct);

    /// <summary>Lets go of the connections that are not in use: the database was away, and they lead nowhere.</summary>
    void Forget();

    /// <summary>Right before migrations are applied.</summary>
    Task BeforeMigrationsAsync(PlaygroundDb db, CancellationToken ct);
}
