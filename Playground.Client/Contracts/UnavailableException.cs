namespace Playground.Client.Contracts;

/// <summary>The server cannot answer for now, whatever was asked. The message says why and what to do.</summary>
public class UnavailableException(string message, Exception? inner = null) : Exception(message, inner);
