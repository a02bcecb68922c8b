namespace Playground.Core;

/// <summary>Bad input or a broken file. The message names the value, the limit and the mend, and is fit to show.</summary>
public class PlaygroundException(string message, Exception? inner = null) : Exception(message, inner);
