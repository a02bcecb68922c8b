using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Accounts;

/// <summary>Where one signs in, by password or passkey.</summary>
public sealed partial class SignIn(IAccounts accounts, NavigationManager navigation)
{
    private bool _any;
    private string? _problem;

    private IAccounts Accounts => accounts;

    [SupplyParameterFromForm(FormName = "sign-in")] private Entry? Form { get; set; }

    [SupplyParameterFromQuery(Name = "returnUrl")] private string? ReturnUrl { get; set; }

    private Dictionary<string, object?> Passkey => new() { ["data-passkey-sign-in"] = true, ["data-return"] = Target };

    // Only addresses of this server: "//host" and "/\host" are others'.
    private string Target => ReturnUrl is ['/', not ('/' or '\\'), ..] && !ReturnUrl.Any(char.IsControl) ? ReturnUrl : "/";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _any = accounts.IsOn && await accounts.AnyAsync(CancellationToken.None);

    private async Task SignInAsync()
    {
        try
        {
            await accounts.SignInAsync(Form?.Name, Form?.Password, CancellationToken.None);
        }
        catch (RequestException e)
        {
            _problem = e.Message;
            return;
        }
        navigation.NavigateTo(Target, forceLoad: true);
    }

    private sealed class Entry
    {
        public string? Name { get; set; }

        public string? Password { get; set; }
    }
}
