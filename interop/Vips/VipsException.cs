namespace Playground.Vips;

/// <summary>libvips refused or failed; the message is libvips's own.</summary>
public sealed class VipsException(string message) : Exception(message);
