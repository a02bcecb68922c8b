using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>Something to know that does not keep the work from being done.</summary>
public sealed partial class Warning
{
    /// <summary>One sentence; null or empty: nothing is shown.</summary>
    [Parameter] public string? Text { get; set; }
}
