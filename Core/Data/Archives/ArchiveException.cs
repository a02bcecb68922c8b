namespace Playground.Core.Data.Archives;

/// <summary>The archive as a whole is refused: damaged, or built to do harm. An entry that is merely unfit is no reason for it.</summary>
public sealed class ArchiveException(string message, Exception? inner = null) : PlaygroundException(message, inner);
