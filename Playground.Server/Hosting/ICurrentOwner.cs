namespace Playground.Server.Hosting;

/// <summary>
/// Who makes the request that is being answered: rows are theirs, and of others' there is nothing. To be asked at each call and never
/// kept. A job's work does not ask: it belongs to the owner that its row names.
/// </summary>
internal interface ICurrentOwner
{
    /// <summary>The id that rows have.</summary>
    string Id { get; }
}

/// <summary>On loopback there is one owner: whoever sits at the machine.</summary>
internal sealed class LoopbackOwner : ICurrentOwner
{
    public const string Local = "local";

    public string Id => Local;
}
