namespace Playground.Server.Hosting;

/// <summary>
/// Who makes the request that is being answered: rows are theirs, and of others' there is nothing. To be asked at each call and never
/// kept. A job's work does not ask: it belongs to the owner that its row names.
/// </summary>
internal interface ICurrentOwner
{
    /// <summary>The id that rows have.</summary>
    /// <exception cref="Client.Contracts.RequestException">There are accounts, and nobody has signed in.</exception>
    string Id { get; }
}

/// <summary>On loopback there is one owner: whoever sits at the machine.</summary>
internal sealed class LoopbackOwner : ICurrentOwner
{
    /// <summary>The first administrator has this id too: what was made before there were accounts is theirs.</summary>
    public const string Local = "local";

    public string Id => Local;
}

/// <summary>The account that has signed in; without accounts, the one owner.</summary>
internal sealed class CurrentOwner(Caller caller) : ICurrentOwner
{
    public string Id => caller.Id;
}
