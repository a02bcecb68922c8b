namespace Playground.Notices;

/// <summary>A package whose license is unknown, or packages that are not restored. The message says which, and what to do.</summary>
internal sealed class NoticesException(string message, Exception? inner = null) : Exception(message, inner);
