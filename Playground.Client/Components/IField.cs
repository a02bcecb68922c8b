namespace Playground.Client.Components;

/// <summary>A field that knows whether what is typed in it can be used.</summary>
internal interface IField
{
    /// <summary>False while a message stands beside it.</summary>
    bool IsValid { get; }
}
