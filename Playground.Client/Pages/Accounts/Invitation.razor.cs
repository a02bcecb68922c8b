using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Accounts;

/// <summary>Where a one-time link leads: to an account of one's own.</summary>
public sealed partial class Invitation(IAccounts accounts, NavigationManager navigation)
{
    private InvitationView? _invitation;
    private RequestException? _refused;
    private string? _problem;

    /// <summary>The token of the link.</summary>
    [Parameter] public string Token { get; set; } = "";

    [SupplyParameterFromForm(FormName = "invitation")] private Entry? Form { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
        => _invitation = await accounts.FindInvitationAsync(Token, CancellationToken.None);

    private string? Of(string field) => _refused?.Errors.GetValueOrDefault(field)?[0];

    private async Task AcceptAsync()
    {
        try
        {
            await accounts.AcceptAsync(Token, Form?.Name, Form?.Password, CancellationToken.None);
        }
        catch (RequestException e)
        {
            (_refused, _problem) = (e, e.Errors.Count > 0 ? null : e.Message);
            return;
        }
        navigation.NavigateTo("/account", forceLoad: true);
    }

    private sealed class Entry
    {
        public string? Name { get; set; }

        public string? Password { get; set; }
    }
}
