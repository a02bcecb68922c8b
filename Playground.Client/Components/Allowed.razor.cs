using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Playground.Client.Contracts;

namespace Playground.Client.Components;

/// <summary>
/// What is shown only to those who may use it. The server checks every call by itself: this is so that nobody is offered a button
/// that would be refused.
/// </summary>
public sealed partial class Allowed
{
    private bool _may = true;

    /// <summary>What one must be allowed.</summary>
    [Parameter] public Permission To { get; set; } = Permission.Create;

    /// <summary>Whether others are told why there is nothing.</summary>
    [Parameter] public bool Explains { get; set; }

    /// <summary>For those who may.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>For all others; null: nothing, or the reason.</summary>
    [Parameter] public RenderFragment? Otherwise { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync() => _may = await Authentication.MayAsync(To);
}
