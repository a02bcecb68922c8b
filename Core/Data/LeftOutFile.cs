namespace Playground.Core.Data;

/// <summary>A file that was left out of a set of images.</summary>
/// <param name="Name">Its path within what was read, with '/'.</param>
/// <param name="Reason">One sentence, or a clause that begins with "it".</param>
public sealed record LeftOutFile(string Name, string Reason);
