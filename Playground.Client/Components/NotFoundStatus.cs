using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Playground.Client.Components;

/// <summary>Shows nothing. A page that has it is answered with the status 404: its address names something that is not there.</summary>
public sealed class NotFoundStatus : ComponentBase
{
    // There while the page is rendered for the request, and not in its circuit.
    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Http is { Response.HasStarted: false }) Http.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
